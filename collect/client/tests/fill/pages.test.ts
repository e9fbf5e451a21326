import { describe, expect, it } from 'vitest';
import { effect } from 'vue';
import type { OpenRecord } from '@/engine/types';
import { isPageShown, pagesOf, pageWith, questionsOn, titleOf, type Page } from '@/views/fill/pages';
import { find, open, questions, type, xform } from './support';

const names = (page: Page) =>
  page.items.map((item) =>
    (item.currentState.reference as string)
      .split('/')
      .at(-1)!
      .replace(/\[\d+\]/, ''),
  );
const layout = (record: OpenRecord) => pagesOf(record.root).map(names);

const group = (name: string, inner: string, appearance = '') =>
  `<group ref="/data/${name}"${appearance && ` appearance="${appearance}"`}><label>กลุ่ม ${name}</label>${inner}</group>`;

describe('a form without a style', () => {
  it('has a page for each group of the top level and gathers the questions between them', async () => {
    const [a, b, g, h] = [
      questions('a', 2),
      questions('b', 1),
      questions('g', 3, '/data/g'),
      questions('h', 2, '/data/h'),
    ];
    const record = await open(
      xform({
        instance: `${a.instance}<g>${g.instance}</g><h>${h.instance}</h>${b.instance}`,
        binds: a.binds + g.binds + h.binds + b.binds,
        body: a.body + group('g', g.body) + group('h', h.body) + b.body,
      }),
    );
    expect(layout(record)).toEqual([['a1', 'a2'], ['g1', 'g2', 'g3'], ['h1', 'h2'], ['b1']]);
    expect(pagesOf(record.root).map(titleOf)).toEqual(['ข้อ a1', 'กลุ่ม g', 'กลุ่ม h', 'ข้อ b1']);
  });

  it('cuts a long group into parts of about the same length', async () => {
    const g = questions('g', 34, '/data/g');
    const record = await open(xform({ instance: `<g>${g.instance}</g>`, binds: g.binds, body: group('g', g.body) }));
    const pages = pagesOf(record.root);
    expect(pages.map((page) => page.items.length)).toEqual([11, 12, 11]);
    expect(pages.map((page) => page.part)).toEqual([1, 2, 3].map((number) => ({ number, of: 3 })));
  });

  it('never shows more than a comfortable number of questions of a form of 500', async () => {
    const q = questions('q', 500);
    const record = await open(xform(q));
    const pages = pagesOf(record.root);
    expect(pages.length).toBe(34);
    expect(Math.max(...pages.map((page) => page.items.length))).toBeLessThanOrEqual(15);
    expect(pages.flatMap(names)).toEqual(Array.from({ length: 500 }, (_, at) => `q${at + 1}`));
  });

  it('gives a repeat a page of its own, inside a group as well, but not inside a field-list', async () => {
    const repeat = (path: string) =>
      `<group ref="${path}"><label>แถว</label><repeat nodeset="${path}"><input ref="${path}/x"><label>x</label></input></repeat></group>`;
    const [g, f] = [questions('g', 2, '/data/g'), questions('f', 1, '/data/f')];
    const record = await open(
      xform({
        instance: `<g><g1/><r><x/></r><g2/></g><f>${f.instance}<s><x/></s></f>`,
        binds: g.binds + f.binds,
        body:
          group('g', g.body.replace('<input ref="/data/g/g2">', `${repeat('/data/g/r')}<input ref="/data/g/g2">`)) +
          group('f', f.body + repeat('/data/f/s'), 'field-list'),
      }),
    );
    expect(layout(record)).toEqual([['g1'], ['r'], ['g2'], ['f1', 's']]);
    expect(titleOf(pagesOf(record.root)[1]!)).toBe('แถว');
  });

  it('keeps the rows of a table together', async () => {
    const rows = Array.from({ length: 8 }, (_, at) => `r${at}`);
    const lead = questions('q', 11);
    const record = await open(
      xform({
        instance: lead.instance + rows.map((row) => `<${row}/>`).join(''),
        body:
          lead.body +
          rows
            .map(
              (row) =>
                `<select1 ref="/data/${row}" appearance="likert"><label>${row}</label><item><label>1</label><value>1</value></item></select1>`,
            )
            .join(''),
      }),
    );
    const pages = layout(record);
    expect(pages).toHaveLength(2);
    expect(pages[1]).toEqual(['q11', ...rows]);
  });
});

it('shows a form with style pages as ODK Collect does: a field-list is one page, any other question its own', async () => {
  const [a, g, f] = [questions('a', 2), questions('g', 2, '/data/g'), questions('f', 3, '/data/f')];
  const record = await open(
    xform({
      instance: `${a.instance}<g>${g.instance}</g><f>${f.instance}</f>`,
      binds: a.binds + g.binds + f.binds,
      body: a.body + group('g', g.body) + group('f', f.body, 'field-list'),
      bodyClass: 'pages',
    }),
  );
  expect(layout(record)).toEqual([['a1'], ['a2'], ['g1'], ['g2'], ['f1', 'f2', 'f3']]);
});

it('leaves calculations and the meta block out', async () => {
  const record = await open(
    xform({
      instance: '<a/><sum/>',
      binds: '<bind nodeset="/data/sum" type="string" calculate="1 + 1"/>',
      body: '<input ref="/data/a"><label>a</label></input>',
    }),
  );
  expect(layout(record)).toEqual([['a']]);
  expect(names(pagesOf(record.root)[0]!)).toEqual(['a']);
});

it('knows at once when a page becomes relevant, and which page a question is on', async () => {
  const g = questions('g', 2, '/data/g');
  const record = await open(
    xform({
      instance: `<a/><g>${g.instance}</g>`,
      binds: `<bind nodeset="/data/g" relevant="/data/a = 'ใช่'"/>${g.binds}`,
      body: `<input ref="/data/a"><label>a</label></input>${group('g', g.body)}`,
    }),
  );
  const [, second] = pagesOf(record.root);
  const seen: boolean[] = [];
  effect(() => seen.push(isPageShown(second!)));
  type(record, '/data/a', 'ใช่');
  expect(seen).toEqual([false, true]);
  expect(questionsOn(second!)).toHaveLength(2);
  expect(pageWith(pagesOf(record.root), find(record, '/data/g/g2'))).toBe(1);
});

it('puts what the form only tells after the rows of a repeat below them', async () => {
  const record = await open(
    xform({
      instance: '<r><x/></r><told/>',
      binds: '<bind nodeset="/data/told" type="string" readonly="true()"/>',
      body: `<group ref="/data/r"><label>แถว</label><repeat nodeset="/data/r"><input ref="/data/r/x"><label>x</label></input></repeat></group>
        <input ref="/data/told"><label>ครบแล้ว</label></input>`,
    }),
  );
  expect(layout(record)).toEqual([['r', 'told']]);
  expect(titleOf(pagesOf(record.root)[0]!)).toBe('แถว');
});
