import { afterEach, describe, expect, it } from 'vitest';
import type { RepeatNode, SelectNode } from '@/engine/types';
import { find, mountNodes, open, press, settle, type, xform } from './support';
import { until } from '../until';

afterEach(() => {
  document.body.innerHTML = '';
});

const repeatForm = (attributes = '') =>
  xform({
    instance: '<r jr:template=""><x/><y/></r><r><x/><y/></r>',
    binds: '<bind nodeset="/data/r/x" required="true()"/>',
    body: `<group ref="/data/r"><label>โครงการ</label><repeat nodeset="/data/r"${attributes}>
      <input ref="/data/r/x"><label>ชื่อ</label></input><input ref="/data/r/y"><label>ผล</label></input></repeat></group>`,
  });

describe('a repeat', () => {
  it('lets the first, empty row go without a question, so that its required answers no longer stand in the way (trap 12)', async () => {
    const record = await open(repeatForm());
    const { wrapper } = await mountNodes(record);
    expect(record.root.validationState.violations).toHaveLength(1);
    await wrapper.get('[aria-label="ลบรายการที่ 1"]').trigger('click');
    await settle();
    expect(record.root.validationState.violations).toHaveLength(0);
    expect(wrapper.text()).toContain('ยังไม่มีรายการ');
    await press('เพิ่มรายการ');
    expect(wrapper.findAll('li')).toHaveLength(1);
    wrapper.unmount();
  });

  it('asks before a row with answers goes', async () => {
    const record = await open(repeatForm());
    const { wrapper } = await mountNodes(record);
    type(record, '/data/r[1]/x', 'อ่านออกเขียนได้');
    await wrapper.get('[aria-label="ลบรายการที่ 1"]').trigger('click');
    await settle();
    expect(wrapper.findAll('li')).toHaveLength(1);
    expect(document.querySelector('[role="alertdialog"]')?.textContent).toContain('ลบรายการที่ 1 หรือไม่');
    const yes = [...document.querySelectorAll<HTMLElement>('[role="alertdialog"] button')].at(-1)!;
    yes.click();
    await settle();
    expect(wrapper.findAll('li')).toHaveLength(0);
    wrapper.unmount();
  });

  it('has no buttons for more or fewer rows when the form fixes their number', async () => {
    const record = await open(repeatForm(' jr:count="3"'));
    const { wrapper } = await mountNodes(record);
    expect(wrapper.findAll('li')).toHaveLength(3);
    expect(wrapper.findAll('button')).toHaveLength(0);
    wrapper.unmount();
  });

  it('folds rows of many questions and calls them by their first answers', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const record = await open(
      xform({
        instance: `<r>${names.map((name) => `<${name}/>`).join('')}</r>`,
        body: `<group ref="/data/r"><label>แถว</label><repeat nodeset="/data/r">${names
          .map((name) => `<input ref="/data/r/${name}"><label>${name}</label></input>`)
          .join('')}</repeat></group>`,
      }),
    );
    const { wrapper } = await mountNodes(record);
    type(record, '/data/r[1]/b', 'บ้านหนองบัว');
    await press('เพิ่มรายการ');
    const [first, second] = wrapper.findAll('li');
    expect(first!.text()).toContain('รายการที่ 1 — บ้านหนองบัว');
    expect(first!.findAll('.question')).toHaveLength(0);
    expect(second!.findAll('.question')).toHaveLength(4);
    expect(document.activeElement).toBe(second!.element);
    expect((record.root.currentState.children[0] as RepeatNode).currentState.children).toHaveLength(2);
    wrapper.unmount();
  });
});

it('a readonly question that arrives as a note shows its value (trap 14)', async () => {
  const record = await open(
    xform({
      instance: '<a/><sum/>',
      binds: '<bind nodeset="/data/sum" type="string" readonly="true()" calculate="concat(/data/a, \'!\')"/>',
      body: '<input ref="/data/a"><label>a</label></input><input ref="/data/sum"><label>รวม</label></input>',
    }),
  );
  expect(find(record, '/data/sum').nodeType).toBe('note');
  const { wrapper } = await mountNodes(record);
  type(record, '/data/a', '42');
  await settle();
  expect(wrapper.findAll('.question')[1]!.text()).toContain('42!');
  wrapper.unmount();
});

describe('a question', () => {
  const FORM = xform({
    instance: '<a/><b/>',
    binds: `<bind nodeset="/data/a" type="string" constraint="string-length(.) &lt; 4" jr:constraintMsg="ยาวไป"/>
      <bind nodeset="/data/b" type="string" required="true()"/>`,
    body: `<input ref="/data/a"><label>รหัส</label><hint>ไม่เกินสามตัว</hint></input>
      <input ref="/data/b"><label>ชื่อ</label></input>`,
  });

  it('is named and described for screen readers', async () => {
    const { wrapper } = await mountNodes(await open(FORM), FORM);
    const input = wrapper.get('input');
    const label = wrapper.get('label');
    expect(label.attributes('for')).toBe(input.attributes('id'));
    const described = document.getElementById(input.attributes('aria-describedby')!.split(' ')[0]!);
    expect(described?.textContent).toContain('ไม่เกินสามตัว');
    expect(wrapper.findAll('label')[1]!.text()).toContain('(ต้องตอบ)');
    wrapper.unmount();
  });

  it('complains after it was left, not while somebody types', async () => {
    const { wrapper } = await mountNodes(await open(FORM), FORM);
    const input = wrapper.get('input');
    await input.setValue('ยาวมาก');
    expect(wrapper.find('.error').exists()).toBe(false);
    await input.trigger('focusout');
    await until(() => expect(wrapper.get('.error').text()).toBe('ยาวไป'));
    expect(input.attributes('aria-describedby')).toContain(wrapper.get('.error').attributes('id'));
    wrapper.unmount();
  });

  it('tells of text that it could not take at once', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountNodes(record, FORM);
    record.reportProblem(find(record, '/data/b').nodeId, 'ใช้ตัวเลขเท่านั้น');
    await settle();
    expect(wrapper.get('.error').text()).toBe('ใช้ตัวเลขเท่านั้น');
    wrapper.unmount();
  });

  it('does not make the others render when somebody types', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountNodes(record, FORM);
    const other = wrapper.findAll('.question')[1]!.element;
    const seen: MutationRecord[] = [];
    const watcher = new MutationObserver((all) => seen.push(...all));
    watcher.observe(other, { subtree: true, childList: true, attributes: true, characterData: true });
    await wrapper.get('input').setValue('ก');
    await settle();
    expect([...seen, ...watcher.takeRecords()]).toHaveLength(0);
    wrapper.unmount();
  });

  it('keeps guidance apart from the hint', async () => {
    const form = xform({
      instance: '<a/>',
      itext: `<translation lang="ไทย (th)"><text id="/data/a:label"><value>ข้อ ก</value></text>
        <text id="/data/a:hint"><value>สั้น ๆ</value><value form="guidance">วิธีสังเกตชั้นเรียน</value></text></translation>`,
      body: `<input ref="/data/a"><label ref="jr:itext('/data/a:label')"/><hint ref="jr:itext('/data/a:hint')"/></input>`,
    });
    const { wrapper } = await mountNodes(await open(form), form);
    expect(wrapper.get('p.hint').text()).toBe('สั้น ๆ');
    expect(wrapper.get('details').text()).toContain('วิธีสังเกตชั้นเรียน');
    wrapper.unmount();
  });
});

describe('a table of selects', () => {
  const row = (name: string, appearance: string) =>
    `<select1 ref="/data/${name}" appearance="${appearance}"><label>${name}</label>
      <item><label>ดี</label><value>1</value></item><item><label>พอใช้</label><value>2</value></item></select1>`;
  const FORM = xform({
    instance: '<head/><a/><b/>',
    binds: '<bind nodeset="/data/a" required="true()"/>',
    body: row('head', 'label') + row('a', 'list-nolabel') + row('b', 'list-nolabel'),
  });

  it('is a group of radio buttons for each row, named by its question', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountNodes(record);
    const groups = wrapper.findAll('[role="radiogroup"]');
    expect(groups).toHaveLength(2);
    expect(document.getElementById(groups[0]!.attributes('aria-labelledby')!)?.textContent).toContain('a');
    await groups[1]!.findAll('input')[1]!.setValue(true);
    expect(find<SelectNode>(record, '/data/b').currentState.value).toEqual(['2']);
    wrapper.unmount();
  });

  it('lets an answer that is not required be taken back', async () => {
    const record = await open(FORM);
    const { wrapper } = await mountNodes(record);
    await wrapper.findAll('[role="radiogroup"]')[1]!.findAll('input')[0]!.setValue(true);
    await press('ล้างคำตอบ');
    expect(find<SelectNode>(record, '/data/b').currentState.value).toEqual([]);
    wrapper.unmount();
  });
});

it('shows the pictures of a label from the files of the form, and says when one is not there', async () => {
  URL.createObjectURL = () => 'blob:picture';
  URL.revokeObjectURL = () => undefined;
  const text = (id: string, file: string) =>
    `<text id="${id}"><value>ป้าย</value><value form="image">jr://images/${file}</value></text>`;
  const form = xform({
    instance: '<a/><b/>',
    itext: `<translation lang="ไทย (th)">${text('a', 'sign.jpg')}${text('b', 'gone.jpg')}</translation>`,
    body: `<input ref="/data/a"><label ref="jr:itext('a')"/></input><input ref="/data/b"><label ref="jr:itext('b')"/></input>`,
  });
  const files = { 'sign.jpg': new Blob(['x']) };
  const { wrapper } = await mountNodes(await open(form), form, files);
  await until(() => expect(wrapper.get('img').attributes()).toMatchObject({ src: 'blob:picture', alt: '' }));
  expect(wrapper.text()).toContain('ไม่มีไฟล์ gone.jpg ในเครื่องนี้');
  wrapper.unmount();
});
