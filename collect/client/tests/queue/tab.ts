/** One tab of the client: its own modules over the database that all tabs share. */
import { vi } from 'vitest';
import type { Profile, RecordRow } from '@/store/types';
import type { FakeServer } from './server';

vi.mock('tus-js-client', async () => {
  // The library's build for browsers, whatever the test runs in.
  const { createRequire } = await import('node:module');
  return createRequire(import.meta.url)('tus-js-client/dist/tus.js') as object;
});

export const PROFILE = '1:1';

export async function openTab() {
  vi.resetModules();
  const [queue, records, files, profiles, outbox, meta] = await Promise.all([
    import('@/queue'),
    import('@/store/records'),
    import('@/store/files'),
    import('@/store/profiles'),
    import('@/store/outbox'),
    import('@/store/meta'),
  ]);
  return { ...queue, records, files, profiles, outbox, meta };
}

export type Tab = Awaited<ReturnType<typeof openTab>>;

export function person(change: Partial<Profile> = {}): Profile {
  return {
    id: PROFILE,
    workspaceId: 1,
    workspaceName: 'สำนักงาน',
    actorId: 1,
    displayName: 'สมชาย',
    properties: {},
    token: 'token-1',
    tokenWorks: true,
    email: null,
    pin: null,
    cursor: '',
    epoch: null,
    lastContactAt: null,
    ...change,
  };
}

export const xmlOf = (instanceId: string, photos: string[], form = 'visit'): string =>
  `<data id="${form}" version="1"><note>เยี่ยม</note>${photos.map((name) => `<photo>${name}</photo>`).join('')}` +
  `<meta><instanceID>${instanceId}</instanceID></meta></data>`;

export function draft(instanceId: string, photos: string[], change: Partial<RecordRow> = {}): RecordRow {
  const form = change.xmlFormId ?? 'visit';
  return {
    instanceId,
    profileId: PROFILE,
    workspaceId: 1,
    xmlFormId: form,
    version: '1',
    formTitle: 'เยี่ยมโรงเรียน',
    name: '',
    state: 'draft',
    xml: xmlOf(instanceId, photos, form),
    fileNames: photos,
    language: null,
    page: 0,
    edits: null,
    createdAt: Date.now(),
    changedAt: Date.now(),
    finishedAt: null,
    attempts: 0,
    nextTryAt: 0,
    trouble: null,
    receipt: null,
    verdict: null,
    ...change,
  };
}

export interface Photo {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export function photo(name: string, size: number, seed = 7): Photo {
  let value = seed || 1;
  const bytes = Uint8Array.from({ length: size }, () => {
    value = (value * 1103515245 + 12345) & 0x7fffffff;
    return value >> 16;
  });
  return { name, bytes };
}

/** Fill a record as a person does: files first, then the draft. */
export async function begin(tab: Tab, instanceId: string, photos: Photo[], change: Partial<RecordRow> = {}) {
  const row = draft(
    instanceId,
    photos.map(({ name }) => name),
    change,
  );
  for (const { name, bytes } of photos) {
    const file = new File([bytes], name, { type: 'image/jpeg' });
    await tab.files.keepFile(instanceId, file, { taken: null, thumbnail: null });
  }
  await tab.records.saveDraft(row);
  return row;
}

/** Fill a record, then finish it. */
export async function finish(tab: Tab, instanceId: string, photos: Photo[], change: Partial<RecordRow> = {}) {
  const { xml, fileNames } = await begin(tab, instanceId, photos, change);
  await tab.records.finish(instanceId, { xml, name: '', files: fileNames.map((name) => ({ name })) });
}

/** Whether the server has all of these, byte for byte. */
export function holds(server: FakeServer, instanceId: string, photos: Photo[]): boolean {
  const row = server.records.get(instanceId);
  return (
    row !== undefined &&
    row.files.size === photos.length &&
    photos.every(({ name, bytes }) => Buffer.compare(row.files.get(name) ?? new Uint8Array(), bytes) === 0)
  );
}

export const stateOf = async (tab: Tab, instanceId: string) => (await tab.records.record(instanceId))?.state;
