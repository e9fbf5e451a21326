/**
 * A draft as its page left it, noted in the storage of the tab. That is written at once and outlives a reload; the
 * database forgets what it was asked for when the page is gone before its turn came.
 */
import type { RecordRow } from './types';

const noteOf = (instanceId: string) => `tidtam.parting/${instanceId}`;

export function noteParting(row: RecordRow): void {
  try {
    sessionStorage.setItem(noteOf(row.instanceId), JSON.stringify(row));
  } catch {
    // A tab that keeps nothing has the database alone.
  }
}

/** The draft as this tab's page left it; null when nothing was noted, or another tab has gone on with it since. */
export function partedFrom(row: RecordRow): RecordRow | null {
  const noted = read(row.instanceId);
  return noted && row.state === 'draft' && noted.changedAt >= row.changedAt ? noted : null;
}

export function forgetParting(instanceId: string): void {
  try {
    sessionStorage.removeItem(noteOf(instanceId));
  } catch {
    // Nothing was kept.
  }
}

function read(instanceId: string): RecordRow | null {
  try {
    return JSON.parse(sessionStorage.getItem(noteOf(instanceId)) ?? 'null') as RecordRow | null;
  } catch {
    return null;
  }
}
