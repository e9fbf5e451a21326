/** Signing out: the sign-in ends; work that the office does not hold yet stays on the tablet until the same person comes back. */
import { lock, refreshSession } from './session';
import { isDone } from '@/store/outbox';
import { patchProfile, removeProfile } from '@/store/profiles';
import type { Profile } from '@/store/types';
import { signOut } from '@/wire/session';

export type Left = 'kept' | 'gone';

/** End a person's sign-in on this tablet. Their profile and records go only when nothing waits. */
export async function leave(someone: Profile): Promise<Left> {
  // Nothing may be begun from here on, or it would go with the profile.
  lock();
  const gone = await removeProfile(someone.id, (row) => !isDone(row));
  if (!gone) await patchProfile(someone.id, { token: '', tokenWorks: false });
  await refreshSession();
  // Without a network the office ends the sign-in on its page of devices; nobody waits for that here.
  if (someone.email !== null && someone.tokenWorks) signOut(someone.token).catch(() => undefined);
  return gone ? 'gone' : 'kept';
}
