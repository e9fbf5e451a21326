/** Unsent work as one file, and back: the way out of a tablet that reaches no network any more. */
import { t } from '@/locales';
import { filesOf, sha256 } from '@/store/files';
import { allOf, putWhole } from '@/store/outbox';
import { getProfile } from '@/store/profiles';
import { record as findRecord } from '@/store/records';
import type { FileRow, Profile, RecordRow, RecordState } from '@/store/types';
import { NotAnArchiveError, pack, unpack, type Entry } from './zip';

const FORMAT = 'tidtam-queue-1';
const MANIFEST = 'manifest.json';
const UNSENT: RecordState[] = ['draft', 'ready', 'sending', 'xml_sent', 'needs_attention'];

/** The file cannot be taken; `sentence` says why, for the page. Nothing was changed. */
export class TransferError extends Error {
  override name = 'TransferError';
  constructor(readonly sentence: string) {
    super(sentence);
  }
}

interface ManifestFile {
  name: string;
  path: string;
  size: number;
  type: string;
  sha256: string;
  taken: FileRow['taken'];
}

interface ManifestRecord {
  instanceId: string;
  xmlFormId: string;
  version: string;
  formTitle: string;
  name: string;
  state: RecordState;
  language: string | null;
  edits: string | null;
  createdAt: number;
  changedAt: number;
  finishedAt: number | null;
  xmlPath: string;
  xmlSha256: string;
  files: ManifestFile[];
}

interface Manifest {
  format: string;
  exportedAt: string;
  person: string;
  workspaceId: number;
  records: ManifestRecord[];
}

/** Everything of a person that the server does not hold yet. */
export async function exportQueue(profileId: string): Promise<Blob> {
  const rows = (await allOf(profileId, UNSENT)).filter((row) => row.xml !== '');
  return exportRows(rows, await getProfile(profileId));
}

/** One record. */
export async function exportRecord(instanceId: string): Promise<Blob> {
  const row = await findRecord(instanceId);
  return exportRows(row ? [row] : [], row && (await getProfile(row.profileId)));
}

async function exportRows(rows: RecordRow[], profile: Profile | undefined): Promise<Blob> {
  const entries: Entry[] = [];
  const records: ManifestRecord[] = [];
  for (const [i, row] of rows.entries()) {
    const folder = `records/${String(i + 1).padStart(3, '0')}`;
    const xml = new Blob([row.xml], { type: 'application/xml' });
    const files = (await filesOf(row.instanceId)).filter((file) => row.fileNames.includes(file.name));
    records.push({ ...about(row, folder, files), xmlSha256: await sha256(xml) });
    entries.push({ name: `${folder}/record.xml`, content: xml });
    for (const file of files) entries.push({ name: `${folder}/files/${file.name}`, content: file.blob });
  }
  const manifest: Manifest = {
    format: FORMAT,
    exportedAt: new Date().toISOString(),
    person: profile?.displayName ?? '',
    workspaceId: profile?.workspaceId ?? 0,
    records,
  };
  return pack([{ name: MANIFEST, content: new Blob([JSON.stringify(manifest, null, 1)]) }, ...entries]);
}

function about(row: RecordRow, folder: string, files: FileRow[]): Omit<ManifestRecord, 'xmlSha256'> {
  const { instanceId, xmlFormId, version, formTitle, name, state, language, edits } = row;
  const { createdAt, changedAt, finishedAt } = row;
  return {
    ...{ instanceId, xmlFormId, version, formTitle, name, state, language, edits, createdAt, changedAt, finishedAt },
    xmlPath: `${folder}/record.xml`,
    files: files.map(({ name, size, type, sha256, taken }) => {
      return { name, path: `${folder}/files/${name}`, size, type, sha256, taken };
    }),
  };
}

/**
 * Take records from such a file. What is on the tablet in a newer or later state stays as it is, so the same file may
 * come twice. @throws TransferError: nothing was changed.
 */
export async function importQueue(file: Blob, profileId: string): Promise<{ taken: number; kept: number }> {
  const profile = await getProfile(profileId);
  const { manifest, contents } = await read(file);
  if (!profile || manifest.workspaceId !== profile.workspaceId) throw new TransferError(t('queue.otherWorkspace'));
  const whole: { row: RecordRow; files: FileRow[] }[] = [];
  for (const item of manifest.records) whole.push(await rebuild(item, contents, profile));
  let taken = 0;
  for (const { row, files } of whole) {
    const newer = (known: RecordRow | undefined) =>
      known === undefined ||
      (known.state === 'draft' && known.changedAt < row.changedAt && known.profileId === profileId);
    if (await putWhole(row, files, newer)) taken += 1;
  }
  return { taken, kept: whole.length - taken };
}

async function read(file: Blob): Promise<{ manifest: Manifest; contents: Map<string, Blob> }> {
  try {
    const contents = await unpack(file);
    const manifest = JSON.parse((await contents.get(MANIFEST)?.text()) ?? '') as Manifest;
    if (manifest.format !== FORMAT || !Array.isArray(manifest.records)) throw new NotAnArchiveError();
    return { manifest, contents };
  } catch (error) {
    if (error instanceof NotAnArchiveError || error instanceof SyntaxError) throw damaged();
    throw error;
  }
}

const damaged = (): TransferError => new TransferError(t('queue.notAnExport'));

async function checked(contents: Map<string, Blob>, path: string, hash: string): Promise<Blob> {
  const content = contents.get(path);
  if (!content || (await sha256(content)) !== hash) throw damaged();
  return content;
}

async function rebuild(
  item: ManifestRecord,
  contents: Map<string, Blob>,
  profile: Profile,
): Promise<{ row: RecordRow; files: FileRow[] }> {
  const { xmlPath, xmlSha256, files: named, ...rest } = item;
  const xml = await (await checked(contents, xmlPath, xmlSha256)).text();
  const files: FileRow[] = [];
  for (const { name, path, size, type, sha256: hash, taken } of named) {
    const blob = new Blob([await checked(contents, path, hash)], { type });
    const sending = { uploadUrl: null, uploaded: 0, confirmed: false };
    files.push({
      instanceId: item.instanceId,
      name,
      blob,
      size,
      type,
      sha256: hash,
      taken,
      thumbnail: null,
      ...sending,
    });
  }
  const row: RecordRow = {
    ...rest,
    xml,
    profileId: profile.id,
    workspaceId: profile.workspaceId,
    state: item.state === 'draft' ? 'draft' : 'ready',
    fileNames: files.map((file) => file.name),
    page: 0,
    attempts: 0,
    nextTryAt: 0,
    trouble: null,
    receipt: null,
    verdict: null,
  };
  return { row, files };
}
