/** One round of sending: everything that is due, of everybody whose sign-in works, oldest first. */
import { installId } from '@/store/meta';
import { OUTGOING, outgoing } from '@/store/outbox';
import { getProfile, listProfiles, patchProfile } from '@/store/profiles';
import { patchRecord } from '@/store/records';
import type { Profile, RecordRow } from '@/store/types';
import { delayAfter, isDue } from './backoff';
import { noticeEpoch } from './epoch';
import { outcomeOf, type Outcome } from './outcome';
import { bytesLeft, sendOne, stillWaits } from './send';
import { report, status } from './status';

/** Profiles for which nothing more is tried in this round. */
type Stopped = Set<string>;

/** How many rounds in a row found the server out of reach; the next try waits longer each time. */
let outOfReach = 0;
/** Not before this instant, whatever waits. */
let notBefore = 0;

export async function sendRound(force: boolean): Promise<void> {
  if (force) notBefore = 0;
  await stillPaused();
  const now = Date.now();
  if (!isDue(notBefore, now)) return;
  // Those that failed come after those that did not: one that hangs must not keep the others from going.
  const due = (await outgoing())
    .filter((row) => force || isDue(row.nextTryAt, now))
    .sort((a, b) => (a.attempts > 0 ? a.nextTryAt : 0) - (b.attempts > 0 ? b.nextTryAt : 0));
  if (due.length === 0) return;
  const sizes = await Promise.all(due.map(bytesLeft));
  const before = due.map((_row, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  report({ running: true, bytesSent: 0, bytesTotal: sizes.reduce((sum, size) => sum + size, 0) });
  const stopped: Stopped = new Set();
  try {
    for (const [i, row] of due.entries()) {
      await tryOne(row.instanceId, before[i] ?? 0, stopped);
      report({ bytesSent: (before[i] ?? 0) + (sizes[i] ?? 0) });
      if (!isDue(notBefore, Date.now())) break;
    }
  } finally {
    report({ running: false, current: null });
  }
}

/** Somebody signed in again, or was taken off the tablet: nobody's queue waits for that any more. */
async function stillPaused(): Promise<void> {
  if (status.value.paused !== 'auth') return;
  if ((await listProfiles()).every((one) => one.tokenWorks)) report({ paused: null });
}

async function tryOne(instanceId: string, bytesBefore: number, stopped: Stopped): Promise<void> {
  const row = await stillWaits(instanceId);
  const profile = row && (await getProfile(row.profileId));
  if (!row || !profile || stopped.has(profile.id)) return;
  if (!profile.tokenWorks || profile.token === '') {
    stopped.add(profile.id);
    report({ paused: 'auth' });
    return;
  }
  report({ current: instanceId });
  let epoch: string;
  let tries = row.attempts;
  try {
    const trip = {
      profile,
      installId: await installId(),
      onBytes: (sent: number) => report({ bytesSent: bytesBefore + sent }),
      // A link that is cut now and then still gets somewhere: the next try need not wait longer than the first.
      onTaken: () => (outOfReach = tries = 0),
    };
    ({ epoch } = await sendOne(row, trip));
    await reached(profile);
  } catch (error) {
    await failed({ ...row, attempts: tries }, profile, error, stopped);
    return;
  }
  // The record is done whatever comes of this; a check that fails is made again with the next answer.
  await noticeEpoch(profile.id, epoch).catch((error: unknown) => report({ lastError: error as Error }));
}

async function reached(profile: Profile): Promise<void> {
  outOfReach = 0;
  const at = Date.now();
  report({ offline: false, lastContactAt: at, lastError: null });
  await patchProfile(profile.id, { lastContactAt: at });
}

async function failed(row: RecordRow, profile: Profile, error: unknown, stopped: Stopped): Promise<void> {
  const outcome = outcomeOf(error, row.attempts);
  report({ lastError: error instanceof Error ? error : new Error(String(error)) });
  if (outcome.what === 'auth') {
    stopped.add(profile.id);
    report({ paused: 'auth', offline: false });
    await signInGone(profile);
    await backInLine(row, { trouble: null, nextTryAt: 0 });
  } else if (outcome.what === 'attention') {
    const { code, message } = outcome;
    report({ offline: false });
    await patchRecord(
      row.instanceId,
      { state: 'needs_attention', trouble: { code, message, at: Date.now() } },
      OUTGOING,
    );
  } else await later(row, outcome);
}

async function later(row: RecordRow, outcome: Extract<Outcome, { what: 'later' }>): Promise<void> {
  const { code, message } = outcome;
  let delay = outcome.delay;
  if (outcome.all) {
    outOfReach += 1;
    delay = Math.max(delayAfter(outOfReach), outcome.delay);
    notBefore = Date.now() + delay;
  }
  const away = status.value.lastError && 'status' in status.value.lastError && status.value.lastError.status === 0;
  report({ offline: Boolean(away) });
  const trouble = { code, message, at: Date.now() };
  await backInLine(row, { trouble, nextTryAt: Date.now() + delay, attempts: row.attempts + 1 });
}

/** As before the try; what the server has of it is known by its receipt. */
async function backInLine(row: RecordRow, change: Partial<RecordRow>): Promise<void> {
  await patchRecord(row.instanceId, { ...change, state: 'ready' }, ['sending']);
  await patchRecord(row.instanceId, change, ['ready', 'xml_sent']);
}

/** The server took a sign-in back; one that was made anew meanwhile stays. */
export async function signInGone(profile: Profile): Promise<void> {
  const now = await getProfile(profile.id);
  if (now?.token === profile.token) await patchProfile(profile.id, { tokenWorks: false });
}

/** When something may be tried again; null when nothing waits for an instant. */
export async function nextTry(): Promise<number | null> {
  const working = new Map<string, boolean>();
  let next: number | null = null;
  for (const row of await outgoing()) {
    if (!working.has(row.profileId)) working.set(row.profileId, (await getProfile(row.profileId))?.tokenWorks === true);
    if (!working.get(row.profileId)) continue;
    const last = Math.max(row.nextTryAt, notBefore);
    const at = isDue(last, Date.now()) ? Math.min(last, Date.now()) : last;
    next = next === null ? at : Math.min(next, at);
  }
  return next;
}
