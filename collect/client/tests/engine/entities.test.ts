/** What a record does to lists, read from its XML by the rules of the entities specification. */
import { describe, expect, test } from 'vitest';
import { entityEffects } from '@/engine/entities';

const bind = (path: string, property: string) =>
  `<bind nodeset="${path}" type="string" entities:saveto="${property}"/>`;
const form = (binds: string) =>
  '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"' +
  ` xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><model>${binds}</model></h:head></h:html>`;
const record = (content: string) => `<data xmlns:orx="http://openrosa.org/xforms" id="f" version="1">${content}</data>`;
const entity = (more: string, label = '') =>
  `<meta><instanceID>uuid:1</instanceID><entity ${more}>${label && `<label>${label}</label>`}</entity></meta>`;

const TREES = form(bind('/data/species', 'species') + bind('/data/place/height', 'height'));
const ANSWERS = '<species>สัก</species><place><height>12</height></place>';

describe('a record', () => {
  test('makes a row with its label and what the form saves', () => {
    expect(entityEffects(TREES, record(ANSWERS + entity('dataset="trees" id="u1" create="1"', 'ต้นสัก')))).toEqual([
      { list: 'trees', uuid: 'u1', create: true, label: 'ต้นสัก', data: { species: 'สัก', height: '12' }, branchId: null },
    ]);
  });

  test('changes a row, and leaves alone what was not asked', () => {
    const xml = record(`<species>สน</species>${entity('dataset="trees" id="uuid:u1" update="true" branchId="b1"')}`);
    expect(entityEffects(TREES, xml)).toEqual([
      { list: 'trees', uuid: 'u1', create: false, label: null, data: { species: 'สน' }, branchId: 'b1' },
    ]);
  });

  test.each([
    'dataset="trees" id="u1"',
    'dataset="trees" id="u1" create="0" update=""',
    'dataset="trees" id="" create="1"',
  ])('with %s does nothing', (attributes) => {
    expect(entityEffects(TREES, record(ANSWERS + entity(attributes)))).toEqual([]);
  });

  test('without an entity does nothing, and none is looked for in the form', () => {
    expect(entityEffects('not even XML', record(`${ANSWERS}<meta><instanceID>uuid:1</instanceID></meta>`))).toEqual([]);
  });

  test('whose questions are in a namespace is read all the same', () => {
    const xml =
      '<x:data xmlns:x="urn:x" id="f"><x:species>ยาง</x:species><orx:meta xmlns:orx="http://openrosa.org/xforms">' +
      '<entity dataset="trees" id="u1" create="1"/></orx:meta></x:data>';
    expect(entityEffects(form(bind('/x:data/x:species', 'species')), xml)[0]?.data).toEqual({ species: 'ยาง' });
  });
});

describe('rows of a repeat', () => {
  const FORM = form(bind('/data/visit', 'visit') + bind('/data/tree/species', 'species'));
  const row = (uuid: string, species: string, create = '1') =>
    `<tree><species>${species}</species><meta><entity dataset="trees" id="${uuid}" create="${create}"/></meta></tree>`;

  test('make a row each, with their own answers only', () => {
    const effects = entityEffects(FORM, record(`<visit>v1</visit>${row('u1', 'สัก')}${row('u2', 'สน')}`));
    expect(effects.map(({ uuid, data }) => [uuid, data])).toEqual([
      ['u1', { species: 'สัก' }],
      ['u2', { species: 'สน' }],
    ]);
  });

  test("and the record itself do not take each other's answers", () => {
    const own = '<meta><instanceID>uuid:1</instanceID><entity dataset="visits" id="v" create="1"/></meta>';
    const effects = entityEffects(FORM, record(`<visit>v1</visit>${row('u1', 'สัก')}${own}`));
    expect(Object.fromEntries(effects.map(({ list, data }) => [list, data]))).toEqual({
      trees: { species: 'สัก' },
      visits: { visit: 'v1' },
    });
  });
});
