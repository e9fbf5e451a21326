/** Signing out: the sign-in ends; work that the office does not hold yet stays on the tablet until the same person comes back. */
import { lock, profile, refreshSession } from './session';
import { counts } from '@/store/records';
import { patchProfile, removeProfile } from '@/store/profiles';
import type { Profile } from '@/store/types';
import { signOut } from '@/wire/session';

export type Left = 'kept' | 'gone';

/** End a person's sign-in on this tablet. Their profile and records go only when nothing waits. */
export async function leave(someone: Profile): Promise<Left> {
  const found = await counts(someone.id);
  const waits = Object.entries(found).some(([state, n]) => state !== 'complete' && n > 0);
  // Without a network the office ends the sign-in on its page of devices; the tablet forgets it in any case.
  if (someone.email !== null && someone.tokenWorks) await signOut(someone.token).catch(() => undefined);
  if (waits) await patchProfile(someone.id, { token: '', tokenWorks: false });
  else await removeProfile(someone.id);
  lock();
  await refreshSession();
  if (!waits) profile.value = null;
  return waits ? 'kept' : 'gone';
}
