/** How long to wait after a failure. */
const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;
/** A server that asks for more is asked again after this. */
const LONGEST_ASKED_MS = 60 * 60_000;

/** Whether it is time for a try. No back-off is this long: the clock was ahead when the instant was written. */
export const isDue = (at: number, now: number): boolean => at <= now || at - now > LONGEST_ASKED_MS;

/**
 * Anywhere between one second and a span that doubles with every try (5 minutes at most), so that tablets do not come in
 * step; never less than the server asks.
 */
export function delayAfter(attempts: number, asked: number | null = null, random: () => number = Math.random): number {
  const span = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 20));
  const own = Math.max(FIRST_MS, Math.round(random() * span));
  return Math.max(own, Math.min(asked ?? 0, LONGEST_ASKED_MS));
}
