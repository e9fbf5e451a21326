/** Files of records. Each is written once, when it is taken, and goes only when nothing can need it any more. */
import { ofProfile, openDb, toldOnce } from './db';
import { changed } from './watch';
import type { FileRow } from './types';

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
  return (await openDb()).getAll('files', ofProfile(instanceId));
}

export async function file(instanceId: string, name: string): Promise<FileRow | null> {
  return (await (await openDb()).get('files', [instanceId, name])) ?? null;
}

/** Give up a file of a draft. */
export async function dropFile(instanceId: string, name: string): Promise<void> {
  await (await openDb()).delete('files', [instanceId, name]);
  changed();
}

/** What is known of the sending of a file. */
export async function patchFile(
  instanceId: string,
  name: string,
  change: Partial<Pick<FileRow, 'uploadUrl' | 'uploaded' | 'confirmed'>>,
): Promise<void> {
  const work = toldOnce((await openDb()).transaction('files', 'readwrite'));
  const row = await work.store.get([instanceId, name]);
  if (row !== undefined) await work.store.put({ ...row, ...change });
  await work.done;
}

/** The files of a record once more for the record that corrects it; they have to be sent for that one too. */
export async function copyFiles(from: string, to: string): Promise<void> {
  const work = toldOnce((await openDb()).transaction('files', 'readwrite'));
  for (const row of await work.store.getAll(ofProfile(from))) {
    await work.store.put({ ...row, instanceId: to, uploadUrl: null, uploaded: 0, confirmed: false });
  }
  await work.done;
  changed();
}
