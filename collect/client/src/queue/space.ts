/** Room on the tablet: how much there is, and what goes when the server has had it long enough. */
import { sweepFiles } from '@/store/files';
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
/** A browser frees the bytes of what was deleted a little later; Chromium within five seconds, a busy tablet within ten. */
const FREEING_MS = [0, 300, 1000, 2000, 2500, 4000];
/** About a large photo. So much goes before the wait, since a wait for every small record would take minutes. */
const PORTION_BYTES = 4 * 1024 * 1024;
/** About a photo: how large a file is cannot be looked up without a handle on it, which would keep it from being freed. */
const FILE_BYTES = 1024 * 1024;
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

/** Since when the server has it: by this tablet's clock then, or by the server's, whichever is shorter ago: clocks are put right. */
function age(row: RecordRow, now: number): number {
  const received = Date.parse(row.receipt?.receivedAt ?? '');
  return now - Math.max(row.completedAt ?? now, Number.isNaN(received) ? 0 : received);
}

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
  await sweepFiles();
  if (tight) await makeRoom();
}

/** The content of confirmed records goes, oldest first, until there is room again. Nothing unconfirmed ever does. */
export async function makeRoom(): Promise<void> {
  for (const row of await dispensable()) {
    const { free } = await storage();
    if (free === null || free >= TIGHT_BYTES) return;
    await empty(row.instanceId);
  }
}

/** Records of everybody whose content the server has, oldest first. */
async function dispensable(): Promise<RecordRow[]> {
  const rows = (await Promise.all((await listProfiles()).map((profile) => doneOf(profile.id)))).flat();
  return rows.filter((row) => !row.emptied).sort((a, b) => (a.completedAt ?? 0) - (b.completedAt ?? 0));
}

export const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';

/**
 * Write something. When the disk has no room for it, what the server has goes first, oldest first, until it fits:
 * browsers do not say truly how much room there is.
 *
 * @throws DOMException `QuotaExceededError`: there is nothing left that could go.
 */
export async function withRoom<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error)) throw error;
    return afterGivingUp(write, error);
  }
}

async function afterGivingUp<Result>(write: () => Promise<Result>, full: unknown): Promise<Result> {
  const rows = await dispensable();
  while (rows.length > 0) {
    await giveUpPortion(rows);
    for (const pause of FREEING_MS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        return await write();
      } catch (error) {
        if (!isFull(error)) throw error;
      }
    }
  }
  throw full;
}

/** Take rows off the front and let their content go, until it was about as much as a large photo. */
async function giveUpPortion(rows: RecordRow[]): Promise<void> {
  for (let freed = 0; freed < PORTION_BYTES;) {
    const row = rows.shift();
    if (!row) return;
    freed += row.xml.length + row.fileNames.length * FILE_BYTES;
    try {
      await empty(row.instanceId);
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }
}
