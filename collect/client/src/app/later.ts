/** Work that must not slow the page that is just being opened. */

const BEGUN_MS = 800;
const LONGEST_MS = 2500;

/** Do it when the page has been opened and the tablet has nothing else to do, but before long. */
export function later(work: () => void): void {
  setTimeout(() => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: LONGEST_MS });
    else work();
  }, BEGUN_MS);
}
