/** The people on this tablet. */
import { ofProfile, openDb, toldOnce } from './db';
import { changed } from './watch';
import type { Profile, RecordRow } from './types';

export async function listProfiles(): Promise<Profile[]> {
  return (await openDb()).getAll('profiles');
}

export async function getProfile(id: string): Promise<Profile | undefined> {
  return (await openDb()).get('profiles', id);
}

export async function putProfile(profile: Profile): Promise<void> {
  await (await openDb()).put('profiles', profile);
  changed();
}

/** Change some of what is known of a person; nothing when the profile is gone. */
export async function patchProfile(id: string, change: Partial<Profile>): Promise<void> {
  const work = toldOnce((await openDb()).transaction('profiles', 'readwrite'));
  const known = await work.store.get(id);
  if (known !== undefined) await work.store.put({ ...known, ...change, id });
  await work.done;
  changed();
}

/**
 * Take a person off this tablet with everything of theirs, unless `waits` says so of one of their records; whether they
 * went. Nothing can be begun between the look at the records and their end.
 */
export async function removeProfile(id: string, waits: (row: RecordRow) => boolean = () => false): Promise<boolean> {
  const stores = ['profiles', 'forms', 'lists', 'entities', 'overlays', 'records', 'files', 'sending'] as const;
  const work = toldOnce((await openDb()).transaction(stores, 'readwrite'));
  const records = await work.objectStore('records').index('byProfile').getAll(id);
  const goes = !records.some(waits);
  for (const { instanceId } of goes ? records : []) {
    await work.objectStore('files').delete(ofProfile(instanceId));
    await work.objectStore('sending').delete(ofProfile(instanceId));
    await work.objectStore('records').delete(instanceId);
  }
  if (goes) {
    for (const store of ['forms', 'lists', 'entities', 'overlays'] as const) {
      await work.objectStore(store).delete(ofProfile(id));
    }
    await work.objectStore('profiles').delete(id);
  }
  await work.done;
  if (goes) changed();
  return goes;
}
