/** The queue: finished records on their way to the office, and the office's news on their way back. */
import { t } from '@/locales';
import { patchRecord, record as findRecord } from '@/store/records';
import { onChange } from '@/store/watch';
import { alone } from './locks';
import { nextTry, sendRound } from './run';
import { askToPersist, isFull, tidyUp, withRoom } from './space';
import { report, status } from './status';

export { openReturned } from './returned';
export { storage } from './space';
export { exportQueue, exportRecord, importQueue } from './transfer';
export { pull } from './pull';

const SETTLE_MS = 400;
const LONGEST_SLEEP_MS = 5 * 60_000;
/** A tablet without room looks this often whether there is some. */
const FULL_MS = 10_000;

let started = false;
let round: Promise<void> | null = null;
let wish: { force: boolean; granted: Promise<void> } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Send what is due. One round at a time; a wish that comes meanwhile is granted after it. */
function send(force: boolean): Promise<void> {
  if (round) {
    // What was finished since this round began is not in it: who asks now waits for the next one.
    wish ??= { force, granted: round.catch(() => undefined).then(() => grant()) };
    wish.force ||= force;
    return wish.granted;
  }
  round = alone(() => once(force)).finally(() => {
    round = null;
    if (!wish) void sleep();
  });
  return round;
}

function grant(): Promise<void> {
  const force = wish?.force === true;
  wish = null;
  return send(force);
}

/** Send without anybody waiting for it; what went wrong stands in `status`. */
function sendBehind(force: boolean): void {
  send(force).catch((error: unknown) => console.error(error));
}

async function once(force: boolean): Promise<void> {
  try {
    await withRoom(() => sendRound(force));
    await tidyUp();
    if (status.value.paused === 'storage') report({ paused: null });
  } catch (error) {
    // Only the tablet itself can fail here: what the server says is written into the records.
    report({ lastError: error instanceof Error ? error : new Error(String(error)) });
    if (!isFull(error)) throw error;
    report({ paused: 'storage' });
  }
}

/** Wake up when the next try is due. */
async function sleep(): Promise<void> {
  clearTimeout(timer);
  const due = await nextTry();
  // A full tablet cannot even note that it tried.
  const at = due !== null && status.value.paused === 'storage' ? Math.max(due, Date.now() + FULL_MS) : due;
  report({ nextTryAt: at });
  if (at === null || !started) return;
  timer = setTimeout(() => sendBehind(false), Math.min(LONGEST_SLEEP_MS, Math.max(SETTLE_MS, at - Date.now())));
}

function wakeUps(): void {
  addEventListener('online', () => {
    report({ offline: false });
    sendBehind(true);
  });
  addEventListener('offline', () => report({ offline: true }));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') sendBehind(false);
  });
  // A record was finished here or in another tab, or somebody signed in again.
  onChange(() => {
    if (round) return;
    clearTimeout(timer);
    timer = setTimeout(() => void sleep(), SETTLE_MS);
  });
  navigator.serviceWorker?.addEventListener('message', (event) => {
    if ((event.data as { type?: string } | null)?.type === 'WAKE') sendBehind(false);
  });
}

/** Let the browser wake the application when there is a network again, where it can. It is never the only way. */
async function registerWake(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync =
    registration && 'sync' in registration ? (registration.sync as { register(tag: string): Promise<void> }) : null;
  await sync?.register('tidtam-queue').catch(() => undefined);
}

export const queue = {
  status,
  /** Begin to send by itself, for everybody on this tablet; again after a sign-in. */
  async start(): Promise<void> {
    if (!started) wakeUps();
    started = true;
    await send(true);
  },
  /** Try everything now, whatever the back-off says. */
  async sendNow(): Promise<void> {
    await askToPersist().catch(() => undefined);
    void registerWake();
    await send(true);
  },
};

/** Put a record that needed attention back into the queue. */
export async function retry(instanceId: string): Promise<void> {
  const row = await findRecord(instanceId);
  if (row?.xml === '') throw Object.assign(new Error('lost_by_server'), { sentence: t('queue.lostByServer') });
  await patchRecord(instanceId, { state: 'ready', attempts: 0, nextTryAt: 0, trouble: null }, ['needs_attention']);
}
