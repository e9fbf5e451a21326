import { beforeEach, expect, test, vi } from 'vitest';
import { freshBrowser } from '../queue/browser';
import { FakeServer } from '../queue/server';
import { draft, finish, openTab, person, photo, PROFILE, stateOf, type Tab } from '../queue/tab';

const DAY = 86_400_000;
const photos = [photo('a.jpg', 100)];
let tab: Tab;

beforeEach(async () => {
  freshBrowser(new FakeServer());
  tab = await openTab();
  await tab.profiles.putProfile(person());
});

const tidyUp = async (now: number) => (await import('@/queue/space')).tidyUp(now);
const contentOf = async (id: string) => [
  (await tab.records.record(id))?.xml !== '',
  (await tab.files.filesOf(id)).length,
];

test('a record that names a file that is not here stays a draft', async () => {
  await tab.records.saveDraft(draft('uuid:1', ['gone.jpg']));
  const final = { xml: '<data/>', name: '', files: [{ name: 'gone.jpg' }] };
  await expect(tab.records.finish('uuid:1', final)).rejects.toMatchObject({ names: ['gone.jpg'] });
  expect(await stateOf(tab, 'uuid:1')).toBe('draft');
});

test('a finished record is not written over by a late autosave', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.records.saveDraft(draft('uuid:1', []));
  expect(await tab.records.record('uuid:1')).toMatchObject({ state: 'ready', fileNames: ['a.jpg'] });
});

test('content goes two weeks after the receipt, the receipt after three months', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  await tidyUp(Date.now() + 13 * DAY);
  expect(await contentOf('uuid:1')).toEqual([true, 1]);
  await tidyUp(Date.now() + 15 * DAY);
  expect(await contentOf('uuid:1')).toEqual([false, 0]);
  expect((await tab.records.record('uuid:1'))?.receipt?.complete).toBe(true);
  await tidyUp(Date.now() + 91 * DAY);
  expect(await tab.records.record('uuid:1')).toBe(undefined);
});

test('what was not sent stays, however old it is', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.records.saveDraft(draft('uuid:2', []));
  await tidyUp(Date.now() + 1000 * DAY);
  await tab.outbox.empty('uuid:1');
  await tab.outbox.forget('uuid:1');
  expect(await contentOf('uuid:1')).toEqual([true, 1]);
  expect(await stateOf(tab, 'uuid:2')).toBe('draft');
});

test('a file that the receipt does not list stays', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  const receipt = (await tab.records.record('uuid:1'))?.receipt;
  if (!receipt) throw new Error('no receipt');
  await tab.records.patchRecord('uuid:1', { receipt: { ...receipt, files: [] } });
  await tab.outbox.empty('uuid:1');
  expect(await contentOf('uuid:1')).toEqual([true, 1]);
});

test('room is made without taking a file into the hand: a browser frees nothing that a page holds', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  const read = vi.spyOn(IDBObjectStore.prototype, 'getAll');
  const { withRoom } = await import('@/queue/space');
  let full = true;
  const write = () => {
    if (!full) return Promise.resolve('written');
    full = false;
    return Promise.reject(new DOMException('full', 'QuotaExceededError'));
  };
  expect(await withRoom(write)).toBe('written');
  expect(read.mock.contexts.map((store) => (store as IDBObjectStore).name)).not.toContain('files');
  read.mockRestore();
  expect(await contentOf('uuid:1')).toEqual([false, 0]);
});

test('the bytes of a file are written once, however its sending goes', async () => {
  await finish(tab, 'uuid:1', [photo('film.mp4', 12_000_000)]);
  const write = vi.spyOn(IDBObjectStore.prototype, 'put');
  await tab.queue.sendNow();
  expect(await stateOf(tab, 'uuid:1')).toBe('complete');
  expect((await tab.files.filesOf('uuid:1'))[0]).toMatchObject({ confirmed: true, uploaded: 12_000_000 });
  const stores = write.mock.contexts.map((store) => (store as IDBObjectStore).name);
  write.mockRestore();
  expect(stores).toContain('sending');
  expect(stores).not.toContain('files');
});

test('what an earlier client noted of the sending in the row of the file still counts', async () => {
  await finish(tab, 'uuid:1', photos);
  const { openDb } = await import('@/store/db');
  const [row] = await tab.files.filesOf('uuid:1');
  await (await openDb()).put('files', { ...row!, uploadUrl: '/v1/begun', uploaded: 40 });
  expect(await tab.files.file('uuid:1', 'a.jpg')).toMatchObject({ uploadUrl: '/v1/begun', uploaded: 40 });
  await tab.files.patchFile('uuid:1', 'a.jpg', { uploaded: 60 });
  expect((await tab.files.filesOf('uuid:1'))[0]).toMatchObject({ uploadUrl: '/v1/begun', uploaded: 60 });
});

test('a returned record keeps its content until it was corrected', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.queue.sendNow();
  await tab.records.patchRecord('uuid:1', { state: 'returned' });
  await tidyUp(Date.now() + 15 * DAY);
  expect(await contentOf('uuid:1')).toEqual([true, 1]);
  await tab.records.patchRecord('uuid:1', { replacedBy: 'uuid:2' });
  await tidyUp(Date.now() + 15 * DAY);
  expect(await contentOf('uuid:1')).toEqual([false, 0]);
});

test('a person who is taken off the tablet takes their rows with them, and nobody else loses any', async () => {
  await tab.profiles.putProfile(person({ id: '1:2', actorId: 2 }));
  await finish(tab, 'uuid:1', photos);
  await finish(tab, 'uuid:2', photos, { profileId: '1:2' });
  await tab.profiles.removeProfile(PROFILE);
  expect(await tab.records.record('uuid:1')).toBe(undefined);
  expect(await contentOf('uuid:2')).toEqual([true, 1]);
});

test('a list of 3,000 rows is a CSV within a moment, and is kept until a row changes', async () => {
  const [{ applyPage }, { csvOf }] = await Promise.all([import('@/store/feed'), import('@/store/entities')]);
  const rows = Array.from({ length: 3000 }, (_value, i) => {
    return { uuid: `u${i}`, label: `โรงเรียน ${i}`, version: 1, data: { district: `d${i % 12}` } };
  });
  const list = { name: 'schools', whole: true, properties: ['district'], entities: rows, deleted: [] };
  const page = { cursor: 'c', more: false, epoch: 'e', serverTime: '', forms: null, listsGone: [], verdicts: [] };
  const someone = { displayName: 'ก', properties: {} };
  await applyPage(PROFILE, { ...page, person: someone, lists: [list] }, null, Date.now());
  const first = await csvOf(PROFILE, 'schools');
  expect((await first?.text())?.split('\r\n')).toHaveLength(3002);
  expect(await csvOf(PROFILE, 'schools')).toBe(first);
  const change = { ...list, whole: false, entities: rows.slice(0, 1) };
  await applyPage(PROFILE, { ...page, person: someone, lists: [change] }, null, Date.now());
  expect(await csvOf(PROFILE, 'schools')).not.toBe(first);
});
