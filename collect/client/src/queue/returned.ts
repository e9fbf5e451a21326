/** A record that the reviewer returned: brought to this tablet whole, so that it opens with its files and without a network. */
import { filesOf, sha256 } from '@/store/files';
import { formVersion, hasMedia, putForm, putMedia } from '@/store/forms';
import { listNames } from '@/store/entities';
import { putWhole } from '@/store/outbox';
import { getProfile } from '@/store/profiles';
import { record as findRecord, recordsOf } from '@/store/records';
import type { FileRow, Profile, RecordRow } from '@/store/types';
import { formMedia, formXml, ownFile, ownXml, receipt as askReceipt, type Caller } from '@/wire/field';
import { NOT_REACHED, WireError } from '@/wire/http';
import type { WireFormFile, WireHeldFile } from '@/wire/types';

/** Make sure that all of a record is here; returns the instance ID to open. @throws WireError */
export async function openReturned(instanceId: string): Promise<string> {
  const row = await findRecord(instanceId);
  const profile = row && (await getProfile(row.profileId));
  if (!row || !profile) return instanceId;
  const whole = row.xml === '' ? await fetchRecord(row, profile) : row;
  await fetchVersion(whole, profile);
  return instanceId;
}

/** Bring every returned record of a person here while there is a network; it may be opened where there is none. */
export async function fetchReturned(profileId: string): Promise<void> {
  for (const row of await recordsOf(profileId, ['returned'])) if (row.xml === '') await openReturned(row.instanceId);
}

async function fetchRecord(row: RecordRow, profile: Profile): Promise<RecordRow> {
  const caller = { token: profile.token, workspaceId: profile.workspaceId };
  const xml = await ownXml(caller, row.xmlFormId, row.instanceId);
  const receipt = await askReceipt(caller, { xmlFormId: row.xmlFormId, instanceId: row.instanceId });
  const here = new Map((await filesOf(row.instanceId)).map((file) => [file.name, file]));
  const files: FileRow[] = [];
  for (const held of receipt.files) {
    if (held.sha256 === null) continue;
    const known = here.get(held.name);
    files.push(known?.sha256 === held.sha256 ? known : await fetchFile(row, caller, held));
  }
  const { version, name } = readXml(xml);
  const fileNames = files.map((file) => file.name);
  const whole = { ...row, xml, version, name: row.name || name, fileNames, receipt };
  delete whole.emptied;
  await putWhole(whole, files);
  return whole;
}

async function fetchFile(row: RecordRow, caller: Caller, held: WireHeldFile): Promise<FileRow> {
  const blob = await ownFile(caller, row.xmlFormId, row.instanceId, held.name);
  const found = await sha256(blob);
  if (found !== held.sha256) throw new WireError(NOT_REACHED, '', 'A file came otherwise than the server has it.');
  return {
    instanceId: row.instanceId,
    name: held.name,
    blob,
    size: blob.size,
    type: blob.type,
    sha256: found,
    taken: null,
    thumbnail: blob.type.startsWith('image/') ? blob : null,
    uploadUrl: null,
    uploaded: blob.size,
    confirmed: true,
  };
}

function readXml(xml: string): { version: string; name: string } {
  const root = new DOMParser().parseFromString(xml, 'application/xml').documentElement;
  const name = root.getElementsByTagNameNS('*', 'instanceName')[0]?.textContent?.trim() ?? '';
  return { version: root.getAttribute('version') ?? '', name };
}

/** The form as it was when the record was made; another version might ask other things. */
async function fetchVersion(row: RecordRow, profile: Profile): Promise<void> {
  if ((await formVersion(profile.id, row.xmlFormId, row.version)) !== null) return;
  const caller = { token: profile.token, workspaceId: profile.workspaceId };
  const xml = await formXml(caller, row.xmlFormId, row.version);
  const files = await fetchNamed(xml, row, profile, caller);
  const fetchedAt = Date.now();
  const { xmlFormId, version, formTitle: title } = row;
  await putForm({ profileId: profile.id, xmlFormId, version, title, hash: '', xml, files, current: false, fetchedAt });
}

/** The lists and media that an XForm names, as far as the server has them. */
async function fetchNamed(xml: string, row: RecordRow, profile: Profile, caller: Caller): Promise<WireFormFile[]> {
  const lists = new Set(await listNames(profile.id));
  const names = new Set([...xml.matchAll(/jr:\/\/[\w-]+\/([^"'<>\s]+)/g)].map((found) => found[1] ?? ''));
  const files: WireFormFile[] = [];
  for (const name of names) {
    const list = name.replace(/\.(csv|geojson)$/, '');
    if (lists.has(list)) {
      files.push({ name, kind: 'list', hash: null, size: null, list });
      continue;
    }
    const blob = await formMedia(caller, row.xmlFormId, row.version, name).catch(orNull);
    if (blob === null) continue;
    const hash = `sha256:${await sha256(blob)}`;
    if (!(await hasMedia(hash))) await putMedia(hash, blob);
    files.push({ name, kind: 'media', hash, size: blob.size, list: null });
  }
  return files;
}

function orNull(error: unknown): null {
  if (error instanceof WireError && error.status === 404) return null;
  throw error;
}
