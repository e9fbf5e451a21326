/** From a row of the store to a record that can be filled, and back. */
import type { OpenRecord, Snapshot } from '@/engine/types';
import { chooseRow, openRecord } from '@/engine';
import { openReturned } from '@/queue';
import { withRoom } from '@/queue/space';
import { attachmentOf, currentForm, formVersion } from '@/store/forms';
import { rowsOf } from '@/store/entities';
import { filesOf } from '@/store/files';
import { installId } from '@/store/meta';
import { forgetParting, noteParting, partedFrom } from '@/store/parting';
import { partFromDraft, record as recordRow, recordsOf, saveCorrection, saveDraft, updateDraft } from '@/store/records';
import type { FileRow, FormRow, Profile, RecordRow } from '@/store/types';
import { holdRecord, type Held } from './lock';

export interface Filling {
  /** As it was last written; `keep` replaces it. */
  row: RecordRow;
  readonly form: FormRow;
  readonly record: OpenRecord;
  readonly editable: boolean;
  attachment(name: string): Promise<Blob | null>;
  /**
   * Write the draft as it stands; `parting` when the page is going.
   *
   * @throws DraftGoneError: it was thrown away meanwhile.
   */
  keep(snapshot: Snapshot, place: { page: number; language: string | null }, parting?: boolean): Promise<void>;
  close(): void;
}

/** Why nothing can be filled: not here, its content only at the office, open in another tab, no form of that version, or the form does not open. */
export type Refusal = {
  is: 'missing' | 'emptied' | 'elsewhere' | 'no_form' | 'broken';
  row: RecordRow | null;
  reason: string;
};
export type Opening = { filling: Filling } | { refusal: Refusal };

const refuse = (is: Refusal['is'], row: RecordRow | null = null, reason = ''): Opening => ({
  refusal: { is, row, reason },
});

const reasonOf = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));
const asFile = (row: FileRow) => new File([row.blob], row.name, { type: row.type });

async function preloadFor(profile: Profile) {
  return {
    deviceID: await installId(),
    username: profile.displayName,
    ...(profile.email ? { email: profile.email } : {}),
  };
}

const SCHOOLS = 'schools';

/** A new record of the form's current version, with its row; of a school's page it is about that school. */
export async function begin(profile: Profile, xmlFormId: string, school = ''): Promise<Opening> {
  const form = await currentForm(profile.id, xmlFormId);
  if (!form) return refuse('no_form');
  const attachment = (name: string) => attachmentOf(profile.id, form, name);
  try {
    const preload = await preloadFor(profile);
    const record = await openRecord({ formXml: form.xml, attachment, how: 'new', preload, language: null });
    const about = school && (await rowsOf(profile.id, SCHOOLS)).find((one) => one.uuid === school);
    if (about) chooseRow(record, form.xml, SCHOOLS, school, about.data);
    const row = newRow(profile, form, record);
    if (!row.instanceId) return refuse('broken', null, 'The form gives its records no instanceID.');
    await withRoom(() => saveDraft(row));
    const held = await holdRecord(row.instanceId);
    return { filling: makeFilling({ row, form, record, attachment, held, editable: true }) };
  } catch (failure) {
    return refuse('broken', null, reasonOf(failure));
  }
}

/** A record of the store: a draft to be filled, a returned one to be corrected, any other to be read. */
export async function reopen(profile: Profile, instanceId: string): Promise<Opening> {
  const row = await wholeRow(instanceId);
  if (!row || row.profileId !== profile.id) return refuse('missing');
  if (row.xml === '') return refuse('emptied', row);
  const form = await formVersion(profile.id, row.xmlFormId, row.version);
  if (!form) return refuse('no_form', row);
  const editable = row.state === 'draft' || row.state === 'returned';
  const held = editable ? await holdRecord(row.instanceId) : null;
  if (editable && !held) return refuse('elsewhere', row);
  try {
    if (row.state !== 'returned') return { filling: await resume(profile, await caughtUp(row), form, held) };
    const draft = (await begunEdit(row)) ?? (await beginEdit(profile, row, form));
    held?.release();
    return await reopen(profile, draft.instanceId);
  } catch (failure) {
    held?.release();
    return refuse('broken', row, reasonOf(failure));
  }
}

/** The row; a returned one with all of it, when the office can be reached. */
async function wholeRow(instanceId: string): Promise<RecordRow | undefined> {
  const row = await recordRow(instanceId);
  if (row?.state !== 'returned' || row.xml !== '') return row;
  await openReturned(instanceId).catch(() => undefined);
  return recordRow(instanceId);
}

/** The draft with what its page wrote last before this tab was loaded anew. */
async function caughtUp(row: RecordRow): Promise<RecordRow> {
  const parted = partedFrom(row);
  // A tablet without room opens it all the same, and tries to write it with the next change.
  if (parted) {
    const written = withRoom(() => updateDraft(parted));
    await written.then(() => forgetParting(row.instanceId)).catch(() => undefined);
  }
  return parted ?? row;
}

async function openRow(profile: Profile, row: RecordRow, form: FormRow, how: 'restore' | 'edit'): Promise<OpenRecord> {
  return openRecord({
    formXml: form.xml,
    attachment: (name) => attachmentOf(profile.id, form, name),
    how,
    instanceXml: row.xml,
    files: (await filesOf(row.instanceId)).map(asFile),
    preload: await preloadFor(profile),
    language: row.language,
  });
}

async function resume(profile: Profile, row: RecordRow, form: FormRow, held: Held | null): Promise<Filling> {
  const record = await openRow(profile, row, form, 'restore');
  const attachment = (name: string) => attachmentOf(profile.id, form, name);
  return makeFilling({ row, form, record, attachment, held, editable: held !== null });
}

/** The draft in which somebody has begun to correct a returned record. */
async function begunEdit(old: RecordRow): Promise<RecordRow | undefined> {
  return (await recordsOf(old.profileId, ['draft'])).find((row) => row.edits === old.instanceId);
}

/** The draft that corrects a returned record: one of its own, with the files and the reviewer's words of the old one. */
async function beginEdit(profile: Profile, old: RecordRow, form: FormRow): Promise<RecordRow> {
  const record = await openRow(profile, old, form, 'edit');
  const row = { ...newRow(profile, form, record), edits: old.instanceId, verdict: old.verdict, language: old.language };
  await withRoom(() => saveCorrection(row, old.instanceId));
  record.close();
  return row;
}

function newRow(profile: Profile, form: FormRow, record: OpenRecord): RecordRow {
  const { xml, name, instanceId } = record.snapshot();
  const now = Date.now();
  return {
    instanceId,
    profileId: profile.id,
    workspaceId: profile.workspaceId,
    xmlFormId: form.xmlFormId,
    version: form.version,
    formTitle: form.title,
    name,
    state: 'draft',
    xml,
    fileNames: [],
    language: null,
    page: 0,
    edits: null,
    createdAt: now,
    changedAt: now,
    finishedAt: null,
    attempts: 0,
    nextTryAt: 0,
    trouble: null,
    receipt: null,
    verdict: null,
  };
}

interface Parts extends Pick<Filling, 'row' | 'form' | 'record' | 'attachment' | 'editable'> {
  held: Held | null;
}

function makeFilling({ held, ...parts }: Parts): Filling {
  const filling: Filling = {
    ...parts,
    async keep(snapshot, place, parting = false) {
      const { xml, name, files } = snapshot;
      const row = {
        ...filling.row,
        ...place,
        xml,
        name,
        fileNames: files.map((file) => file.name),
        changedAt: Date.now(),
      };
      if (parting) noteParting(row);
      else forgetParting(row.instanceId);
      await withRoom(() => (parting && held ? partFromDraft : updateDraft)(row));
      filling.row = row;
    },
    close() {
      parts.record.close();
      held?.release();
    },
  };
  return filling;
}
