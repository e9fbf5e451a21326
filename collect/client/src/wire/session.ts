/** Who somebody is: signing in and out. */
import { ask, askJson } from './http';
import type { WireSignIn } from './types';

export { WireError } from './http';

export interface Credentials {
  email: string;
  password: string;
  installId: string;
  /** What the office calls the tablet. */
  label?: string;
}

/** Sign in with an account. The answer's token lasts until it is taken back. */
export function signIn(credentials: Credentials): Promise<WireSignIn> {
  return askJson('/v1/field/sign-ins', { method: 'POST', json: credentials });
}

/** Whose token this is; also the key of a link. */
export function me(token: string): Promise<WireSignIn> {
  return askJson('/v1/field/me', { token });
}

/** End a sign-in. */
export async function signOut(token: string): Promise<void> {
  await ask('/v1/sessions/current', { method: 'DELETE', token });
}
