/** The routes of a workspace that the tablet uses. Every function throws `WireError`. */
import { ask, askJson, readWith } from './http';
import type { WireAnnouncement, WireChanges, WireReceipt } from './types';

/** Whose request it is, and in which workspace. */
export interface Caller {
  token: string;
  workspaceId: number;
  signal?: AbortSignal;
}

/** Most records that `held` may ask about at once. */
export const MOST_HELD = 500;
const LONG_MS = 2 * 60_000;
const FILE_MS = 30 * 60_000;
/** How addresses write a version that has no name. */
const NO_VERSION = '___';

/** The address of something in the workspace, each part written as addresses need it. */
export function address(caller: Pick<Caller, 'workspaceId'>, ...parts: string[]): string {
  return ['/v1/projects', String(caller.workspaceId), ...parts.map(encodeURIComponent)].join('/');
}

function call(caller: Caller) {
  return { token: caller.token, ...(caller.signal ? { signal: caller.signal } : {}) };
}

/** What changed since a cursor (empty: everything); null when nothing did. */
export async function changes(caller: Caller, since: string): Promise<WireChanges | null> {
  const asked = since ? `?since=${encodeURIComponent(since)}` : '';
  const answer = await ask(`${address(caller, 'changes')}${asked}`, {
    ...call(caller),
    timeoutMs: LONG_MS,
    headers: since ? { 'If-None-Match': `"${since}"` } : {},
  });
  if (answer.status === 304) return null;
  return readWith(caller.signal, async () => (await answer.json()) as WireChanges);
}

/** The XForm of a version. */
export async function formXml(caller: Caller, xmlFormId: string, version: string): Promise<string> {
  const path = `${address(caller, 'forms', xmlFormId, 'versions', version || NO_VERSION)}.xml`;
  const answer = await ask(path, { ...call(caller), timeoutMs: LONG_MS });
  return readWith(caller.signal, () => answer.text());
}

/** A media file of a version. */
export async function formMedia(caller: Caller, xmlFormId: string, version: string, name: string): Promise<Blob> {
  const path = address(caller, 'forms', xmlFormId, 'versions', version || NO_VERSION, 'attachments', name);
  const answer = await ask(path, { ...call(caller), timeoutMs: FILE_MS });
  return readWith(caller.signal, () => answer.blob());
}

/** Hand in a record's XML. Its files follow, one by one, to `filesAddress`. */
export function sendRecord(caller: Caller, xml: string, installId: string): Promise<WireReceipt> {
  return askJson(`${address(caller, 'field', 'records')}?deviceID=${encodeURIComponent(installId)}`, {
    ...call(caller),
    method: 'POST',
    body: xml,
    type: 'application/xml',
    timeoutMs: LONG_MS,
  });
}

/**
 * A record with these very bytes. Somebody else may have handed it in before, from a file that this tablet exported: who
 * names the hash has the record.
 */
export interface TheRecord {
  xmlFormId: string;
  instanceId: string;
  xmlSha256: string;
}

type OwnRecord = Omit<TheRecord, 'xmlSha256'> & Partial<TheRecord>;

function recordAddress(caller: Pick<Caller, 'workspaceId'>, record: OwnRecord, ...what: string[]): string {
  const path = address(caller, 'field', 'records', record.xmlFormId, record.instanceId, ...what);
  return record.xmlSha256 ? `${path}?xmlSha256=${record.xmlSha256}` : path;
}

/** Where a file of a record is handed in by tus. */
export function filesAddress(caller: Pick<Caller, 'workspaceId'>, record: TheRecord): string {
  return recordAddress(caller, record, 'files');
}

/** What the server holds of a record; a `WireError` with status 404 when it has none. */
export function receipt(caller: Caller, record: OwnRecord): Promise<WireReceipt> {
  return askJson(recordAddress(caller, record), call(caller));
}

/** Which of these records the server does not have whole, and its epoch. */
export function held(caller: Caller, records: TheRecord[]): Promise<{ epoch: string; missing: string[] }> {
  return askJson(address(caller, 'field', 'held'), {
    ...call(caller),
    method: 'POST',
    json: { records },
    timeoutMs: LONG_MS,
  });
}

/** The XML of an own record as the server has it now. */
export async function ownXml(caller: Caller, xmlFormId: string, instanceId: string): Promise<string> {
  const path = address(caller, 'field', 'records', xmlFormId, instanceId, 'xml');
  const answer = await ask(path, { ...call(caller), timeoutMs: LONG_MS });
  return readWith(caller.signal, () => answer.text());
}

/** A file of an own record. */
export async function ownFile(caller: Caller, xmlFormId: string, instanceId: string, name: string): Promise<Blob> {
  const path = address(caller, 'field', 'records', xmlFormId, instanceId, 'files', name);
  const answer = await ask(path, { ...call(caller), timeoutMs: FILE_MS });
  return readWith(caller.signal, () => answer.blob());
}

/** Tell the office how this tablet stands. */
export function announce(
  caller: Caller,
  installId: string,
  announcement: WireAnnouncement,
): Promise<{ serverTime: string; epoch: string }> {
  return askJson(address(caller, 'devices', installId), { ...call(caller), method: 'PUT', json: announcement });
}
