/** The engine's traps, one test for each (docs/field-client-features.md says where the others are held). */
import { describe, expect, test } from 'vitest';
import {
  attach,
  detach,
  fileOf,
  OpenError,
  setDateTime,
  setNumber,
  setText,
  setTime,
  type InputNode,
  type RepeatNode,
  type UploadNode,
} from '@/engine';
import { again, at, file, open, valueAt, xform } from './support';

const question = (name: string, tag = 'input', more = '') =>
  `<${tag} ref="/data/${name}" ${more}><label>${name}</label></${tag}>`;

const PHOTOS = xform({
  instance: '<note/><one/><two/>',
  binds:
    '<bind nodeset="/data/note" type="string"/><bind nodeset="/data/one" type="binary" required="true()"/>' +
    '<bind nodeset="/data/two" type="binary"/>',
  body:
    question('note') +
    question('one', 'upload', 'mediatype="image/*"') +
    question('two', 'upload', 'mediatype="image/*"'),
});
const one = (record: Parameters<typeof at>[0]) => at<UploadNode>(record, '/data/one');
const two = (record: Parameters<typeof at>[0]) => at<UploadNode>(record, '/data/two');

describe('trap 1: files of a record that was opened again', () => {
  test.each(['restore', 'edit'] as const)('are all there after %s, and in what is finished', async (how) => {
    const record = await open(PHOTOS);
    attach(one(record), file('หน้า.jpg'));
    attach(two(record), file('หลัง.jpg'));
    const later = await again(PHOTOS, record, { how });
    const done = await later.finish();
    if (!done.ok) throw new Error(JSON.stringify(done.findings));
    expect(done.snapshot.files.map((item) => item.name)).toEqual(['หน้า.jpg', 'หลัง.jpg']);
    expect(await done.snapshot.files[0]?.text()).toBe('หน้า.jpg');
    expect(done.snapshot.xml).toContain('<one>หน้า.jpg</one>');
  });

  test('that the XML names and that are not there keep it from being finished', async () => {
    const record = await open(PHOTOS);
    attach(one(record), file('a.jpg'));
    attach(two(record), file('b.jpg'));
    const later = await again(PHOTOS, record, { files: [file('a.jpg')] });
    const done = await later.finish();
    expect(done).toMatchObject({ ok: false, findings: [{ reference: '/data/two', condition: 'file' }] });
  });
});

describe('trap 2: taking out a file of a record that was opened again', () => {
  test.each(['restore', 'edit'] as const)(
    'leaves no name behind after %s, and everything else in place',
    async (how) => {
      const record = await open(PHOTOS);
      setText(at(record, '/data/note'), 'คงอยู่');
      attach(one(record), file('a.jpg'));
      attach(two(record), file('b.jpg'));
      const later = await again(PHOTOS, record, { how });
      const { instanceId, edits } = later;
      await detach(later, one(later));
      expect(later.generation.value).toBe(1);
      expect(later.busy.value).toBe(false);
      expect([later.instanceId, later.edits]).toEqual([instanceId, edits]);
      expect(valueAt(later, '/data/one')).toBe('');
      expect(valueAt(later, '/data/note')).toBe('คงอยู่');
      expect(later.snapshot().files.map((item) => item.name)).toEqual(['b.jpg']);
      expect(await later.finish()).toMatchObject({ ok: false, findings: [{ condition: 'required' }] });
    },
  );

  test('keeps what is typed while it runs', async () => {
    const record = await open(PHOTOS);
    attach(one(record), file('a.jpg'));
    const later = await again(PHOTOS, record);
    const running = detach(later, one(later));
    expect(later.busy.value).toBe(true);
    setText(at(later, '/data/note'), 'พิมพ์ระหว่างนั้น');
    await running;
    expect(valueAt(later, '/data/note')).toBe('พิมพ์ระหว่างนั้น');
  });

  test('keeps what could not be taken in other questions, and the language', async () => {
    const record = await open(PHOTOS);
    attach(one(record), file('a.jpg'));
    const later = await again(PHOTOS, record);
    later.reportProblem(at(later, '/data/note').nodeId, 'ไม่ใช่ตัวเลข');
    await detach(later, one(later));
    attach(one(later), file('b.jpg'));
    expect(await later.finish()).toMatchObject({
      ok: false,
      findings: [{ reference: '/data/note', condition: 'answer' }],
    });
  });

  test('leaves the file where it was when the form cannot be opened again', async () => {
    const lists = { here: true };
    const form = PHOTOS.replace('<bind', '<instance id="l" src="jr://file-csv/l.csv"/><bind');
    const attachment = () => Promise.resolve(lists.here ? new Blob(['name,label\r\na,b\r\n']) : null);
    const record = await open(form, { attachment });
    attach(one(record), file('a.jpg'));
    const later = await again(form, record, { attachment });
    lists.here = false;
    await expect(detach(later, one(later))).rejects.toBeInstanceOf(OpenError);
    expect(later.busy.value).toBe(false);
    expect(later.snapshot().files.map((item) => item.name)).toEqual(['a.jpg']);
    expect(valueAt(later, '/data/one')).toBe('a.jpg');
  });

  test('needs nothing of the kind for a file that was added a moment ago', async () => {
    const record = await open(PHOTOS);
    attach(one(record), file('a.jpg'));
    await detach(record, one(record));
    expect([record.generation.value, valueAt(record, '/data/one'), fileOf(one(record))]).toEqual([0, '', null]);
  });
});

test('what a widget could not take and what breaks a rule are told together, in the order of the form', async () => {
  const form = xform({
    instance: '<a/><b/><c/>',
    binds:
      '<bind nodeset="/data/a" type="string" required="true()"/><bind nodeset="/data/b" type="int"/>' +
      '<bind nodeset="/data/c" type="string" required="true()"/>',
    body: question('a') + question('b') + question('c'),
  });
  const record = await open(form);
  record.reportProblem(at(record, '/data/b').nodeId, 'ไม่ใช่ตัวเลข');
  record.reportProblem(at(record, '/data/c').nodeId, 'ยาวเกินไป');
  const done = await record.finish();
  if (done.ok) throw new Error('It was finished');
  expect(done.findings.map((item) => [item.reference, item.condition])).toEqual([
    ['/data/a', 'required'],
    ['/data/b', 'answer'],
    ['/data/c', 'answer'],
  ]);
});

test('a file that is called as the record itself is not taken for it', async () => {
  const record = await open(PHOTOS);
  expect(attach(one(record), file('xml_submission_file')).name).toBe('file-xml_submission_file');
  const later = await again(PHOTOS, record);
  expect(later.snapshot().files.map((item) => item.name)).toEqual(['file-xml_submission_file']);
});

test('two photos of one name are two files', async () => {
  const record = await open(PHOTOS);
  const names = [attach(one(record), file('image.jpg', '1')), attach(two(record), file('image.jpg', '2'))];
  expect(names[0]?.name).not.toBe(names[1]?.name);
  expect(await Promise.all(record.snapshot().files.map((item) => item.text()))).toEqual(['1', '2']);
  expect(record.snapshot().files.map((item) => item.name)).toEqual(names.map((item) => item.name));
});

const NUMBERS = xform({
  instance: '<whole/><decimal/><clock/><moment/>',
  binds:
    '<bind nodeset="/data/whole" type="int"/><bind nodeset="/data/decimal" type="decimal"/>' +
    '<bind nodeset="/data/clock" type="time"/><bind nodeset="/data/moment" type="dateTime"/>',
  body: ['whole', 'decimal', 'clock', 'moment'].map((name) => question(name)).join(''),
});

describe('trap 6: what is no number', () => {
  test.each([
    ['whole', 'abc', 'not_a_number'],
    ['whole', '1.5', 'not_whole'],
    ['whole', '2147483648', 'too_large'],
    ['whole', '1,5', 'not_a_number'],
    ['decimal', '1,5', 'not_a_number'],
    ['decimal', '1.2.3', 'not_a_number'],
    ['decimal', '12345678901234567', 'too_large'],
  ])('%s %s is told, and the answer of before stays', async (name, text, told) => {
    const record = await open(NUMBERS);
    const node = at<InputNode>(record, `/data/${name}`);
    setNumber(node, '7');
    expect(setNumber(node, text)).toBe(told);
    expect(Number(valueAt(record, `/data/${name}`))).toBe(7);
  });

  test.each([
    ['whole', '๑๒๓', '123'],
    ['whole', '-2147483647', '-2147483647'],
    ['whole', '1,234,567', '1234567'],
    ['decimal', '๑,๒๓๔.๕', '1234.5'],
    ['decimal', '１２', '12'],
    ['decimal', '', ''],
  ])('%s %s is taken as %s', async (name, text, stored) => {
    const record = await open(NUMBERS);
    expect(setNumber(at<InputNode>(record, `/data/${name}`), text)).toBe('ok');
    const value = valueAt(record, `/data/${name}`);
    expect(value && Number(value)).toBe(stored && Number(stored));
  });
});

test('trap 7: a time and a moment are kept without seconds being typed', async () => {
  const record = await open(NUMBERS);
  setTime(at(record, '/data/clock'), '09:30');
  setDateTime(at(record, '/data/moment'), '2026-11-21T09:30');
  expect(valueAt(record, '/data/clock')).toMatch(/^09:30:00\.000[+-]\d\d:\d\d$|^09:30:00\.000Z$/);
  expect(valueAt(record, '/data/moment')).toMatch(/^2026-11-21T09:30:00\.000/);
});

describe('trap 8: characters that no XML can hold', () => {
  const TEXT = xform({
    instance: '<note/><who/>',
    binds:
      '<bind nodeset="/data/note" type="string"/>' +
      '<bind nodeset="/data/who" type="string" jr:preload="property" jr:preloadParams="username"/>',
    body: question('note'),
  });
  const parses = (xml: string) =>
    new DOMParser().parseFromString(xml, 'application/xml').querySelector('parsererror') === null;

  test('are left out of text that is typed or pasted', async () => {
    const record = await open(TEXT);
    setText(at(record, '/data/note'), 'ก\u0000ข\u000bค\ud800ง\ufffe');
    expect(valueAt(record, '/data/note')).toBe('กขคง');
    setText(at(record, '/data/note'), 'บรรทัด\r\nต่อไป\r');
    expect((await again(TEXT, record)).snapshot().xml).toBe(record.snapshot().xml);
    expect(parses(record.snapshot().xml)).toBe(true);
  });

  test('are left out of what the record gets from elsewhere', async () => {
    const record = await open(TEXT, { preload: { deviceID: 't', username: 'สม\u0001ใจ' } });
    expect(parses(record.snapshot().xml)).toBe(true);
    expect(parses((await again(TEXT, record)).snapshot().xml)).toBe(true);
  });
});

test('trap 10: an expression that the engine does not know is told when the form is opened', async () => {
  const form = xform({
    instance: '<a/>',
    binds: '<bind nodeset="/data/a" type="string" calculate="no-such-function()"/>',
    body: question('a'),
  });
  await expect(open(form)).rejects.toBeInstanceOf(OpenError);
});

test('trap 11: each opening reads the form anew and closing lets go of it', async () => {
  const record = await open(PHOTOS);
  record.close();
  expect(() => record.root).toThrow();
});

test('trap 13: a sum of decimals is what the engine makes of it, so forms round money', async () => {
  const form = (rounded: string) =>
    xform({
      instance: '<a/><total/>',
      binds:
        '<bind nodeset="/data/a" type="decimal"/>' +
        `<bind nodeset="/data/total" type="decimal" calculate="${rounded}" readonly="true()"/>`,
      body: question('a') + question('total'),
    });
  const record = await open(form('round( /data/a * 3, 2)'));
  setNumber(at(record, '/data/a'), '1.1');
  expect((await again(form('round( /data/a * 3, 2)'), record)).snapshot().xml).toContain('<total>3.3</total>');
});

test('trap 15: a list that is missing keeps the form from opening', async () => {
  const form = xform({
    instance: '<school/>',
    secondary: '<instance id="schools" src="jr://file-csv/schools.csv"/>',
    binds: '<bind nodeset="/data/school" type="string"/>',
    body:
      '<select1 ref="/data/school"><label>school</label><itemset nodeset="instance(\'schools\')/root/item">' +
      '<value ref="name"/><label ref="label"/></itemset></select1>',
  });
  await expect(open(form)).rejects.toThrow();
  const csv = new Blob(['name,label\r\ns1,บ้านนา\r\n'], { type: 'text/csv' });
  const record = await open(form, { attachment: (name) => Promise.resolve(name === 'schools.csv' ? csv : null) });
  expect(at(record, '/data/school').currentState.valueOptions).toHaveLength(1);
});

test('trap 16: names of months by format-date are English; the pages show dates themselves', async () => {
  const form = xform({
    instance: '<day>2026-11-21</day><words/>',
    binds:
      '<bind nodeset="/data/day" type="date"/>' +
      `<bind nodeset="/data/words" type="string" calculate="format-date(/data/day, '%b %Y')"/>`,
    body: question('day'),
  });
  expect((await open(form)).snapshot().xml).toContain('<words>Nov 2026</words>');
});

describe('trap 18: the draft of an edit that is opened again', () => {
  test('still says which record it corrects', async () => {
    const first = await open(PHOTOS);
    attach(one(first), file('a.jpg'));
    const edit = await again(PHOTOS, first, { how: 'edit' });
    expect(edit.edits).toBe(first.instanceId);
    const later = await again(PHOTOS, edit);
    expect([later.instanceId, later.edits]).toEqual([edit.instanceId, first.instanceId]);
    expect(later.snapshot().xml).toContain('deprecatedID');
  });

  test('says so also where the form writes the id with an attribute', async () => {
    const odd = PHOTOS.replace('<instanceID/>', '<instanceID note="x"/>');
    const first = await open(odd);
    const edit = await again(odd, first, { how: 'edit' });
    expect((await again(odd, edit)).edits).toBe(first.instanceId);
  });
});

test('an answer in a row that was added and taken away again is gone, and the others stay', async () => {
  const form = xform({
    instance: '<row jr:template=""><name/></row>',
    binds: '<bind nodeset="/data/row/name" type="string"/>',
    body:
      '<group ref="/data/row"><label>row</label><repeat nodeset="/data/row">' +
      '<input ref="/data/row/name"><label>name</label></input></repeat></group>',
  });
  const record = await open(form);
  const rows = at<RepeatNode>(record, '/data/row') as Extract<RepeatNode, { addInstances: unknown }>;
  while (rows.currentState.children.length < 3) rows.addInstances();
  ['ก', 'ข', 'ค'].forEach((name, index) => setText(at(record, `/data/row[${index + 1}]/name`), name));
  rows.removeInstances(1);
  const later = await again(form, record);
  expect([valueAt(later, '/data/row[1]/name'), valueAt(later, '/data/row[2]/name')]).toEqual(['ก', 'ค']);
});
