/** Trap 19: text that looks like a date which no calendar has. */
import { describe, expect, test } from 'vitest';
import { select, setText, type SelectNode } from '@/engine';
import { again, at, open, valueAt, xform } from './support';

const TASKS = (nodeset: string) =>
  xform({
    instance: '<task/><title/><due/>',
    secondary: '<instance id="tasks" src="jr://file-csv/tasks.csv"/>',
    binds:
      '<bind nodeset="/data/task" type="string"/>' +
      `<bind nodeset="/data/title" type="string" calculate="instance('tasks')/root/item[name = /data/task]/label"/>` +
      `<bind nodeset="/data/due" type="string" calculate="instance('tasks')/root/item[name = /data/task]/due_date"/>`,
    body:
      `<select1 ref="/data/task"><label>งาน</label><itemset nodeset="${nodeset}">` +
      '<value ref="name"/><label ref="label"/></itemset></select1>',
  });
const ALL = TASKS("instance('tasks')/root/item");
const OPEN_ONES = TASKS("instance('tasks')/root/item[due_date != '' and due_date &gt;= '2026-01-01']");
const list =
  (...rows: string[]) =>
  () =>
    Promise.resolve(new Blob([['name,label,due_date', ...rows, ''].join('\r\n')], { type: 'text/csv' }));

describe('a row of a list', () => {
  test.each([
    ['label', 't1,2026-02-31,2026-11-30', '2026-02-31', '2026-11-30'],
    ['property', 't1,ส่งรายงาน,2026-02-31', 'ส่งรายงาน', '2026-02-31'],
    ['moment', 't1,ส่งรายงาน,2026-13-01T25:61:00Z', 'ส่งรายงาน', '2026-13-01T25:61:00Z'],
  ])('with an impossible %s opens, is chosen, and is stored as it is', async (_what, row, label, due) => {
    const attachment = list(row, 't2,อีกงาน,2026-11-30');
    const record = await open(ALL, { attachment });
    const task = at<SelectNode>(record, '/data/task');
    expect(task.currentState.valueOptions.map((one) => one.label.asString)).toEqual([label, 'อีกงาน']);
    select(task, ['t1']);
    const later = await again(ALL, record, { attachment });
    expect([valueAt(later, '/data/title'), valueAt(later, '/data/due')]).toEqual([label, due]);
  });

  test('with an impossible date is passed over where dates are compared', async () => {
    const record = await open(OPEN_ONES, { attachment: list('t1,งานแรก,2026-02-31', 't2,อีกงาน,2026-11-30') });
    const task = at<SelectNode>(record, '/data/task');
    expect(task.currentState.valueOptions.map((one) => one.value)).toEqual(['t2']);
  });
});

describe('an answer', () => {
  const form = (calculate: string) =>
    xform({
      instance: '<text/><result/>',
      binds:
        '<bind nodeset="/data/text" type="string"/>' +
        `<bind nodeset="/data/result" type="string" calculate="${calculate}"/>`,
      body: '<input ref="/data/text"><label>ข้อความ</label></input>',
    });

  test.each([
    ["concat(/data/text, '!')", '2026-02-31!'],
    ["if(/data/text = '2026-02-31', 'เท่ากัน', 'ต่าง')", 'เท่ากัน'],
    ["format-date(/data/text, '%Y')", ''],
    ['date(/data/text)', ''],
    ['decimal-date-time(/data/text)', ''],
    ['/data/text &gt; today()', 'false'],
  ])('that is an impossible date can be typed, and %s is %j', async (calculate, result) => {
    const record = await open(form(calculate));
    setText(at(record, '/data/text'), '2026-02-31');
    expect([valueAt(record, '/data/text'), valueAt(record, '/data/result')]).toEqual(['2026-02-31', result]);
  });

  test('that is a date is still read as one', async () => {
    const record = await open(form("format-date(/data/text, '%d/%m/%Y')"));
    setText(at(record, '/data/text'), '2028-02-29');
    expect(valueAt(record, '/data/result')).toBe('29/02/2028');
  });
});
