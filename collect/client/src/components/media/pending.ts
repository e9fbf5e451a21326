/** Files on their way to the tablet's database. Whoever finishes or closes a record waits for `filesSettled()` first. */
import { shallowReactive } from 'vue';

const running = shallowReactive(new Set<Promise<unknown>>());
const waiting = new Set<() => Promise<void>>();

/** Count `work` as running until it is done. */
export function whileRunning<T>(work: Promise<T>): Promise<T> {
  running.add(work);
  const done = () => void running.delete(work);
  work.then(done, done);
  return work;
}

/** Whether a file is being kept or removed; reactive. */
export const filesRunning = (): boolean => running.size > 0;

/** `flush` keeps what a widget has not kept yet, such as strokes of a moment ago. Gives the function that forgets it. */
export function beforeSettled(flush: () => Promise<void>): () => void {
  waiting.add(flush);
  return () => void waiting.delete(flush);
}

/** Everything drawn, recorded or chosen so far is kept and named in the record, or its widget has said why not. */
export async function filesSettled(): Promise<void> {
  await Promise.allSettled([...waiting].map((flush) => flush()));
  while (running.size > 0) await Promise.allSettled([...running]);
}
