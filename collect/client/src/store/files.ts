/** Files of records. Each is written once, when it is taken, and goes only when nothing can need it any more. */
import { ofProfile, openDb, type Rows, toldOnce } from './db';
import { changed } from './watch';
import type { FileRow, Sending, SendingRow } from './types';

export type AboutFile = Pick<FileRow, 'taken' | 'thumbnail'>;

/** Hex of the SHA-256 of some bytes. */
export async function sha256(content: Blob | ArrayBuffer): Promise<string> {
  const bytes = content instanceof Blob ? await content.arrayBuffer() : content;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Puts a file on the disk, before the record names it; returns its row.
 *
 * @throws DOMException `QuotaExceededError`: there is no room, and nothing was changed.
 */
export async function keepFile(instanceId: string, file: File, about: AboutFile): Promise<FileRow> {
  // Bytes of its own: Android may delete the camera's file behind a File.
  const bytes = await file.arrayBuffer();
  const row: FileRow = {
    instanceId,
    name: file.name,
    blob: new Blob([bytes], { type: file.type }),
    size: file.size,
    type: file.type,
    sha256: await sha256(bytes),
    ...about,
    uploadUrl: null,
    uploaded: 0,
    confirmed: false,
  };
  await (await openDb()).put('files', row);
  changed();
  return row;
}

export async function filesOf(instanceId: string): Promise<FileRow[]> {
  const work = (await openDb()).transaction(['files', 'sending']);
  return allFiles(work.objectStore('files'), work.objectStore('sending'), instanceId);
}

/** The files of a record with what is known of their sending, inside a transaction. */
export async function allFiles(
  files: { getAll(range: IDBKeyRange): Promise<FileRow[]> },
  sending: { getAll(range: IDBKeyRange): Promise<SendingRow[]> },
  instanceId: string,
): Promise<FileRow[]> {
  const range = ofProfile(instanceId);
  const [rows, known] = await Promise.all([files.getAll(range), sending.getAll(range)]);
  const of = new Map(known.map((row) => [row.name, row]));
  return rows.map((row) => ({ ...row, ...of.get(row.name) }));
}

export async function file(instanceId: string, name: string): Promise<FileRow | null> {
  const work = (await openDb()).transaction(['files', 'sending']);
  const key: [string, string] = [instanceId, name];
  const [row, known] = await Promise.all([work.objectStore('files').get(key), work.objectStore('sending').get(key)]);
  return row ? { ...row, ...known } : null;
}

/** Give up a file of a draft. */
export async function dropFile(instanceId: string, name: string): Promise<void> {
  await (await openDb()).delete('files', [instanceId, name]);
  changed();
}

/** What is known of the sending of a file. */
export async function patchFile(instanceId: string, name: string, change: Partial<Sending>): Promise<void> {
  const work = toldOnce((await openDb()).transaction(['files', 'sending'], 'readwrite'));
  if ((await work.objectStore('files').getKey([instanceId, name])) !== undefined) {
    await noteSending(work.objectStore('sending'), instanceId, name, change);
  }
  await work.done;
}

/** As `patchFile`, inside a transaction, for a file that is there. */
export async function noteSending(
  sending: Rows<SendingRow, [string, string]>,
  instanceId: string,
  name: string,
  change: Partial<Sending>,
): Promise<void> {
  await sending.put({ ...(await sending.get([instanceId, name])), ...change, instanceId, name });
}

/**
 * Files of records that are not here go: one that was being kept while its draft was thrown away. They are not looked
 * at: a row that was read is a handle on its file, and a browser does not free what a page has a handle on.
 */
export async function sweepFiles(): Promise<void> {
  const work = toldOnce((await openDb()).transaction(['records', 'files'], 'readwrite'));
  const records = new Set(await work.objectStore('records').getAllKeys());
  for (const [instanceId, name] of await work.objectStore('files').getAllKeys()) {
    if (!records.has(instanceId)) await work.objectStore('files').delete([instanceId, name]);
  }
  await work.done;
}
