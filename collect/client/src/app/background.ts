/** What goes on while people work: the queue of the person at the tablet, and news from the office when there is a network. */
import { ref, watch } from 'vue';
import { profile, refreshSession } from './session';
import { pull, queue } from '@/queue';
import { onChange } from '@/store/watch';

const PULL_EVERY_MS = 15 * 60_000;

/** News are being fetched now. */
export const pulling = ref(false);
/** The last attempt to fetch news failed, and why. */
export const pullFailed = ref<unknown>(null);

let asked: Promise<void> | null = null;

/** Fetch what changed in the office. One at a time; never throws: the page says what went wrong. */
export function fetchNews(): Promise<void> {
  asked ??= fetchOnce().finally(() => (asked = null));
  return asked;
}

async function fetchOnce(): Promise<void> {
  const who = profile.value;
  if (!who || !who.tokenWorks || !navigator.onLine) return;
  pulling.value = true;
  try {
    await pull(who.id);
    pullFailed.value = null;
  } catch (error) {
    pullFailed.value = error;
  } finally {
    pulling.value = false;
    await refreshSession();
  }
}

/** Follow the person at the tablet: their queue runs, also while the screen is locked. */
export function startQueue(): void {
  watch(
    // Each by itself: the profile is read anew after every change in the database.
    [() => profile.value?.id, () => profile.value?.tokenWorks],
    ([id]) => {
      if (!id) return;
      void queue.start();
      void fetchNews();
    },
    { immediate: true },
  );
  onChange(() => void refreshSession());
  addEventListener('online', () => void fetchNews());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void fetchNews();
  });
  setInterval(() => void fetchNews(), PULL_EVERY_MS);
}
