/** One sender over all tabs. */
const NAME = 'tidtam-queue';
const turns = new Map<string, Promise<unknown>>();

/** Do some work while no other tab does it. */
export function alone<T>(work: () => Promise<T>, name: string = NAME): Promise<T> {
  if (navigator.locks) return navigator.locks.request(name, work) as Promise<T>;
  const mine = (turns.get(name) ?? Promise.resolve()).then(work);
  turns.set(
    name,
    mine.catch(() => undefined),
  );
  return mine;
}
