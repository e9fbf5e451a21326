/** Room on the tablet: how much there is, and what goes when the server has had it long enough. */
import { getMeta, putMeta } from '@/store/meta';
import { allOf, empty, forget, isDone } from '@/store/outbox';
import { listProfiles } from '@/store/profiles';
import type { RecordRow } from '@/store/types';

export interface Room {
  used: number | null;
  /** Null where the browser does not say. */
  free: number | null;
  persisted: boolean;
}

const DAY_MS = 86_400_000;
const CONTENT_DAYS = 14;
const ROW_DAYS = 90;
const TIGHT_BYTES = 100 * 1024 * 1024;

export async function storage(): Promise<Room> {
  const manager = navigator.storage;
  const { usage, quota } = (await manager?.estimate?.()) ?? {};
  return {
    used: usage ?? null,
    free: usage === undefined || quota === undefined ? null : Math.max(0, quota - usage),
    persisted: (await manager?.persisted?.()) ?? false,
  };
}

/** Ask the browser once to keep what is here, when there is something to keep. */
export async function askToPersist(): Promise<void> {
  if (await getMeta<boolean>('persistAsked')) return;
  await putMeta('persistAsked', true);
  await navigator.storage?.persist?.();
}

/** What the server has of a person, oldest first. */
async function doneOf(profileId: string): Promise<RecordRow[]> {
  const rows = (await allOf(profileId, ['complete', 'returned'])).filter(isDone);
  return rows.sort((a, b) => (a.completedAt ?? 0) - (b.completedAt ?? 0));
}

const age = (row: RecordRow, now: number): number => now - (row.completedAt ?? now);

/** Content goes 14 days after it was confirmed, rows after 90; when room is tight, the oldest content at once. */
export async function tidyUp(now: number = Date.now()): Promise<void> {
  const { free } = await storage();
  const tight = free !== null && free < TIGHT_BYTES;
  for (const profile of await listProfiles()) {
    for (const row of await doneOf(profile.id)) {
      if (age(row, now) > ROW_DAYS * DAY_MS) await forget(row.instanceId);
      else if (!row.emptied && age(row, now) > CONTENT_DAYS * DAY_MS) await empty(row.instanceId);
    }
  }
  if (tight) await makeRoom();
}

/** The content of confirmed records goes, oldest first, until there is room again. Nothing unconfirmed ever does. */
export async function makeRoom(): Promise<void> {
  for (const profile of await listProfiles()) {
    for (const row of (await doneOf(profile.id)).filter((one) => !one.emptied)) {
      const { free } = await storage();
      if (free === null || free >= TIGHT_BYTES) return;
      await empty(row.instanceId);
    }
  }
}
