/** The database of an earlier client is taken over with everything in it. */
import { deleteDB, openDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import { freshBrowser } from '../queue/browser';
import { FakeServer } from '../queue/server';
import { openTab } from '../queue/tab';

const STORES_OF_1 = ['profiles', 'forms', 'media', 'lists', 'entities', 'overlays', 'records', 'files', 'meta'];

beforeEach(async () => {
  freshBrowser(new FakeServer());
  await deleteDB('tidtam');
});

test('files that wait since version 1 are there, with how far they were', async () => {
  const old = await openDB('tidtam', 1, {
    upgrade(database) {
      for (const name of STORES_OF_1.filter((one) => one !== 'files')) database.createObjectStore(name);
      database.createObjectStore('files', { keyPath: ['instanceId', 'name'] });
    },
  });
  const sending = { uploadUrl: '/v1/begun', uploaded: 2, confirmed: false };
  await old.put('files', { instanceId: 'uuid:1', name: 'a.jpg', blob: new Blob(['abcd']), size: 4, ...sending });
  old.close();
  const tab = await openTab();
  expect(await tab.files.file('uuid:1', 'a.jpg')).toMatchObject({ size: 4, ...sending });
  await tab.files.patchFile('uuid:1', 'a.jpg', { confirmed: true });
  expect(await tab.files.filesOf('uuid:1')).toMatchObject([{ name: 'a.jpg', uploaded: 2, confirmed: true }]);
});
