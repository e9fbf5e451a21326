import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { freshBrowser } from './browser';
import { FakeServer, json } from './server';
import { draft, finish, openTab, person, photo, PROFILE, stateOf, xmlOf, type Tab } from './tab';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const FORM = '<h:html xmlns:h="http://www.w3.org/1999/xhtml">แบบ</h:html>';
const LOGO = 'logo';

let server: FakeServer;
let tab: Tab;
let files: Record<string, string>;

beforeEach(async () => {
  server = new FakeServer();
  freshBrowser(server);
  tab = await openTab();
  await tab.profiles.putProfile(person());
  files = {};
  server.other = ({ path }) => {
    const found = Object.entries(files).find(([end]) => decodeURIComponent(path).endsWith(end));
    return found ? new Response(found[1]) : null;
  };
});

function announced(version: string) {
  const media = { name: 'logo.png', kind: 'media', hash: md5(LOGO), size: 4, list: null };
  const list = { name: 'schools.csv', kind: 'list', hash: null, size: null, list: 'schools' };
  return { xmlFormId: 'visit', version, title: 'เยี่ยม', hash: md5(FORM), files: [media, list] };
}

const rowOf = (uuid: string, label: string, version = 1) => ({ uuid, label, version, data: { tambon: 'a "b", c' } });
const listOf = (change: object) => ({
  name: 'schools',
  whole: false,
  properties: ['tambon'],
  entities: [],
  deleted: [],
  ...change,
});
const store = () => Promise.all([import('@/store/forms'), import('@/store/entities')]);

test('a form, its media and its lists are there after one pull, without opening the form', async () => {
  files = { '/versions/1.xml': FORM, 'logo.png': LOGO };
  server.news = { forms: [announced('1')], lists: [listOf({ whole: true, entities: [rowOf('u1', 'บ้านนา')] })] };
  await tab.pull(PROFILE);
  const [forms] = await store();
  const form = (await forms.currentForms(PROFILE))[0];
  if (!form) throw new Error('no form');
  expect(form.xml).toBe(FORM);
  expect(await (await forms.attachmentOf(PROFILE, form, 'logo.png'))?.text()).toBe(LOGO);
  const csv = await (await forms.attachmentOf(PROFILE, form, 'schools.csv'))?.text();
  expect(csv).toContain('u1,บ้านนา,1,1,');
  expect(csv).toContain('"a ""b"", c"');
});

test('a version that comes half never takes the place of a whole one', async () => {
  files = { '/versions/1.xml': FORM, 'logo.png': LOGO };
  server.news = { forms: [announced('1')] };
  await tab.pull(PROFILE);
  files = { '/versions/2.xml': FORM, 'logo.png': LOGO };
  server.news = { forms: [{ ...announced('2'), files: [{ ...announced('2').files[0], hash: md5('new') }] }] };
  await tab.pull(PROFILE);
  const [forms] = await store();
  expect((await forms.currentForms(PROFILE)).map((form) => form.version)).toEqual(['1']);
});

test("a portal's page does not become a form", async () => {
  files = { '/versions/1.xml': '<html>Please sign in to the Wi-Fi</html>', 'logo.png': LOGO };
  server.news = { forms: [announced('1')] };
  await tab.pull(PROFILE);
  const [forms] = await store();
  expect(await forms.currentForms(PROFILE)).toEqual([]);
});

test('an old version stays as long as a record uses it, its media too', async () => {
  files = { '/versions/1.xml': FORM, '/versions/2.xml': FORM, 'logo.png': LOGO };
  server.news = { forms: [announced('1')] };
  await tab.pull(PROFILE);
  await tab.records.saveDraft(draft('uuid:1', []));
  server.news = { forms: [{ ...announced('2'), files: [] }] };
  await tab.pull(PROFILE);
  const [forms] = await store();
  expect((await forms.currentForms(PROFILE)).map((form) => form.version)).toEqual(['2']);
  expect(await forms.hasMedia(md5(LOGO))).toBe(true);
  await tab.records.discardDraft('uuid:1');
  await tab.pull(PROFILE);
  expect(await forms.formVersion(PROFILE, 'visit', '1')).toBe(null);
  expect(await forms.hasMedia(md5(LOGO))).toBe(false);
});

test('changes of a list are taken row by row, and a list that is gone is gone', async () => {
  server.news = { lists: [listOf({ whole: true, entities: [rowOf('u1', 'ก'), rowOf('u2', 'ข')] })] };
  await tab.pull(PROFILE);
  server.news = { lists: [listOf({ entities: [rowOf('u2', 'ค', 2)], deleted: ['u1'] })] };
  await tab.pull(PROFILE);
  const [, entities] = await store();
  expect((await entities.rowsOf(PROFILE, 'schools')).map((row) => [row.uuid, row.label])).toEqual([['u2', 'ค']]);
  server.news = { listsGone: ['schools'] };
  await tab.pull(PROFILE);
  expect(await entities.listNames(PROFILE)).toEqual([]);
});

test('a form that the server does not give keeps nothing else from coming, and is asked for again', async () => {
  const other = { ...announced('1'), xmlFormId: 'other', files: [] };
  files = { '/forms/other/versions/1.xml': FORM };
  const lists = [listOf({ whole: true, entities: [rowOf('u1', 'ก')] })];
  server.news = { forms: [announced('1'), other], lists };
  await tab.pull(PROFILE);
  const [forms, entities] = await store();
  const here = async () => (await forms.currentForms(PROFILE)).map((row) => row.xmlFormId);
  expect(await here()).toEqual(['other']);
  server.news = {};
  server.unchanged = true;
  files = { ...files, '/forms/visit/versions/1.xml': FORM, 'logo.png': LOGO };
  await tab.pull(PROFILE);
  expect((await here()).sort()).toEqual(['other', 'visit']);
  expect(await entities.listNames(PROFILE)).toBeDefined();
});

test('a list stays as long as a form that is kept chooses from it, and goes with the form', async () => {
  files = { '/versions/1.xml': FORM, 'logo.png': LOGO };
  server.news = { forms: [announced('1')], lists: [listOf({ whole: true, entities: [rowOf('u1', 'ก')] })] };
  await tab.pull(PROFILE);
  await tab.records.saveDraft(draft('uuid:1', []));
  server.news = { forms: [], listsGone: ['schools'] };
  await tab.pull(PROFILE);
  const [, entities] = await store();
  expect(await entities.listNames(PROFILE), 'a draft of the closed form needs it').toEqual(['schools']);
  await tab.records.discardDraft('uuid:1');
  server.news = { forms: [] };
  await tab.pull(PROFILE);
  expect(await entities.listNames(PROFILE)).toEqual([]);
});

const verdict = (reviewState: string) => {
  return { xmlFormId: 'visit', instanceId: 'uuid:1', reviewState, comment: 'ขอรูป', reviewer: 'หัวหน้า', at: '' };
};

test('a record that the reviewer returned is returned here, and approved it is complete', async () => {
  await finish(tab, 'uuid:1', []);
  await tab.queue.sendNow();
  server.news = { verdicts: [verdict('hasIssues')] };
  await tab.pull(PROFILE);
  expect(await tab.records.record('uuid:1')).toMatchObject({ state: 'returned', verdict: { comment: 'ขอรูป' } });
  server.news = { verdicts: [verdict('approved')] };
  await tab.pull(PROFILE);
  expect(await stateOf(tab, 'uuid:1')).toBe('complete');
});

test('a returned record that is not on this tablet comes with its files, checked', async () => {
  files = { '/versions/1.xml': FORM, 'uuid:1/xml': xmlOf('uuid:1', ['a.jpg']), 'files/a.jpg': 'photo' };
  server.records.set('uuid:1', {
    xml: xmlOf('uuid:1', ['a.jpg']),
    xmlSha256: sha(xmlOf('uuid:1', ['a.jpg'])),
    reason: '',
    files: new Map([['a.jpg', new TextEncoder().encode('photo')]]),
    filed: 1,
  });
  server.news = { verdicts: [verdict('hasIssues')] };
  await tab.pull(PROFILE);
  expect(await tab.openReturned('uuid:1')).toBe('uuid:1');
  expect(await tab.records.record('uuid:1')).toMatchObject({ version: '1', fileNames: ['a.jpg'], state: 'returned' });
  expect((await tab.files.file('uuid:1', 'a.jpg'))?.sha256).toBe(sha('photo'));
});

test('a tablet announces itself after a pull, and a server that does not ask for it is fine', async () => {
  await finish(tab, 'uuid:1', [photo('a.jpg', 10)]);
  let said: unknown;
  server.other = ({ path, body }) => {
    if (!path.includes('/devices/')) return null;
    said = JSON.parse(new TextDecoder().decode(body));
    return json({ serverTime: '', epoch: server.epoch });
  };
  await tab.pull(PROFILE);
  expect(said).toMatchObject({ unsentRecords: 1, drafts: 0, lastFailure: null });
});

test('a sign-in that is not taken pauses the queue and keeps what is here', async () => {
  server.tokens.clear();
  await expect(tab.pull(PROFILE)).rejects.toMatchObject({ status: 401 });
  expect((await tab.profiles.getProfile(PROFILE))?.tokenWorks).toBe(false);
});

test('after a restore the feed is read from its beginning', async () => {
  await tab.pull(PROFILE);
  expect((await tab.profiles.getProfile(PROFILE))?.cursor).toBe('c1');
  server.backup()();
  await tab.pull(PROFILE);
  expect(await tab.profiles.getProfile(PROFILE)).toMatchObject({ cursor: '', epoch: 'epoch-2' });
});

test('a row that this tablet made is in its list at once, until the server brings the row', async () => {
  const model =
    '<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms" ' +
    'xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><model>' +
    '<bind nodeset="/data/note" entities:saveto="tambon"/></model></h:head></h:html>';
  files = { '/versions/1.xml': model };
  const lists = [listOf({ whole: true })];
  server.news = { forms: [{ ...announced('1'), hash: md5(model), files: announced('1').files.slice(1) }], lists };
  await tab.pull(PROFILE);
  const entity =
    '<meta><instanceID>uuid:1</instanceID>' +
    '<entity dataset="schools" create="1" id="u9"><label>ใหม่</label></entity></meta>';
  const xml = `<data id="visit" version="1"><note>ในเมือง</note>${entity}</data>`;
  await tab.records.saveDraft({ ...draft('uuid:1', []), xml });
  await tab.records.finish('uuid:1', { xml, name: '', files: [] });
  const [, entities] = await store();
  const shown = async () => (await entities.rowsOf(PROFILE, 'schools')).map((row) => [row.uuid, row.localBy]);
  expect(await shown()).toEqual([['u9', 'uuid:1']]);
  expect(await (await entities.csvOf(PROFILE, 'schools'))?.text()).toContain('ในเมือง');
  server.news = { lists: [listOf({ entities: [rowOf('u9', 'ใหม่')] })] };
  await tab.pull(PROFILE);
  expect(await shown(), 'not sent yet').toEqual([['u9', 'uuid:1']]);
  await tab.queue.sendNow();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await tab.pull(PROFILE);
  expect(await shown()).toEqual([['u9', null]]);
});
