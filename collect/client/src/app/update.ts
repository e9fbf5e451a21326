/** New versions of the application: fetched in the background, taken only when nobody has a form open. */
import { computed, ref, watch } from 'vue';
import type { Router } from 'vue-router';

const FORM_LOCK = 'tidtam.form-open';
const LOOK_EVERY_MS = 60 * 60_000;

/** Forms open on this page; the pages of the filling are counted by `watchForms`. */
export const formOpen = ref(0);
const waiting = ref<ServiceWorker | null>(null);
/** Another tab took the new version while a form was open here. */
const overdue = ref(false);

/** A new version may be offered now. */
export const updateReady = computed(() => waiting.value !== null && formOpen.value === 0);
export const updateWaits = computed(() => waiting.value !== null);

/** Count the pages on which somebody fills a form, and let other tabs know by a lock that ends with the tab. */
export function watchForms(router: Router): void {
  router.afterEach((to, from) => {
    formOpen.value += Number(to.meta.form === true) - Number(from.meta.form === true);
  });
  let letGo: (() => void) | null = null;
  watch(formOpen, (open) => {
    if (open > 0 && !letGo) {
      const closed = new Promise<void>((resolve) => (letGo = resolve));
      void navigator.locks?.request(FORM_LOCK, { mode: 'shared' }, () => closed);
    }
    if (open === 0) {
      letGo?.();
      letGo = null;
      if (overdue.value) location.reload();
    }
  });
}

/** Have the browser keep the application, and look for new versions now and every hour. */
export async function registerWorker(): Promise<void> {
  const workers = navigator.serviceWorker;
  if (!workers || import.meta.env.DEV) return;
  let controlled = workers.controller !== null;
  let reloaded = false;
  workers.addEventListener('controllerchange', () => {
    // The first worker of a fresh visit takes nothing away.
    if (!controlled) controlled = true;
    else if (formOpen.value > 0) overdue.value = true;
    else if (!reloaded) {
      reloaded = true;
      location.reload();
    }
  });
  const base = import.meta.env.BASE_URL;
  const registration = await workers.register(`${base}sw.js`, { scope: base });
  const look = () => {
    waiting.value = workers.controller ? registration.waiting : null;
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  const ask = () => void registration.update().catch(() => undefined);
  setInterval(ask, LOOK_EVERY_MS);
  addEventListener('online', ask);
}

/** Take the new version. False when a form is open in another tab: nothing happens then. */
export async function takeUpdate(): Promise<boolean> {
  if (formOpen.value > 0) return false;
  const locks = await navigator.locks?.query();
  if (locks?.held?.some((lock) => lock.name === FORM_LOCK)) return false;
  waiting.value?.postMessage({ type: 'SKIP_WAITING' });
  return true;
}
