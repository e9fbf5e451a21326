/** What the queue does now, for the pages. */
import { shallowRef } from 'vue';

export interface QueueStatus {
  running: boolean;
  /** The last thing tried did not reach the server, or the tablet says that it has no network. */
  offline: boolean;
  /** Waits for a sign-in of somebody on the tablet, or for room on it. */
  paused: null | 'auth' | 'storage';
  nextTryAt: number | null;
  bytesSent: number;
  bytesTotal: number;
  /** The record on its way now. */
  current: string | null;
  lastContactAt: number | null;
  /** Why the last try failed; null when it did not. */
  lastError: Error | null;
}

export const status = shallowRef<QueueStatus>({
  running: false,
  offline: globalThis.navigator?.onLine === false,
  paused: null,
  nextTryAt: null,
  bytesSent: 0,
  bytesTotal: 0,
  current: null,
  lastContactAt: null,
  lastError: null,
});

export function report(change: Partial<QueueStatus>): void {
  status.value = { ...status.value, ...change };
}
