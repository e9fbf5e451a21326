/** Requests to the server that the client came from. What fails is a `WireError`, whatever the reason. */
import type { WireProblem } from './types';

/** Statuses that the client gives itself; the server never sends them. */
export const NOT_REACHED = 0;

export class WireError extends Error {
  override name = 'WireError';

  /** `status` is 0 when no answer came: no network, or too slow. `code` is the server's, such as `401.2`, or empty. */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Milliseconds that the server asks to wait. */
    readonly retryAfter: number | null = null,
    readonly details: unknown = null,
  ) {
    super(message);
  }

  /** Nothing came back, so trying again later is all that can be done. */
  get notReached(): boolean {
    return this.status === NOT_REACHED;
  }

  /** The server does not take this sign-in (any more). */
  get signInNeeded(): boolean {
    return this.status === 401;
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Of a person or an app user; without one the request is nobody's. */
  token?: string;
  json?: unknown;
  /** A body that is no JSON, with its type. */
  body?: Blob | string;
  type?: string;
  headers?: Record<string, string>;
  /** How long an answer may take to begin and end. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** In the console only: pages say that the server was not reached. */
export const NOT_THE_SERVER = 'Something else answered in the place of the server.';
const TIMEOUT_MS = 30_000;
/** Answers besides 2xx that are no failure. */
const FINE = new Set([304]);

/** Ask the server, and have its answer when it is a good one. Cookies of the console play no part. */
export async function ask(path: string, call: Call = {}): Promise<Response> {
  const headers = new Headers(call.headers);
  if (call.token) headers.set('Authorization', `Bearer ${call.token}`);
  if (call.json !== undefined) headers.set('Content-Type', 'application/json');
  else if (call.type) headers.set('Content-Type', call.type);
  const limit = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: call.method ?? 'GET',
      headers,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: call.signal ? AbortSignal.any([limit, call.signal]) : limit,
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    throw notReached(error, call.signal);
  }
  if (answer.ok || FINE.has(answer.status)) return answer;
  throw await refused(answer);
}

/** An answer's JSON. A portal of a hotel or school that answers in the server's place counts as not reached. */
export async function askJson<T>(path: string, call: Call = {}): Promise<T> {
  const answer = await ask(path, call);
  return readWith(call.signal, async () => {
    if (!isJson(answer)) throw new WireError(NOT_REACHED, '', NOT_THE_SERVER);
    return (await answer.json()) as T;
  });
}

/** Read an answer's body; a network that goes away meanwhile is a server not reached. */
export async function readWith<T>(signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof WireError ? error : notReached(error, signal);
  }
}

const isJson = (answer: Response): boolean => /\bjson\b/.test(answer.headers.get('Content-Type') ?? '');

/** Whoever ended the request themselves gets their own reason back, as `fetch` does. */
function notReached(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return error;
  return new WireError(NOT_REACHED, '', error instanceof Error ? error.message : String(error));
}

async function refused(answer: Response): Promise<WireError> {
  let problem: WireProblem = { code: '', message: answer.statusText || `HTTP ${answer.status}` };
  if (isJson(answer)) problem = { ...problem, ...((await answer.json().catch(() => ({}))) as Partial<WireProblem>) };
  const code = String(problem.code);
  if (!isOfficial(answer.status, code !== '')) return new WireError(NOT_REACHED, '', NOT_THE_SERVER);
  const wait = retryAfter(answer.headers.get('Retry-After'));
  return new WireError(answer.status, code, problem.message, wait, problem.details ?? null);
}

/**
 * Whether a refusal may be the office's word. Tidtam says in JSON why it refuses; the page of a portal with 401, 403 or
 * 404 is neither about the sign-in nor about the record. What stands before the server may well say "too large" or "wait".
 */
export const isOfficial = (status: number, saysWhy: boolean): boolean =>
  saysWhy || status >= 500 || [408, 413, 429].includes(status);

/** `Retry-After` is a number of seconds, or an instant by the server's clock. */
export function retryAfter(header: string | null, now: number = Date.now()): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
