/** Drafts and their files in the database: nothing comes back, nothing stays behind, nothing is begun by halves. */
import { beforeEach, expect, test, vi } from 'vitest';
import { freshBrowser } from '../queue/browser';
import { FakeServer } from '../queue/server';
import { begin, draft, finish, openTab, person, photo, stateOf, type Tab } from '../queue/tab';

let tab: Tab;

beforeEach(async () => {
  freshBrowser(new FakeServer());
  tab = await openTab();
  await tab.profiles.putProfile(person());
});

const namesOf = async (id: string) => (await tab.files.filesOf(id)).map(({ name }) => name);

test('a draft that was thrown away is not brought back by a late autosave', async () => {
  await tab.records.saveDraft(draft('uuid:1', []));
  await tab.records.updateDraft(draft('uuid:1', [], { name: 'บ้านหนองบัว' }));
  expect((await tab.records.record('uuid:1'))?.name).toBe('บ้านหนองบัว');
  await tab.records.discardDraft('uuid:1');
  await expect(tab.records.updateDraft(draft('uuid:1', []))).rejects.toThrow(tab.records.DraftGoneError);
  expect(await tab.records.record('uuid:1')).toBe(undefined);
});

test('a finished record is not written over by a late autosave of its draft', async () => {
  await finish(tab, 'uuid:1', []);
  await tab.records.updateDraft(draft('uuid:1', []));
  expect(await stateOf(tab, 'uuid:1')).toBe('ready');
});

test('what a page writes when it goes is all asked for at once: no answer would come to it any more', async () => {
  await tab.records.saveDraft(draft('uuid:1', []));
  const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
  await tab.records.partFromDraft(draft('uuid:1', [], { name: 'คำสุดท้าย' }));
  expect(commit).toHaveBeenCalledOnce();
  expect((await tab.records.record('uuid:1'))?.name).toBe('คำสุดท้าย');
});

test('a correction begins with all files of the record or not at all', async () => {
  await begin(tab, 'uuid:1', [photo('a.jpg', 100), photo('b.jpg', 100)]);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await expect(tab.records.saveCorrection(draft('uuid:2', []), 'uuid:1')).rejects.toThrow('full');
  put.mockRestore();
  expect([await tab.records.record('uuid:2'), await namesOf('uuid:2')]).toEqual([undefined, []]);
  await tab.records.saveCorrection(draft('uuid:2', [], { edits: 'uuid:1' }), 'uuid:1');
  expect(await tab.records.record('uuid:2')).toMatchObject({ state: 'draft', fileNames: ['a.jpg', 'b.jpg'] });
  expect(await namesOf('uuid:2')).toEqual(['a.jpg', 'b.jpg']);
});

test('a file without a record goes, and no other is touched or looked at', async () => {
  await begin(tab, 'uuid:1', [photo('a.jpg', 100)]);
  await finish(tab, 'uuid:2', [photo('b.jpg', 100)]);
  const late = new File(['late'], 'c.jpg', { type: 'image/jpeg' });
  await tab.files.keepFile('uuid:gone', late, { taken: null, thumbnail: null });
  const read = [vi.spyOn(IDBObjectStore.prototype, 'getAll'), vi.spyOn(IDBObjectStore.prototype, 'get')];
  const { tidyUp } = await import('@/queue/space');
  await tidyUp();
  const stores = read.flatMap((spy) => spy.mock.contexts.map((store) => (store as IDBObjectStore).name));
  expect(stores).not.toContain('files');
  read.forEach((spy) => spy.mockRestore());
  expect(await Promise.all(['uuid:1', 'uuid:2', 'uuid:gone'].map(namesOf))).toEqual([['a.jpg'], ['b.jpg'], []]);
});
