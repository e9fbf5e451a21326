/** Forms with their media. A version stays as long as a record uses it; a new one counts when everything of it is here. */
import { ofProfile, openDb } from './db';
import { csvOf } from './entities';
import type { FormRow } from './types';

/** The versions with which new records begin. */
export async function currentForms(profileId: string): Promise<FormRow[]> {
  const rows = await (await openDb()).getAll('forms', ofProfile(profileId));
  return rows.filter((row) => row.current).sort((a, b) => a.title.localeCompare(b.title, 'th'));
}

/** The version with which a new record of one form begins. */
export async function currentForm(profileId: string, xmlFormId: string): Promise<FormRow | null> {
  const rows = await (await openDb()).getAll('forms', ofProfile(profileId, xmlFormId));
  return rows.find((row) => row.current) ?? null;
}

export async function formVersion(profileId: string, xmlFormId: string, version: string): Promise<FormRow | null> {
  return (await (await openDb()).get('forms', [profileId, xmlFormId, version])) ?? null;
}

/** A list or media file of a form by its name; null when it is not on the tablet. */
export async function attachmentOf(profileId: string, form: FormRow, name: string): Promise<Blob | null> {
  const file = form.files.find((one) => one.name === name);
  if (file === undefined) return null;
  if (file.kind === 'list' && file.list !== null) return csvOf(profileId, file.list);
  const row = file.hash === null ? undefined : await (await openDb()).get('media', file.hash);
  return row?.blob ?? null;
}

export async function hasMedia(hash: string): Promise<boolean> {
  return (await (await openDb()).getKey('media', hash)) !== undefined;
}

export async function putMedia(hash: string, blob: Blob): Promise<void> {
  await (await openDb()).put('media', { hash, blob });
}

/** A version with everything of it, beside those that are here. */
export async function putForm(row: FormRow): Promise<void> {
  await (await openDb()).put('forms', row);
}
