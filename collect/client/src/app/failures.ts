/** What nobody caught: a sentence for the person, or the page that says what to do. Nothing on the disk is touched. */
import { shallowRef } from 'vue';
import type { App } from 'vue';
import type { Router } from 'vue-router';
import { say } from './messages';
import { t } from '@/locales';

/** A page could not be shown at all. */
export const failure = shallowRef<unknown>(null);
const RELOADED = 'tidtam.reloaded';

export function watchFailures(app: App, router: Router): void {
  app.config.errorHandler = (error, _instance, info) => {
    console.error(error);
    // A page that could not be set up stays blank; anything else leaves the page usable.
    if (/setup|render|mount/i.test(info)) failure.value = error;
    else say(sentenceOf(error), 'bad');
  };
  addEventListener('unhandledrejection', (event) => {
    if (isLeaving(event.reason)) return;
    console.error(event.reason);
    say(sentenceOf(event.reason), 'bad');
  });
  router.onError((error, to) => {
    if (isMissingPart(error) && mayReload()) {
      // A new version took the place of this one: its pages have other names.
      history.replaceState(null, '', router.resolve(to.fullPath).href);
      location.reload();
    } else failure.value = error;
  });
}

/** The sentence of an error; those of the wire and the store say themselves what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return t('app.noSpace');
  if (error instanceof Error && 'sentence' in error && typeof error.sentence === 'string') return error.sentence;
  return t('app.unexpected', { what: error instanceof Error ? error.message : String(error) });
}

const isLeaving = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'AbortError';

function isMissingPart(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|Importing a module script|preload/i.test(error.message);
}

/** Whether a reload may be tried: once in a minute, so that it cannot go round in circles. */
function mayReload(): boolean {
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - before < 60_000) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  return true;
}
