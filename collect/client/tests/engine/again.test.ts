/** A record that is opened again: as a draft after a kill, or as a correction of what was sent. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { attach, detach, fileOf, setText, type OpenRecord, type RepeatNode, type UploadNode } from '@/engine';
import { again, at, file, open, valueAt, xform } from './support';

const question = (name: string, tag = 'input', more = '') =>
  `<${tag} ref="/data/${name}" ${more}><label>${name}</label></${tag}>`;

type Rows = Extract<RepeatNode, { addInstances: unknown }>;
const rowsOf = (record: OpenRecord) => at<RepeatNode>(record, '/data/row') as Rows;

describe('trap 3: the sum of rows of which one is blank', () => {
  const form = (total: string) =>
    xform({
      instance: '<row jr:template=""><money/></row><total/>',
      binds: `<bind nodeset="/data/row/money" type="decimal"/><bind nodeset="/data/total" type="decimal" calculate="${total}"/>`,
      body:
        '<group ref="/data/row"><label>row</label><repeat nodeset="/data/row">' +
        '<input ref="/data/row/money"><label>money</label></input></repeat></group>',
    });

  test.each([
    ['sum(/data/row/money)', '', 'is blank, which the finding at upload says'],
    ["coalesce(sum(/data/row/money[. != '']), 0)", '1200.5', 'counts the others as the form library writes it'],
  ])('%s gives "%s": it %s', async (total, expected) => {
    const record = await open(form(total));
    while (rowsOf(record).currentState.children.length < 2) rowsOf(record).addInstances();
    setText(at(record, '/data/row[1]/money'), '1200.5');
    expect(valueAt(record, '/data/total')).toBe(expected);
    expect(valueAt(await again(form(total), record), '/data/total')).toBe(expected);
  });
});

describe('trap 4: the id of an entity that the record makes', () => {
  const form = (id: string) =>
    xform({
      instance: '<title/><new_id/>',
      binds: `<bind nodeset="/data/title" type="string"/><bind nodeset="/data/new_id" type="string" calculate="${id}"/>`,
      body: question('title'),
    });

  test.each(['restore', 'edit'] as const)('stays the same after %s when it is made once', async (how) => {
    const record = await open(form('once(uuid())'));
    const id = valueAt(record, '/data/new_id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const later = await again(form('once(uuid())'), record, { how });
    setText(at(later, '/data/title'), 'แก้ไข');
    expect(valueAt(later, '/data/new_id')).toBe(id);
    expect(valueAt(await again(form('once(uuid())'), later), '/data/new_id')).toBe(id);
  });

  test('is another one each time without that, which the finding at upload says', async () => {
    const record = await open(form('uuid()'));
    const later = await again(form('uuid()'), record);
    expect(valueAt(later, '/data/new_id')).not.toBe(valueAt(record, '/data/new_id'));
  });
});

describe('trap 5: an answer that a condition hides', () => {
  const FORM = xform({
    instance: '<more/><reason/><photo/>',
    binds:
      '<bind nodeset="/data/more" type="string"/>' +
      `<bind nodeset="/data/reason" type="string" relevant="/data/more = 'yes'"/>` +
      `<bind nodeset="/data/photo" type="binary" relevant="/data/more = 'yes'"/>`,
    body: question('more') + question('reason') + question('photo', 'upload', 'mediatype="image/*"'),
  });
  const photo = (record: OpenRecord) => at<UploadNode>(record, '/data/photo');

  async function hidden(): Promise<OpenRecord> {
    const record = await open(FORM);
    setText(at(record, '/data/more'), 'yes');
    setText(at(record, '/data/reason'), 'เพราะฝนตก');
    attach(photo(record), file('ฝน.jpg'));
    setText(at(record, '/data/more'), 'no');
    return record;
  }

  test('comes back with the condition while the form is open', async () => {
    const record = await hidden();
    setText(at(record, '/data/more'), 'yes');
    expect(valueAt(record, '/data/reason')).toBe('เพราะฝนตก');
    expect(record.snapshot().files.map((item) => item.name)).toEqual(['ฝน.jpg']);
  });

  test('is not in the draft, and after it is opened again nothing is shown that was not kept', async () => {
    const record = await hidden();
    const { xml, files } = record.snapshot();
    expect(xml).not.toContain('เพราะฝนตก');
    expect(files).toEqual([]);
    const later = await again(FORM, record);
    setText(at(later, '/data/more'), 'yes');
    expect([valueAt(later, '/data/reason'), valueAt(later, '/data/photo'), fileOf(photo(later))]).toEqual([
      '',
      '',
      null,
    ]);
    expect(await later.finish()).toMatchObject({ ok: true });
  });
});

test('trap 11: a record that was closed is let go of, however often the form is filled', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const roots: WeakRef<object>[] = [];
  for (let i = 0; i < 15; i += 1) {
    const record = await open(RANDOM);
    setText(at(record, '/data/name'), `ครั้งที่ ${i}`);
    roots.push(new WeakRef(record.root));
    record.close();
  }
  await new Promise((resolve) => setTimeout(resolve));
  gc();
  // The last may still be held by what ran a moment ago.
  expect(roots.filter((root) => root.deref() !== undefined).length).toBeLessThanOrEqual(1);
});

const RANDOM = xform({
  instance: '<name/><more/><reason/><row jr:template=""><what/><photo/></row><count/><id/>',
  binds:
    ['name', 'more', 'row/what'].map((path) => `<bind nodeset="/data/${path}" type="string"/>`).join('') +
    `<bind nodeset="/data/reason" type="string" relevant="/data/more = 'yes'"/>` +
    '<bind nodeset="/data/row/photo" type="binary"/>' +
    '<bind nodeset="/data/count" type="int" calculate="count(/data/row)"/>' +
    '<bind nodeset="/data/id" type="string" calculate="once(uuid())"/>',
  body:
    question('name') +
    question('more') +
    question('reason') +
    '<group ref="/data/row"><label>row</label><repeat nodeset="/data/row">' +
    '<input ref="/data/row/what"><label>what</label></input>' +
    '<upload ref="/data/row/photo" mediatype="image/*"><label>photo</label></upload></repeat></group>',
});

/** Numbers in [0, 1) that are the same for a seed: mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TEXTS = ['', 'yes', 'ก ำ ํา', ' <&>"\' ', 'บรรทัด\nสอง', '👩‍🏫', '\u200bไร้กว้าง', '0', '=1+1'];

async function step(record: OpenRecord, random: () => number): Promise<void> {
  const below = (n: number) => Math.floor(random() * n);
  const text = TEXTS[below(TEXTS.length)] ?? '';
  const rows = rowsOf(record);
  const count = rows.currentState.children.length;
  const row = 1 + below(Math.max(1, count));
  const doings = [
    () => setText(at(record, '/data/name'), text),
    () => setText(at(record, '/data/more'), random() < 0.5 ? 'yes' : 'no'),
    () => setText(at(record, '/data/reason'), text),
    () => rows.addInstances(below(count + 1) - 1),
    () => (count > 0 ? rows.removeInstances(row - 1) : undefined),
    () => (count > 0 ? setText(at(record, `/data/row[${row}]/what`), text) : undefined),
    () => (count > 0 ? attach(at<UploadNode>(record, `/data/row[${row}]/photo`), file(`${below(3)}.jpg`)) : undefined),
    () => (count > 0 ? detach(record, at<UploadNode>(record, `/data/row[${row}]/photo`)) : undefined),
  ];
  await doings[below(doings.length)]?.();
}

test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  'whatever is done to it, a draft is the same after it is opened again (seed %i)',
  async (seed) => {
    const random = chance(seed);
    let record = await open(RANDOM);
    for (let round = 0; round < 4; round += 1) {
      for (let i = 0; i < 8; i += 1) await step(record, random);
      const before = record.snapshot();
      const later = await again(RANDOM, record);
      const after = later.snapshot();
      expect(after.xml).toBe(before.xml);
      const content = (files: File[]) => Promise.all(files.map(async (one) => [one.name, await one.text()]));
      expect(await content(after.files)).toEqual(await content(before.files));
      expect(new Set(after.files.map((one) => one.name)).size).toBe(after.files.length);
      record.close();
      record = later;
    }
  },
);
