import { describe, expect, it } from 'vitest';
import { find as search, folded } from '@/components/choices/search';
import type { SelectNode } from '@/engine/types';
import { find, formOf, input, select, show, xform } from './support';

const single = (count: number, appearance = '', label?: (n: number) => string) =>
  formOf({ control: select(count, appearance, 'select1', label) });
const many = (count: number, appearance = '') => formOf({ control: select(count, appearance, 'select') });

const cascade = xform({
  instance: '<district/><school/>',
  binds: '<bind nodeset="/data/district" type="string"/><bind nodeset="/data/school" type="string" required="true()"/>',
  secondary: `<instance id="schools"><root>${['a1', 'a2', 'b1']
    .map((code) => `<item><name>${code}</name><label>โรงเรียน ${code}</label><in>${code[0]}</in></item>`)
    .join('')}</root></instance>`,
  body: `<select1 ref="/data/district"><label>อำเภอ</label>
      <item><label>ก</label><value>a</value></item><item><label>ข</label><value>b</value></item></select1>
    <select1 ref="/data/school" appearance="autocomplete"><label>สถานศึกษา</label>
      <itemset nodeset="instance('schools')/root/item[in = /data/district]"><value ref="name"/><label ref="label"/></itemset></select1>`,
});

describe('a list of choices', () => {
  it('takes one, lets it be changed and cleared', async () => {
    const { page, value } = await show(single(3));
    const [first, second] = page.findAll('input[type=radio]');
    await first!.setValue(true);
    expect(value()).toBe('v1');
    await second!.setValue(true);
    expect(value()).toBe('v2');
    await page.get('button.clear').trigger('click');
    expect(value()).toBe('');
    expect(page.findAll('input:checked')).toHaveLength(0);
  });

  it('takes many and stores them in the order of the form', async () => {
    const { page, value } = await show(many(3));
    const boxes = page.findAll('input[type=checkbox]');
    await boxes[2]!.setValue(true);
    await boxes[0]!.setValue(true);
    expect(value()).toBe('v1 v3');
    await boxes[2]!.setValue(false);
    expect(value()).toBe('v1');
  });

  it.each(['columns', 'columns-3', 'columns-pack', 'no-buttons', 'horizontal', 'likert', 'list', 'map', 'unheard-of'])(
    'with the appearance %s is answered in the same way',
    async (appearance) => {
      const { page, value } = await show(single(4, appearance));
      await page.findAll('input[type=radio]')[3]!.setValue(true);
      expect(value()).toBe('v4');
    },
  );

  it('says when a quick choice was made', async () => {
    const { page } = await show(single(2, 'quick'));
    let said = 0;
    page.element.addEventListener('quick', () => (said += 1));
    await page.get('input[type=radio]').setValue(true);
    expect(said).toBe(1);
  });

  it('that is minimal is the browser’s own when it is short', async () => {
    const { page, value } = await show(single(5, 'minimal'));
    await page.get('select').setValue('v4');
    expect(value()).toBe('v4');
    await page.get('select').setValue('');
    expect(value()).toBe('');
  });
});

describe('a long list of choices', () => {
  it('shows the first fifty, says how many more there are and finds the one typed', async () => {
    const { page, value } = await show(single(250, 'minimal', (n) => `โรงเรียนบ้านห้วยหมอก ${n}`));
    const field = page.get('[role=combobox]');
    expect(page.findAll('[role=option]')).toHaveLength(0);
    await field.trigger('focus');
    expect(page.findAll('[role=option]')).toHaveLength(50);
    expect(page.text()).toContain('ยังมีอีก 200 รายการ');
    await field.setValue('หวยหมอก 249');
    expect(page.findAll('[role=option]')).toHaveLength(1);
    await field.trigger('keydown', { key: 'Enter' });
    expect(value()).toBe('v249');
    expect((field.element as HTMLInputElement).value).toBe('โรงเรียนบ้านห้วยหมอก 249');
    expect(field.attributes('aria-expanded')).toBe('false');
  });

  it('is walked through by the arrow keys and left by Escape with the answer as it was', async () => {
    const { page, value } = await show(single(40));
    const field = page.get('[role=combobox]');
    await field.trigger('keydown', { key: 'ArrowDown' });
    await field.trigger('keydown', { key: 'ArrowDown' });
    expect(page.get(`#${field.attributes('aria-activedescendant')}`).text()).toBe('ตัวเลือกที่ 1');
    await field.trigger('keydown', { key: 'ArrowUp' });
    expect(page.get(`#${field.attributes('aria-activedescendant')}`).text()).toBe('ตัวเลือกที่ 40');
    await field.trigger('keydown', { key: 'Escape' });
    expect(value()).toBe('');
    expect(page.findAll('[role=option]')).toHaveLength(0);
  });

  it('forgets what was typed and not chosen', async () => {
    const { page, value } = await show(single(40));
    const field = page.get('[role=combobox]');
    await field.setValue('ไม่มีที่นี่');
    expect(page.text()).toContain('ไม่พบรายการที่ตรงกับคำค้น');
    await field.trigger('blur');
    expect(value()).toBe('');
    expect((field.element as HTMLInputElement).value).toBe('');
  });

  it('of many choices keeps those taken in sight, to be removed one by one', async () => {
    const { page, value } = await show(many(60));
    const field = page.get('[role=combobox]');
    await field.setValue('ตัวเลือกที่ 60');
    await page.get('[role=option]').trigger('click');
    await field.setValue('ตัวเลือกที่ 7');
    await page.get('[role=option]').trigger('click');
    expect(value()).toBe('v7 v60');
    await page.get('[aria-label="นำ ตัวเลือกที่ 7 ออก"]').trigger('click');
    expect(value()).toBe('v60');
  });

  it('of 3,000 is searched in a blink', () => {
    const items = Array.from({ length: 3000 }, (_, n) => ({ folded: folded(`โรงเรียนบ้านทุ่งฟ้าหม่น ${n}`) }));
    const begun = performance.now();
    const { shown, more } = search(items, 'ทุ่งฟา');
    expect(performance.now() - begun).toBeLessThan(50);
    expect([shown.length, more]).toEqual([50, 2950]);
  });
});

describe('searching in Thai', () => {
  const hits = (query: string, ...names: string[]) =>
    search(
      names.map((name) => ({ name, folded: folded(name) })),
      query,
    ).shown.map(({ name }) => name);

  it('does without tone marks, spaces and the one spelling of sara am', () => {
    expect(hits('หวย หมอก', 'บ้านห้วยหมอก', 'วัดดอนฝนพรำ')).toEqual(['บ้านห้วยหมอก']);
    expect(hits('ฝนพรํา', 'บ้านห้วยหมอก', 'วัดดอนฝนพรำ')).toEqual(['วัดดอนฝนพรำ']);
    expect(hits('๙๙๐๑', '99010001 บ้านทุ่งดาว')).toHaveLength(1);
    expect(hits('Koh', 'โรงเรียน koh')).toHaveLength(1);
  });

  it('finds words in any order, and those that begin so first', () => {
    expect(hits('ทุ่งดาว บ้าน', 'วัดป่าเมฆ', 'บ้านทุ่งดาว')).toEqual(['บ้านทุ่งดาว']);
    expect(hits('วัด', 'บ้านวัดเก่า', 'วัดป่าเมฆ')).toEqual(['วัดป่าเมฆ', 'บ้านวัดเก่า']);
  });
});

describe('a choice that a filter takes away', () => {
  it('is gone from the answer, is named, and must be chosen anew', async () => {
    const { page, record, value } = await show(cascade);
    const districts = page.findAll('input[type=radio]');
    await districts[0]!.setValue(true);
    const field = page.get('[role=combobox]');
    await field.trigger('focus');
    await page.findAll('[role=option]')[1]!.trigger('click');
    expect(value('school')).toBe('a2');
    await districts[1]!.setValue(true);
    await page.vm.$nextTick();
    expect(value('school')).toBe('');
    expect((field.element as HTMLInputElement).value).toBe('');
    expect(page.text()).toContain('คำตอบเดิม “โรงเรียน a2” ไม่มีในรายการแล้ว');
    expect((await record.finish()).ok).toBe(false);
    await field.trigger('focus');
    await page.get('[role=option]').trigger('click');
    expect(page.text()).not.toContain('คำตอบเดิม');
    expect((await record.finish()).ok).toBe(true);
  });

  it('says what to do while there is nothing to choose from', async () => {
    const { page, record } = await show(cascade);
    expect(find<SelectNode>(record, 'school').currentState.valueOptions).toHaveLength(0);
    await page.get('[role=combobox]').trigger('focus');
    expect(page.text()).toContain('ยังไม่มีตัวเลือก');
  });
});

describe('readonly choices', () => {
  it('cannot be changed', async () => {
    const { page } = await show(
      formOf({ control: select(3), bind: 'readonly="true()"', value: 'v2' }, { control: input('x') }),
    );
    const radios = page.findAll('input[type=radio]');
    expect(radios.every((radio) => (radio.element as HTMLInputElement).disabled)).toBe(true);
    expect(page.find('button.clear').exists()).toBe(false);
  });
});
