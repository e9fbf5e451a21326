/** A page of the change feed, written in one transaction with the cursor: half a page is never seen. */
import type { IDBPTransaction } from 'idb';
import type { WireChanges, WireListChange, WireVerdict } from '@/wire/types';
import { ofProfile, openDb, type Schema, toldOnce } from './db';
import { touchList } from './entities';
import { changed } from './watch';
import type { FormRow, OverlayRow, RecordRow } from './types';

const STORES = ['profiles', 'forms', 'media', 'lists', 'entities', 'overlays', 'records'] as const;
type Feed = IDBPTransaction<Schema, (typeof STORES)[number][], 'readwrite'>;
const DAY_MS = 86_400_000;

/**
 * Write what a page says.
 *
 * @param forms every open form with its XML, when the page speaks of forms; their media are on the tablet already.
 * @param begunAt when this pull began: what was completed before is in the feed.
 */
export async function applyPage(
  profileId: string,
  page: WireChanges,
  forms: FormRow[] | null,
  begunAt: number,
): Promise<void> {
  const work: Feed = toldOnce((await openDb()).transaction([...STORES], 'readwrite'));
  const profile = await work.objectStore('profiles').get(profileId);
  if (profile === undefined) return;
  if (forms !== null) await replaceForms(work, profileId, forms);
  for (const list of page.lists) await applyList(work, profileId, list);
  if (forms !== null || page.listsGone.length) await dropLists(work, profileId, page.listsGone, forms !== null);
  await dropOverlays(work, profileId, page.lists, begunAt);
  for (const verdict of page.verdicts) await applyVerdict(work, profileId, profile.workspaceId, verdict);
  await work.objectStore('profiles').put({
    ...profile,
    displayName: page.person.displayName,
    properties: page.person.properties,
    cursor: page.cursor,
    lastContactAt: Date.now(),
  });
  await work.done;
  changed();
}

/** Write forms that came after the page that told of them. */
export async function applyForms(profileId: string, forms: FormRow[]): Promise<void> {
  const work: Feed = toldOnce((await openDb()).transaction([...STORES], 'readwrite'));
  await replaceForms(work, profileId, forms);
  await dropLists(work, profileId, [], true);
  await work.done;
  changed();
}

const formKey = (row: { xmlFormId: string; version: string }): string => JSON.stringify([row.xmlFormId, row.version]);

/** New records begin with these. Versions that a record still needs stay; so do media that a form names. */
async function replaceForms(work: Feed, profileId: string, forms: FormRow[]): Promise<void> {
  const store = work.objectStore('forms');
  const records = await work.objectStore('records').index('byProfile').getAll(profileId);
  const needed = new Set([...forms, ...records.filter((row) => row.emptied !== true)].map(formKey));
  for (const row of await store.getAll(ofProfile(profileId))) {
    if (needed.has(formKey(row))) await store.put({ ...row, current: false });
    else await store.delete([profileId, row.xmlFormId, row.version]);
  }
  for (const row of forms) await store.put({ ...row, current: true });
  const named = new Set((await store.getAll()).flatMap((row) => row.files.map((file) => file.hash)));
  for (const hash of await work.objectStore('media').getAllKeys()) {
    if (!named.has(hash)) await work.objectStore('media').delete(hash);
  }
}

async function applyList(work: Feed, profileId: string, list: WireListChange): Promise<void> {
  const store = work.objectStore('entities');
  const before = new Map((await store.getAll(ofProfile(profileId, list.name))).map((row) => [row.uuid, row]));
  if (list.whole) await store.delete(ofProfile(profileId, list.name));
  for (const { uuid, label, version, data } of list.entities) {
    const known = before.get(uuid);
    // A branch of changes hangs upon one version of the server.
    const branchId = known?.version === version ? known.branchId : crypto.randomUUID();
    await store.put({ profileId, list: list.name, uuid, label, version, data, branchId });
  }
  for (const uuid of list.deleted) await store.delete([profileId, list.name, uuid]);
  await touchList(work.objectStore('lists'), profileId, list.name, list.properties);
}

/**
 * Lists that no form of this tablet chooses from any more: those the server names, or with `all` whichever there are.
 * A draft of a form that was closed keeps its lists, without which it would not open.
 */
async function dropLists(work: Feed, profileId: string, gone: string[], all: boolean): Promise<void> {
  const forms = await work.objectStore('forms').getAll(ofProfile(profileId));
  const used = new Set(forms.flatMap((row) => row.files.map((file) => file.list)));
  const here = all ? await work.objectStore('lists').getAllKeys(ofProfile(profileId)) : [];
  for (const name of new Set([...gone, ...here.map(([, list]) => list)])) {
    if (used.has(name)) continue;
    for (const store of ['entities', 'overlays'] as const) {
      await work.objectStore(store).delete(ofProfile(profileId, name));
    }
    await work.objectStore('lists').delete([profileId, name]);
  }
}

/** What the server has taken up by now no longer lies over its rows. */
async function dropOverlays(work: Feed, profileId: string, lists: WireListChange[], begunAt: number): Promise<void> {
  const brought = new Set(
    lists.flatMap((list) => [...list.entities.map((row) => row.uuid), ...list.deleted].map((uuid) => list.name + uuid)),
  );
  const store = work.objectStore('overlays');
  for (const overlay of await store.getAll(ofProfile(profileId))) {
    const record = await work.objectStore('records').get(overlay.instanceId);
    if (!isTakenUp(overlay, record, brought, begunAt)) continue;
    await store.delete([profileId, overlay.list, overlay.uuid, overlay.instanceId]);
    await touchList(work.objectStore('lists'), profileId, overlay.list);
  }
}

function isTakenUp(overlay: OverlayRow, record: RecordRow | undefined, brought: Set<string>, begunAt: number): boolean {
  if (record === undefined) return true;
  const completedAt = record.completedAt;
  if (completedAt === undefined || !['complete', 'returned'].includes(record.state)) return false;
  if (begunAt - completedAt > DAY_MS) return true;
  return completedAt < begunAt && brought.has(overlay.list + overlay.uuid);
}

async function applyVerdict(work: Feed, profileId: string, workspaceId: number, wire: WireVerdict): Promise<void> {
  const store = work.objectStore('records');
  const row = await store.get(wire.instanceId);
  const verdict = { state: wire.reviewState, comment: wire.comment, reviewer: wire.reviewer, at: wire.at };
  const returned = wire.reviewState === 'hasIssues';
  if (row === undefined) {
    if (returned) await store.put(await elsewhere(work, profileId, workspaceId, wire));
    return;
  }
  const stands = row.replacedBy === undefined;
  let state = row.state;
  if (returned && state === 'complete' && stands) state = 'returned';
  if (!returned && state === 'returned') state = 'complete';
  await store.put({ ...row, verdict, state, changedAt: state === row.state ? row.changedAt : Date.now() });
}

/** A record of this person that another tablet sent, or that went from this one: its content is fetched when it is opened. */
async function elsewhere(work: Feed, profileId: string, workspaceId: number, wire: WireVerdict): Promise<RecordRow> {
  const forms = await work.objectStore('forms').getAll(ofProfile(profileId, wire.xmlFormId));
  const at = Date.now();
  return {
    instanceId: wire.instanceId,
    profileId,
    workspaceId,
    xmlFormId: wire.xmlFormId,
    version: '',
    formTitle: forms[0]?.title ?? wire.xmlFormId,
    name: '',
    state: 'returned',
    xml: '',
    fileNames: [],
    language: null,
    page: 0,
    edits: null,
    createdAt: at,
    changedAt: at,
    finishedAt: null,
    attempts: 0,
    nextTryAt: 0,
    trouble: null,
    receipt: null,
    completedAt: at,
    emptied: true,
    verdict: { state: wire.reviewState, comment: wire.comment, reviewer: wire.reviewer, at: wire.at },
  };
}
