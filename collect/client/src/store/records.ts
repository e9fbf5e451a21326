/** Records on their way: drafts, the queue, and what was sent. */
import { entityEffects } from '@/engine/entities';
import { ofProfile, openDb, type Rows, toldOnce } from './db';
import { touchList } from './entities';
import { changed } from './watch';
import type { RecordRow, RecordState } from './types';

/** The record names files that are not on this tablet; it stays a draft. */
export class MissingFileError extends Error {
  override name = 'MissingFileError';
  constructor(readonly names: string[]) {
    super(`Files are missing: ${names.join(', ')}`);
  }
}

/** The draft is not on this tablet any more: somebody threw it away, perhaps in another tab. */
export class DraftGoneError extends Error {
  override name = 'DraftGoneError';
}

export interface Final {
  xml: string;
  name: string;
  files: { name: string }[];
}

export async function record(instanceId: string): Promise<RecordRow | undefined> {
  return (await openDb()).get('records', instanceId);
}

/** Records of a person that stand for themselves, newest change first. */
export async function recordsOf(profileId: string, states?: RecordState[]): Promise<RecordRow[]> {
  const rows = await (await openDb()).getAllFromIndex('records', 'byProfile', profileId);
  return rows
    .filter((row) => row.replacedBy === undefined && (states === undefined || states.includes(row.state)))
    .sort((a, b) => b.changedAt - a.changedAt);
}

export async function counts(profileId: string): Promise<Record<RecordState, number>> {
  const found: Record<RecordState, number> = {
    draft: 0,
    ready: 0,
    sending: 0,
    xml_sent: 0,
    complete: 0,
    needs_attention: 0,
    returned: 0,
  };
  for (const row of await recordsOf(profileId)) found[row.state] += 1;
  return found;
}

/** Begins a draft; a record that was finished meanwhile (in another tab) stays as it is. */
export async function saveDraft(row: RecordRow): Promise<void> {
  const work = toldOnce((await openDb()).transaction('records', 'readwrite'));
  const known = await work.store.get(row.instanceId);
  if (known === undefined || known.state === 'draft') await work.store.put({ ...row, state: 'draft' });
  await work.done;
  changed();
}

/** Begins the draft that corrects a record, with that one's files, which have to be sent for this one too: all or nothing. */
export async function saveCorrection(row: RecordRow, of: string): Promise<void> {
  const work = toldOnce((await openDb()).transaction(['records', 'files'], 'readwrite'));
  const files = await work.objectStore('files').getAll(ofProfile(of));
  for (const file of files) {
    const anew = { instanceId: row.instanceId, uploadUrl: null, uploaded: 0, confirmed: false };
    await work.objectStore('files').put({ ...file, ...anew });
  }
  await work.objectStore('records').put({ ...row, state: 'draft', fileNames: files.map((file) => file.name) });
  await work.done;
  changed();
}

/**
 * Writes a draft that was begun; a record that was finished meanwhile stays as it is.
 *
 * @throws DraftGoneError: it was thrown away meanwhile, and stays so.
 */
export async function updateDraft(row: RecordRow): Promise<void> {
  const work = toldOnce((await openDb()).transaction('records', 'readwrite'));
  const known = await work.store.get(row.instanceId);
  if (known?.state === 'draft') await work.store.put({ ...row, state: 'draft' });
  await work.done;
  if (known === undefined) throw new DraftGoneError();
  changed();
}

/**
 * Writes a draft whose page is going. Its database answers no more, so it cannot be asked what the record is by now: only
 * for who holds the record's lock.
 */
export async function partFromDraft(row: RecordRow): Promise<void> {
  const work = toldOnce((await openDb()).transaction('records', 'readwrite'));
  work.store.put({ ...row, state: 'draft' }).catch(() => undefined);
  work.commit();
  await work.done;
  changed();
}

/**
 * A draft is done: it goes into the queue, its rows into the tablet's own lists, all or nothing.
 *
 * @throws MissingFileError, DraftGoneError: nothing was changed.
 */
export async function finish(instanceId: string, { xml, name, files }: Final): Promise<void> {
  const database = await openDb();
  const draft = await database.get('records', instanceId);
  if (draft === undefined) throw new DraftGoneError();
  if (draft.state !== 'draft') return;
  const form = await database.get('forms', [draft.profileId, draft.xmlFormId, draft.version]);
  const effects = form === undefined ? [] : entityEffects(form.xml, xml);
  const work = toldOnce(database.transaction(['records', 'files', 'overlays', 'lists', 'entities'], 'readwrite'));
  const names = files.map((item) => item.name);
  const here = new Set((await work.objectStore('files').getAllKeys(ofProfile(instanceId))).map(([, name]) => name));
  const missing = names.filter((wanted) => !here.has(wanted));
  if (missing.length) throw new MissingFileError(missing);
  for (const left of here) if (!names.includes(left)) await work.objectStore('files').delete([instanceId, left]);
  const at = Date.now();
  const done = { ...draft, xml, name, fileNames: names, state: 'ready' as const, finishedAt: at, changedAt: at };
  await work.objectStore('records').put({ ...done, attempts: 0, nextTryAt: 0, trouble: null });
  if (draft.edits !== null) await replace(work.objectStore('records'), draft.edits, instanceId);
  for (const { list, uuid, ...effect } of effects) {
    const below = await work.objectStore('entities').get([draft.profileId, list, uuid]);
    const branchId = effect.branchId ?? below?.branchId ?? crypto.randomUUID();
    await work
      .objectStore('overlays')
      .put({ profileId: draft.profileId, list, uuid, instanceId, ...effect, branchId, at });
    await touchList(work.objectStore('lists'), draft.profileId, list);
  }
  await work.done;
  changed();
}

async function replace(records: Rows<RecordRow, string>, old: string, by: string): Promise<void> {
  const row = await records.get(old);
  if (row !== undefined) await records.put({ ...row, replacedBy: by });
}

/** Throw a draft away with its files. */
export async function discardDraft(instanceId: string): Promise<void> {
  const work = toldOnce((await openDb()).transaction(['records', 'files'], 'readwrite'));
  const row = await work.objectStore('records').get(instanceId);
  if (row?.state === 'draft') {
    await work.objectStore('files').delete(ofProfile(instanceId));
    await work.objectStore('records').delete(instanceId);
  }
  await work.done;
  changed();
}

/** Change a record if it is in one of these states; whether it was. */
export async function patchRecord(
  instanceId: string,
  change: Partial<RecordRow>,
  when?: RecordState[],
): Promise<boolean> {
  const work = toldOnce((await openDb()).transaction('records', 'readwrite'));
  const row = await work.store.get(instanceId);
  const fits = row !== undefined && (when === undefined || when.includes(row.state));
  if (fits) await work.store.put({ ...row, ...change, instanceId });
  await work.done;
  if (fits) changed();
  return fits;
}
