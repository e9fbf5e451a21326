/** Who works on this tablet now. A sign-in that the server no longer takes changes nothing here: filling goes on. */
import { computed, ref, shallowRef } from 'vue';
import { afterWrong, hashPin, NO_TRIES, pinMatches, waitLeft, type Tries } from './pin';
import { getMeta, putMeta } from '@/store/meta';
import { listProfiles, patchProfile } from '@/store/profiles';
import type { Profile } from '@/store/types';

/** Everybody with a profile on this tablet. */
export const profiles = shallowRef<Profile[]>([]);
/** The person whose work is shown, also while the screen is locked. */
export const profile = shallowRef<Profile | null>(null);
export const locked = ref(true);
export const ready = computed(() => profile.value !== null && !locked.value);

const LAST = 'lastProfile';
const OPEN_IN_TAB = 'tidtam.unlocked';
/** A tablet that was put away this long asks for the PIN again. */
export const LOCK_AFTER_MS = 15 * 60_000;

/** Several people on one tablet need PINs; somebody alone may have one. */
export const pinNeeded = (someone: Profile): boolean => someone.pin === null && profiles.value.length > 1;

/** Signed out while work waits, and without a PIN to know them by: only their own sign-in opens the profile again. */
export const signedOut = (someone: Profile): boolean => someone.token === '' && someone.pin === null;

/** Read the profiles. The one used last is chosen; it is open when it has no PIN or this tab had opened it before. */
export async function loadSession(): Promise<void> {
  profiles.value = await listProfiles();
  const last = await getMeta<string>(LAST);
  const found = profiles.value.find((one) => one.id === last) ?? profiles.value[0] ?? null;
  profile.value = found;
  locked.value = !found || pinNeeded(found) || signedOut(found) || (found.pin !== null && !openInThisTab(found.id));
}

/** Read the profiles anew after something changed them; who works stays the same. */
export async function refreshSession(): Promise<void> {
  profiles.value = await listProfiles();
  const id = profile.value?.id;
  profile.value = profiles.value.find((one) => one.id === id) ?? null;
  if (profile.value === null || signedOut(profile.value)) locked.value = true;
}

/** Take a person's profile without asking: just enrolled, or the PIN was right. */
export async function enter(someone: Profile): Promise<void> {
  await putMeta(LAST, someone.id);
  profiles.value = await listProfiles();
  profile.value = profiles.value.find((one) => one.id === someone.id) ?? someone;
  locked.value = false;
  remember(someone.id);
}

export function lock(): void {
  locked.value = true;
  remember(null);
}

/** `compared`: the PIN was looked at, and is wrong. */
export type Unlocked = { ok: true } | { ok: false; wait: number; compared: boolean };

/** Open a profile by its PIN; wrong tries are kept on the disk, so that a reload does not forget them. */
export async function unlock(someone: Profile, pin: string, now: number = Date.now()): Promise<Unlocked> {
  const key = `pinTries:${someone.id}`;
  const tries = (await getMeta<Tries>(key)) ?? NO_TRIES;
  const wait = waitLeft(tries, now);
  if (wait > 0) return { ok: false, wait, compared: false };
  if (someone.pin && !(await pinMatches(pin, someone.pin))) {
    const next = afterWrong(tries, now);
    await putMeta(key, next);
    return { ok: false, wait: waitLeft(next, now), compared: true };
  }
  await putMeta(key, NO_TRIES);
  await enter(someone);
  return { ok: true };
}

/** Milliseconds until the next try is looked at. */
export async function waitFor(someone: Profile, now: number = Date.now()): Promise<number> {
  return waitLeft((await getMeta<Tries>(`pinTries:${someone.id}`)) ?? NO_TRIES, now);
}

/** Set, change or take away (null) a PIN. */
export async function setPin(someone: Profile, pin: string | null): Promise<void> {
  await patchProfile(someone.id, { pin: pin === null ? null : await hashPin(pin) });
  await putMeta(`pinTries:${someone.id}`, NO_TRIES);
  await refreshSession();
}

function openInThisTab(id: string): boolean {
  try {
    return sessionStorage.getItem(OPEN_IN_TAB) === id;
  } catch {
    return false;
  }
}

function remember(id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(OPEN_IN_TAB);
    else sessionStorage.setItem(OPEN_IN_TAB, id);
  } catch {
    // A browser that keeps nothing asks for the PIN after each reload.
  }
}
