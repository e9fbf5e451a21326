/** Transactions of the sending: what a receipt confirms, what is offered again, what may go from the tablet. */
import type { WireReceipt } from '@/wire/types';
import { ofProfile, openDb, toldOnce } from './db';
import { allFiles, noteSending } from './files';
import { changed } from './watch';
import type { FileRow, RecordRow, RecordState } from './types';

/** On their way to the server, or waiting for it. */
export const OUTGOING: RecordState[] = ['ready', 'sending', 'xml_sent'];

/** Everybody's records that have to be sent, in the order in which they were finished. */
export async function outgoing(): Promise<RecordRow[]> {
  const rows = await (await openDb()).getAll('records');
  return rows
    .filter((row) => OUTGOING.includes(row.state))
    .sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0) || a.instanceId.localeCompare(b.instanceId));
}

/** A person's records of these states, replaced ones too. */
export async function allOf(profileId: string, states: RecordState[]): Promise<RecordRow[]> {
  const rows = await (await openDb()).getAllFromIndex('records', 'byProfile', profileId);
  return rows.filter((row) => states.includes(row.state));
}

const sameName = (a: string, b: string): boolean => a.normalize('NFC') === b.normalize('NFC');

const isHeld = (file: FileRow, receipt: WireReceipt): boolean =>
  receipt.files.some((held) => sameName(held.name, file.name) && held.sha256 === file.sha256);

/** Whether a receipt lists a file of this name. When it came its hash was compared (`settle`). */
const isListed = (name: string, receipt: WireReceipt | null): boolean =>
  receipt !== null && receipt.files.some((held) => held.sha256 !== null && sameName(held.name, name));

/** What the receipt says of each file. Whole: the server has the record and every file that is here. */
export async function settle(instanceId: string, receipt: WireReceipt): Promise<{ whole: boolean; left: FileRow[] }> {
  const work = toldOnce((await openDb()).transaction(['records', 'files', 'sending'], 'readwrite'));
  const sending = work.objectStore('sending');
  const left: FileRow[] = [];
  for (const file of await allFiles(work.objectStore('files'), sending, instanceId)) {
    const confirmed = isHeld(file, receipt);
    if (!confirmed) left.push(file);
    if (confirmed === file.confirmed) continue;
    const uploaded = confirmed ? file.size : file.uploaded;
    await noteSending(sending, instanceId, file.name, { confirmed, uploaded });
  }
  const whole = left.length === 0 && (receipt.complete || receipt.outcome === 'quarantined');
  const row = await work.objectStore('records').get(instanceId);
  if (row !== undefined && OUTGOING.includes(row.state)) {
    const done = whole ? { state: 'complete' as const, completedAt: Date.now(), attempts: 0, trouble: null } : {};
    await work.objectStore('records').put({ ...row, state: 'xml_sent', ...done, receipt });
  }
  await work.done;
  changed();
  return { whole, left };
}

/** The server lost a record that it had: send it anew if everything of it is still here; whether it is. */
export async function offerAgain(instanceId: string, lost: { code: string; message: string }): Promise<boolean> {
  const work = toldOnce((await openDb()).transaction(['records', 'files', 'sending'], 'readwrite'));
  const row = await work.objectStore('records').get(instanceId);
  if (row?.state !== 'complete' && row?.state !== 'returned') return false;
  const files = await work.objectStore('files').getAllKeys(ofProfile(instanceId));
  const here = new Set(files.map(([, name]) => name));
  const whole = row.xml !== '' && row.fileNames.every((name) => here.has(name));
  if (whole) {
    for (const name of here) {
      const anew = { confirmed: false, uploadUrl: null, uploaded: 0 };
      await noteSending(work.objectStore('sending'), instanceId, name, anew);
    }
    await work.objectStore('records').put({ ...row, state: 'ready', attempts: 0, nextTryAt: 0, trouble: null });
  } else {
    const trouble = { ...lost, at: Date.now() };
    await work.objectStore('records').put({ ...row, state: 'needs_attention', trouble });
  }
  await work.done;
  changed();
  return whole;
}

/** Sent, and nothing on the tablet can need its content any more: a returned one is needed until it is corrected. */
export const isDone = (row: RecordRow): boolean =>
  row.state === 'complete' || (row.state === 'returned' && row.replacedBy !== undefined);

/**
 * Give up the content of a record that the server has; its row with the receipt stays. On a full disk nothing may be
 * written before something was deleted, so the files go first, by themselves. They are not looked at: a row that was read
 * is a handle on its file, and a browser does not free what a page has a handle on.
 */
export async function empty(instanceId: string): Promise<void> {
  const work = toldOnce((await openDb()).transaction(['records', 'files', 'sending'], 'readwrite'));
  const row = await work.objectStore('records').get(instanceId);
  const files = await work.objectStore('files').getAllKeys(ofProfile(instanceId));
  const may = row !== undefined && isDone(row) && files.every(([, name]) => isListed(name, row.receipt));
  if (may) {
    await work.objectStore('files').delete(ofProfile(instanceId));
    await work.objectStore('sending').delete(ofProfile(instanceId));
  }
  await work.done;
  if (may) await emptyRow(instanceId);
  changed();
}

async function emptyRow(instanceId: string): Promise<void> {
  const work = toldOnce((await openDb()).transaction('records', 'readwrite'));
  const row = await work.store.get(instanceId);
  if (row !== undefined && isDone(row)) await work.store.put({ ...row, xml: '', emptied: true });
  await work.done;
}

/** Forget a record that the server has had for long. */
export async function forget(instanceId: string): Promise<void> {
  const work = toldOnce((await openDb()).transaction(['records', 'files', 'sending', 'overlays'], 'readwrite'));
  const row = await work.objectStore('records').get(instanceId);
  if (row !== undefined && isDone(row)) {
    await work.objectStore('files').delete(ofProfile(instanceId));
    await work.objectStore('sending').delete(ofProfile(instanceId));
    for (const key of await work.objectStore('overlays').index('byInstance').getAllKeys(instanceId)) {
      await work.objectStore('overlays').delete(key);
    }
    await work.objectStore('records').delete(instanceId);
  }
  await work.done;
  changed();
}

/**
 * A record with its files, whole, as it came from a file or from the server, in the place of what is here; unless `may`
 * says no to that. Whether it was taken.
 */
export async function putWhole(
  row: RecordRow,
  files: FileRow[],
  may: (known: RecordRow | undefined) => boolean = () => true,
): Promise<boolean> {
  const work = toldOnce((await openDb()).transaction(['records', 'files', 'sending'], 'readwrite'));
  const known = await work.objectStore('records').get(row.instanceId);
  const yes = may(known);
  if (yes) {
    // Of what was sent, a file may be here that the server lost; of a draft, the newer one names all that counts.
    if (known?.state === 'draft') await work.objectStore('files').delete(ofProfile(row.instanceId));
    for (const file of files) await work.objectStore('files').put(file);
    await work.objectStore('sending').delete(ofProfile(row.instanceId));
    await work.objectStore('records').put(row);
  }
  await work.done;
  if (yes) changed();
  return yes;
}
