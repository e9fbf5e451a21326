/** The people on this tablet. */
import { ofProfile, openDb, toldOnce } from './db';
import { changed } from './watch';
import type { Profile } from './types';

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

/** Take a person off this tablet with everything of theirs, unsent records too: the page asks before. */
export async function removeProfile(id: string): Promise<void> {
  const work = toldOnce(
    (await openDb()).transaction(
      ['profiles', 'forms', 'lists', 'entities', 'overlays', 'records', 'files'],
      'readwrite',
    ),
  );
  for (const instanceId of await work.objectStore('records').index('byProfile').getAllKeys(id)) {
    await work.objectStore('files').delete(ofProfile(instanceId));
    await work.objectStore('records').delete(instanceId);
  }
  for (const store of ['forms', 'lists', 'entities', 'overlays'] as const) {
    await work.objectStore(store).delete(ofProfile(id));
  }
  await work.objectStore('profiles').delete(id);
  await work.done;
  changed();
}
