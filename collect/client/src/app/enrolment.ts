/** The ways to become known to the tablet: an account, or a link (which is also what a QR code holds). */
import type { LocationQuery } from 'vue-router';
import { getProfile, listProfiles, patchProfile, putProfile } from '@/store/profiles';
import type { Profile } from '@/store/types';
import type { WireSignIn, WireWorkspace } from '@/wire/types';

export interface EnrolmentLink {
  workspaceId: number;
  key: string;
}

let waiting: EnrolmentLink | null = null;

/** Keep what a link said until the page asks for it; a link without its parts is no link. */
export function takeLink(query: LocationQuery): void {
  waiting = fromParts(String(query.w ?? ''), String(query.k ?? ''));
}

/** The link that opened the application, once. */
export function linkOnce(): EnrolmentLink | null {
  const link = waiting;
  waiting = null;
  return link;
}

/** Read a link that was pasted or scanned: the whole address, or only the part after `#`. */
export function readLink(text: string): EnrolmentLink | null {
  const found = /#?\/?enrol\?(\S+)/.exec(text.trim());
  if (!found?.[1]) return null;
  const parts = new URLSearchParams(found[1]);
  return fromParts(parts.get('w') ?? '', parts.get('k') ?? '');
}

function fromParts(workspace: string, key: string): EnrolmentLink | null {
  if (!/^\d{1,18}$/.test(workspace) || key.length < 8) return null;
  return { workspaceId: Number(workspace), key };
}

export const profileId = (workspaceId: number, actorId: number): string => `${workspaceId}:${actorId}`;

/** Whether a sign-in is by the person of a profile. */
export const isSamePerson = (someone: Profile, answer: WireSignIn): boolean => someone.actorId === answer.actor.id;

export interface Admission {
  answer: WireSignIn;
  token: string;
  workspace: WireWorkspace;
  email: string | null;
}

/**
 * Keep a person's sign-in. A profile that is there stays as it is and gets the new token, and so do the same person's
 * profiles in other workspaces; else a profile is made.
 */
export async function admit({ answer, token, workspace, email }: Admission): Promise<Profile> {
  const id = profileId(workspace.id, answer.actor.id);
  const signedIn = { token, tokenWorks: true, email, displayName: answer.actor.displayName };
  const known = (await listProfiles()).filter((one) => one.actorId === answer.actor.id);
  for (const one of known) await patchProfile(one.id, signedIn);
  if (known.some((one) => one.id === id)) await patchProfile(id, { workspaceName: workspace.name });
  else await putProfile(fresh(id, workspace, answer, signedIn));
  return (await getProfile(id)) as Profile;
}

function fresh(
  id: string,
  workspace: WireWorkspace,
  answer: WireSignIn,
  signedIn: Pick<Profile, 'token' | 'tokenWorks' | 'email' | 'displayName'>,
): Profile {
  return {
    ...signedIn,
    id,
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    actorId: answer.actor.id,
    properties: {},
    pin: null,
    cursor: '',
    epoch: null,
    lastContactAt: null,
  };
}
