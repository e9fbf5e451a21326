/**
 * The PIN of a profile. It keeps colleagues who share a tablet apart on the screen; it does not encrypt what is on the
 * disk, and the pages say so.
 */
export interface PinHash {
  salt: string;
  hash: string;
  rounds: number;
}

export interface Tries {
  wrong: number;
  /** No try is looked at before this instant. */
  until: number;
}

export const PIN_SHAPE = /^\d{4,6}$/;
export const NO_TRIES: Tries = { wrong: 0, until: 0 };
const ROUNDS = 210_000;
const FREE_TRIES = 3;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

export async function hashPin(pin: string, rounds: number = ROUNDS): Promise<PinHash> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  return { salt, hash: await derive(pin, salt, rounds), rounds };
}

export async function pinMatches(pin: string, kept: PinHash): Promise<boolean> {
  const found = await derive(pin, kept.salt, kept.rounds);
  let difference = found.length ^ kept.hash.length;
  for (let i = 0; i < found.length; i += 1) difference |= found.charCodeAt(i) ^ kept.hash.charCodeAt(i);
  return difference === 0;
}

/** What a wrong try costs: the first three nothing, each after them twice the wait of the one before, 5 minutes at most. */
export function afterWrong(tries: Tries, now: number): Tries {
  const wrong = tries.wrong + 1;
  if (wrong < FREE_TRIES) return { wrong, until: 0 };
  return { wrong, until: now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES)) };
}

/** Milliseconds to wait; a clock that was set back cannot make it longer than the longest. */
export function waitLeft(tries: Tries, now: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(0, tries.until - now));
}

/** 1111, 1234, 4321 and the like: the first that a colleague would try. */
export function isEasyPin(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? 9);
}

async function derive(pin: string, salt: string, rounds: number): Promise<string> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: rounds };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

const hex = (octets: Uint8Array): string => [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');

function bytes(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
