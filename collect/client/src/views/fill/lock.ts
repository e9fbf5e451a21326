/** One tab writes a record. */

const RETRIES = 5;
const WAIT = 200;

export interface Held {
  release(): void;
}

const NOTHING: Held = { release: () => undefined };

/** The right to write a record, or null when another tab has it. Freed with the tab, also when it is killed. */
export async function holdRecord(instanceId: string): Promise<Held | null> {
  if (!('locks' in navigator)) return NOTHING;
  for (let attempt = 0; attempt < RETRIES; attempt += 1) {
    const held = await attemptToHold(`tidtam-record-${instanceId}`);
    if (held) return held;
    // The tab that was reloaded a moment ago may not have let go yet.
    await new Promise((resolve) => setTimeout(resolve, WAIT));
  }
  return null;
}

function attemptToHold(name: string): Promise<Held | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => resolve({ release }));
      })
      .catch(reject);
  });
}
