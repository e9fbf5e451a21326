/** Telling every tab that something in the database changed. */

type Listener = () => void;

const NAME = 'tidtam-changes';
const listeners = new Set<Listener>();
let channel: BroadcastChannel | null = null;

function connected(): BroadcastChannel | null {
  if (channel === null && typeof BroadcastChannel !== 'undefined') {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = () => listeners.forEach((listener) => listener());
  }
  return channel;
}

/** Call `listener` after each change, in this tab or another; the function returned ends it. */
export function onChange(listener: Listener): () => void {
  connected();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Something changed; to be called after the transaction has ended. */
export function changed(): void {
  connected()?.postMessage(null);
  listeners.forEach((listener) => listener());
}
