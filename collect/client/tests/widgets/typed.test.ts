import { describe, expect, it } from 'vitest';
import { withoutEmptyDecimals, withSeparators } from '@/components/form/numbers';
import { typedNumber } from '@/components/questions/numbers';
import { setNumber } from '@/engine';
import { find, formOf, input, page as pageOf, show } from './support';

const number = (type: string, appearance = '') =>
  formOf({ type, control: input('จำนวนนักเรียน', `appearance="${appearance}"`) });

describe('a question for a number', () => {
  it('takes Thai digits and separators of thousands', async () => {
    const { page, value, record } = await show(number('int'));
    const field = page.get('input');
    await field.setValue('๑๒๓');
    expect(value()).toBe('123');
    await field.setValue('1,250');
    expect(value()).toBe('1250');
    expect(record.problemOf(find(record, 'q1').nodeId)).toBeNull();
  });

  it.each([
    ['int', '12 คน', 'ต้องเป็นตัวเลข'],
    ['int', '1.5', 'ต้องเป็นจำนวนเต็ม'],
    ['int', '99999999999', 'มากหรือน้อยเกิน'],
    ['decimal', '1,5', 'ต้องเป็นตัวเลข'],
    ['decimal', '1.2.3', 'ต้องเป็นตัวเลข'],
  ])(
    'of type %s keeps the text %s to be seen, says what is wrong and cannot be finished',
    async (type, text, sentence) => {
      const { page, record, value } = await show(number(type));
      const field = page.get('input');
      await field.setValue('7');
      await field.setValue(text);
      await field.trigger('blur');
      expect((field.element as HTMLInputElement).value).toBe(text);
      expect(value()).toBe('');
      expect(page.get('.error').text()).toContain(sentence);
      expect(field.attributes('aria-invalid')).toBe('true');
      const finished = await record.finish();
      expect(finished.ok).toBe(false);
      await field.setValue('8');
      expect(page.find('.error').exists()).toBe(false);
      expect((await record.finish()).ok).toBe(true);
    },
  );

  it('shows wrong text again after its page was left', async () => {
    const xml = number('int');
    const first = await show(xml);
    await first.page.get('input').setValue('abc');
    first.page.unmount();
    const again = await pageOf(first.record, xml);
    expect((again.get('input').element as HTMLInputElement).value).toBe('abc');
  });

  it('shows thousands apart once it is left, and stores them together', async () => {
    const { page, value } = await show(number('int', 'thousands-sep'));
    const field = page.get('input');
    await field.setValue('1250000');
    await field.trigger('blur');
    expect((field.element as HTMLInputElement).value).toBe('1,250,000');
    expect(value()).toBe('1250000');
  });

  it('shows an amount as it was typed', async () => {
    const { page } = await show(number('decimal'));
    await page.get('input').setValue('9999999');
    await page.get('input').trigger('blur');
    expect((page.get('input').element as HTMLInputElement).value).toBe('9999999');
  });

  it('counts up and down by buttons', async () => {
    const { page, value } = await show(number('int', 'counter'));
    await page.get('[aria-label="เพิ่มขึ้น 1"]').trigger('click');
    await page.get('[aria-label="เพิ่มขึ้น 1"]').trigger('click');
    await page.get('[aria-label="ลดลง 1"]').trigger('click');
    expect(value()).toBe('1');
    expect((page.get('input').element as HTMLInputElement).value).toBe('1');
  });

  it('follows a calculation that writes into it', async () => {
    const { page, record } = await show(number('int'));
    setNumber(find(record, 'q1'), '55');
    await page.vm.$nextTick();
    expect((page.get('input').element as HTMLInputElement).value).toBe('55');
  });

  it('reads separators only where thousands end', () => {
    expect(typedNumber('12,34')).toBeNull();
    expect(typedNumber('1 000 000')).toBe('1000000');
    expect(withSeparators('-1234.5678')).toBe('-1,234.5678');
    expect(withSeparators('ไม่ใช่ตัวเลข')).toBe('ไม่ใช่ตัวเลข');
    expect(['20000.0', '-3.00', '1.50', '1.05', 'ก.0'].map(withoutEmptyDecimals)).toEqual([
      ...['20000', '-3', '1.50', '1.05', 'ก.0'],
    ]);
  });
});

describe('a question for text', () => {
  it('keeps characters that no XML can hold out of the record', async () => {
    const { page, record, value } = await show(formOf({ control: input('หมายเหตุ') }));
    await page.get('input').setValue('ก\u0002ข');
    expect(value()).toBe('กข');
    expect(
      new DOMParser().parseFromString(record.snapshot().xml, 'application/xml').querySelector('parsererror'),
    ).toBeNull();
  });

  it('has several lines where the form wants them', async () => {
    const { page } = await show(
      formOf({ control: input('สรุป', 'appearance="multiline"') }, { control: input('ยาว', 'rows="8"') }),
    );
    expect(page.findAll('textarea').map((area) => area.attributes('rows'))).toEqual(['4', '8']);
  });

  it.each([
    ['numbers', 'decimal'],
    ['email', 'email'],
    ['phone', 'tel'],
    ['ex:org.example.app', 'text'],
    ['never-heard-of', 'text'],
  ])('with the appearance %s is typed on the keyboard %s', async (appearance, keyboard) => {
    const { page, value } = await show(formOf({ control: input('ติดต่อ', `appearance="${appearance}"`) }));
    await page.get('input').setValue('081');
    expect(page.get('input').attributes('inputmode')).toBe(keyboard);
    expect(value()).toBe('081');
  });

  it('that nobody may change shows its value as a note', async () => {
    const { page } = await show(formOf({ control: input('รหัส'), bind: 'readonly="true()"', value: 'ก-๐๑' }));
    expect(page.find('input').exists()).toBe(false);
    expect(page.text()).toContain('ก-๐๑');
  });
});

describe('a question to acknowledge', () => {
  it('stores OK and takes it back', async () => {
    const { page, value } = await show(formOf({ control: input('อ่านประกาศแล้ว', '', 'trigger') }));
    await page.get('input').setValue(true);
    expect(value()).toBe('OK');
    await page.get('input').setValue(false);
    expect(value()).toBe('');
  });
});
