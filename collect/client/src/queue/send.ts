/** One record to the server: its XML, its files, then what the server says it holds. Each state is written before the call. */
import { filesOf, patchFile, sha256 } from '@/store/files';
import { settle, OUTGOING } from '@/store/outbox';
import { patchRecord, record as findRecord } from '@/store/records';
import type { FileRow, Profile, RecordRow } from '@/store/types';
import { receipt as askReceipt, sendRecord, type Caller, type TheRecord } from '@/wire/field';
import { WireError } from '@/wire/http';
import type { WireReceipt } from '@/wire/types';
import { uploadFile } from './upload';

export interface Trip {
  profile: Profile;
  installId: string;
  /** Bytes that went out for this record until now. */
  onBytes(sent: number): void;
  /** The server has more of the record than before. */
  onTaken(): void;
  signal?: AbortSignal;
}

/** Everything was handed in, and the server still misses something: begin anew a little later. */
export class IncompleteError extends Error {
  override name = 'IncompleteError';
}

/** Send a record. Returns the receipt that makes it complete. */
export async function sendOne(row: RecordRow, trip: Trip): Promise<WireReceipt> {
  const caller = callerOf(trip);
  const begun = await patchRecord(
    row.instanceId,
    { state: row.state === 'xml_sent' ? 'xml_sent' : 'sending', attempts: row.attempts + 1 },
    OUTGOING,
  );
  if (!begun) throw new IncompleteError('The record is not waiting any more.');
  const { xmlFormId, instanceId } = row;
  const the = { xmlFormId, instanceId, xmlSha256: await sha256(new Blob([row.xml])) };
  const first = await whatIsHeld(row, the, caller, trip.installId);
  trip.onBytes(row.xml.length);
  const { whole, left } = await settle(row.instanceId, first);
  if (whole) return first;
  await sendFiles(row, the, left, trip);
  const last = await confirmed(row, the, first, trip);
  if ((await settle(row.instanceId, last)).whole) return last;
  await beginFilesAnew(row.instanceId);
  throw new IncompleteError(last.missing.join(', '));
}

/** Hand in the XML, unless that was done: then only ask what is there. */
async function whatIsHeld(row: RecordRow, the: TheRecord, caller: Caller, installId: string): Promise<WireReceipt> {
  const known = row.state === 'xml_sent' && row.receipt?.outcome !== 'quarantined';
  if (!known) return sendRecord(caller, row.xml, installId);
  try {
    return await askReceipt(caller, the);
  } catch (error) {
    // Restored from a backup: the server has forgotten it.
    if (error instanceof WireError && error.status === 404) return sendRecord(caller, row.xml, installId);
    throw error;
  }
}

async function sendFiles(row: RecordRow, the: TheRecord, files: FileRow[], trip: Trip): Promise<void> {
  const to = { ...callerOf(trip), ...the };
  let before = row.xml.length;
  for (const file of files) {
    const sofar = before;
    const progress = { onBytes: (sent: number) => trip.onBytes(sofar + sent), onTaken: () => trip.onTaken() };
    await uploadFile(file, to, progress);
    before += file.size;
    trip.onBytes(before);
  }
}

/** The receipt after the files. Of a quarantined record only its own XML leads to it: the address is its twin's. */
function confirmed(row: RecordRow, the: TheRecord, first: WireReceipt, trip: Trip): Promise<WireReceipt> {
  const caller = callerOf(trip);
  if (first.outcome === 'quarantined') return sendRecord(caller, row.xml, trip.installId);
  return askReceipt(caller, the);
}

async function beginFilesAnew(instanceId: string): Promise<void> {
  for (const file of await filesOf(instanceId)) {
    if (!file.confirmed) await patchFile(instanceId, file.name, { uploadUrl: null, uploaded: 0 });
  }
}

const callerOf = ({ profile, signal }: Trip): Caller => ({
  token: profile.token,
  workspaceId: profile.workspaceId,
  ...(signal ? { signal } : {}),
});

/** Bytes of a record that have yet to go. */
export async function bytesLeft(row: RecordRow): Promise<number> {
  const files = await filesOf(row.instanceId);
  return row.xml.length + files.reduce((sum, file) => sum + (file.confirmed ? 0 : file.size), 0);
}

/** Whether a record still waits, as it stands in the database now. */
export async function stillWaits(instanceId: string): Promise<RecordRow | null> {
  const row = await findRecord(instanceId);
  return row && OUTGOING.includes(row.state) ? row : null;
}
