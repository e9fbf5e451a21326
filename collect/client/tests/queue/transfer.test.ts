import { beforeEach, expect, test } from 'vitest';
import { freshBrowser } from './browser';
import { FakeServer } from './server';
import { begin, draft, finish, holds, openTab, person, photo, PROFILE, stateOf, type Tab } from './tab';

const photos = [photo('a.jpg', 3000, 1), photo('ข.jpg', 5000, 3)];
let server: FakeServer;
let tab: Tab;

async function newBrowser(): Promise<Tab> {
  freshBrowser(server);
  const fresh = await openTab();
  await fresh.profiles.putProfile(person({ id: '1:9', actorId: 9 }));
  return fresh;
}

beforeEach(async () => {
  server = new FakeServer();
  freshBrowser(server);
  tab = await openTab();
  await tab.profiles.putProfile(person());
});

test('a queue that was exported is sent from another browser, whole', async () => {
  await finish(tab, 'uuid:1', photos);
  await tab.records.saveDraft(draft('uuid:2', []));
  const file = await tab.exportQueue(PROFILE);
  const office = await newBrowser();
  expect(await office.importQueue(file, '1:9')).toEqual({ taken: 2, kept: 0 });
  await office.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
  expect(await stateOf(office, 'uuid:2')).toBe('draft');
});

test('the same file twice changes nothing', async () => {
  await finish(tab, 'uuid:1', photos);
  const file = await tab.exportQueue(PROFILE);
  const office = await newBrowser();
  await office.importQueue(file, '1:9');
  await office.queue.sendNow();
  expect(await office.importQueue(file, '1:9')).toEqual({ taken: 0, kept: 1 });
  expect(await stateOf(office, 'uuid:1')).toBe('complete');
});

test('a draft that was changed since stays as it is', async () => {
  await tab.records.saveDraft(draft('uuid:1', []));
  const file = await tab.exportQueue(PROFILE);
  const newer = { ...draft('uuid:1', []), name: 'ใหม่', changedAt: Date.now() + 1000 };
  await tab.records.saveDraft(newer);
  expect(await tab.importQueue(file, PROFILE)).toEqual({ taken: 0, kept: 1 });
  expect((await tab.records.record('uuid:1'))?.name).toBe('ใหม่');
});

test('a draft that is older is replaced, with its photos', async () => {
  await begin(tab, 'uuid:1', photos, { name: 'ใหม่', changedAt: Date.now() + 1000 });
  const file = await tab.exportQueue(PROFILE);
  const office = await newBrowser();
  await begin(office, 'uuid:1', [photo('เก่า.jpg', 10, 2)], { profileId: '1:9', name: 'เก่า' });
  expect(await office.importQueue(file, '1:9')).toEqual({ taken: 1, kept: 0 });
  expect((await office.records.record('uuid:1'))?.name).toBe('ใหม่');
  expect((await office.files.filesOf('uuid:1')).map((one) => one.name)).toEqual(photos.map((one) => one.name));
});

test('one record comes as a file of its own, also when it needs attention', async () => {
  await finish(tab, 'uuid:1', photos);
  server.fault = () => ({ kind: 'status', status: 400 });
  await tab.queue.sendNow();
  server.fault = () => null;
  expect(await stateOf(tab, 'uuid:1')).toBe('needs_attention');
  const file = await tab.exportRecord('uuid:1');
  const office = await newBrowser();
  await office.importQueue(file, '1:9');
  await office.queue.sendNow();
  expect(holds(server, 'uuid:1', photos)).toBe(true);
});

test('a file of another workspace, or with other bytes, changes nothing', async () => {
  await finish(tab, 'uuid:1', photos);
  const file = await tab.exportQueue(PROFILE);
  const bytes = new Uint8Array(await file.arrayBuffer());
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  const office = await newBrowser();
  await office.profiles.putProfile(person({ id: '2:9', workspaceId: 2 }));
  await expect(office.importQueue(file, '2:9')).rejects.toThrow();
  await expect(office.importQueue(new Blob([bytes]), '1:9')).rejects.toThrow();
  expect(await office.records.recordsOf('1:9')).toEqual([]);
});
