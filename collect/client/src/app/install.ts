/** The browser's offer to install the application, kept until somebody wants it. */
import { computed, shallowRef } from 'vue';

interface InstallEvent extends Event {
  prompt(): Promise<void>;
  userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

const offer = shallowRef<InstallEvent | null>(null);
const putOff = shallowRef(false);

export const installOffered = computed(() => offer.value !== null && !putOff.value);

export function watchInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer.value = event as InstallEvent;
  });
  addEventListener('appinstalled', () => {
    offer.value = null;
  });
}

/** Ask the browser to install. True when the person agreed. */
export async function install(): Promise<boolean> {
  const event = offer.value;
  if (!event) return false;
  offer.value = null;
  await event.prompt();
  return (await event.userChoice).outcome === 'accepted';
}

/** Not now; offered again when the application is opened the next time. */
export function notNow(): void {
  putOff.value = true;
}
