/**
 * Locks the screen of a profile with a PIN after the tablet was put away or left alone, never while a form is open and
 * used; and that of somebody who has signed out in another tab, at once.
 */
import { onBeforeUnmount, onMounted, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { lock, LOCK_AFTER_MS, profile, ready, signedOut } from './session';

const LOOK_EVERY_MS = 30_000;
const SIGNS = ['pointerdown', 'keydown', 'input'] as const;

export function useAutoLock(): void {
  const router = useRouter();
  const route = useRoute();
  let touched = Date.now();
  let timer = 0;

  const touch = () => {
    touched = Date.now();
  };
  const look = () => {
    if (!ready.value || !profile.value?.pin || Date.now() - touched < LOCK_AFTER_MS) return;
    lock();
    void router.push({ path: '/lock', query: { next: route.fullPath } });
  };
  const onShown = () => {
    if (document.visibilityState === 'visible') look();
  };

  watch(
    () => profile.value !== null && signedOut(profile.value),
    (out) => out && !route.meta.open && void router.replace('/lock'),
  );
  onMounted(() => {
    for (const sign of SIGNS) addEventListener(sign, touch, { passive: true });
    document.addEventListener('visibilitychange', onShown);
    timer = window.setInterval(look, LOOK_EVERY_MS);
  });
  onBeforeUnmount(() => {
    for (const sign of SIGNS) removeEventListener(sign, touch);
    document.removeEventListener('visibilitychange', onShown);
    clearInterval(timer);
  });
}
