/** A server as the contracts describe it, at the level of `fetch`, with faults that a test orders. */
import { createHash } from 'node:crypto';

export interface HeldRecord {
  xml: string;
  xmlSha256: string;
  /** Why it stands apart; empty for a filed one. */
  reason: string;
  files: Map<string, Uint8Array>;
  /** How often the record was filed anew: more than once would be a double. */
  filed: number;
}

interface PartUpload {
  instanceId: string;
  name: string;
  sha256: string;
  length: number;
  bytes: Uint8Array;
}

export interface Request {
  method: string;
  path: string;
  headers: Headers;
  body: Uint8Array;
  signal: AbortSignal | null;
}

/** What goes wrong with one request. `hang`: no answer ever, as when the tab is killed. */
export type Fault =
  | { kind: 'cutBefore' | 'cutAfter' | 'hangBefore' | 'hangAfter' }
  /** The connection breaks after so many bytes of the body; those the server has. */
  | { kind: 'cutWithin'; bytes: number }
  | { kind: 'status'; status: number; retryAfter?: string };

const hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const FORM = /<data[^>]*\bid="([^"]+)"/;
const INSTANCE = /<instanceID>([^<]+)<\/instanceID>/;
const PHOTOS = /<photo>([^<]+)<\/photo>/g;

export const namesIn = (xml: string): string[] => [...xml.matchAll(PHOTOS)].map((found) => found[1] ?? '');

export class FakeServer {
  records = new Map<string, HeldRecord>();
  uploads = new Map<string, PartUpload>();
  epoch = 'epoch-1';
  tokens = new Map<string, number>([['token-1', 1]]);
  /** Instance IDs that are kept apart, with the reason. */
  quarantine = new Map<string, string>();
  fault: (request: Request) => Fault | null = () => null;
  log: string[] = [];
  /** Bytes of files that reached the server or were lost on the way to it. */
  fileBytes = 0;
  /** What the change feed says besides. */
  news: Record<string, unknown> = {};
  /** The tablet has everything. */
  unchanged = false;
  other: (request: Request) => Response | null = () => null;
  #count = 0;

  readonly fetch = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input, 'https://tidtam.example');
    const body = await bytesOf(init.body);
    const request: Request = {
      method: init.method ?? 'GET',
      path: url.pathname + url.search,
      headers: new Headers(init.headers),
      body,
      signal: init.signal ?? null,
    };
    this.log.push(`${request.method} ${request.path}`);
    const isPiece = request.method === 'PATCH';
    const fault = this.fault(request);
    if (fault?.kind === 'hangBefore') return new Promise(() => undefined);
    if (fault?.kind === 'cutBefore') throw new TypeError('Failed to fetch');
    if (fault?.kind === 'status') return problem(fault.status, String(fault.status), fault.retryAfter);
    if (fault?.kind === 'cutWithin') {
      const got = body.slice(0, fault.bytes);
      if (isPiece) {
        this.fileBytes += got.length;
        this.#append(request, got);
      }
      throw new TypeError('Failed to fetch');
    }
    if (isPiece) this.fileBytes += body.length;
    const answer = this.#answer(request, url);
    if (fault?.kind === 'hangAfter') return new Promise(() => undefined);
    if (fault?.kind === 'cutAfter') throw new TypeError('Failed to fetch');
    return answer;
  };

  /** What a backup holds; `restore` brings it back under a new epoch. */
  backup(): () => void {
    const kept = new Map([...this.records].map(([id, row]) => [id, { ...row, files: new Map(row.files) }]));
    return () => {
      this.records = kept;
      this.uploads.clear();
      this.epoch = `epoch-${Number(this.epoch.slice(6)) + 1}`;
    };
  }

  #answer(request: Request, url: URL): Response {
    const own = this.other(request);
    if (own) return own;
    const token = request.headers.get('Authorization')?.replace('Bearer ', '') ?? '';
    if (!this.tokens.has(token)) return problem(401, '401.2');
    const [, , , , ...path] = url.pathname.split('/').map(decodeURIComponent);
    const [area, kind, ...rest] = path;
    if (area === 'devices') return problem(404, '404.1');
    if (area === 'changes') return this.unchanged ? new Response(null, { status: 304 }) : json(this.#news());
    if (area !== 'field') return problem(404, '404.1');
    if (kind === 'held') return this.#held(request);
    if (kind === 'uploads') return this.#upload(request, rest[0] ?? '');
    if (kind !== 'records') return problem(404, '404.1');
    if (request.method === 'POST' && rest.length === 0) return this.#handIn(new TextDecoder().decode(request.body));
    const instanceId = rest[1] ?? '';
    const row = this.records.get(instanceId);
    if (!row) return problem(404, '404.1');
    if (rest.length === 2) return json(this.#receipt(instanceId, row, 'stored'));
    if (rest[2] === 'files' && request.method === 'POST') return this.#create(request, instanceId);
    return problem(404, '404.1');
  }

  /** Nothing new but the epoch. */
  #news(): unknown {
    const person = { displayName: 'สมชาย', properties: {} };
    const nothing = { forms: null, lists: [], listsGone: [], verdicts: [], ...this.news };
    return { cursor: 'c1', more: false, epoch: this.epoch, serverTime: new Date().toISOString(), person, ...nothing };
  }

  #handIn(xml: string): Response {
    const instanceId = INSTANCE.exec(xml)?.[1] ?? '';
    if (FORM.exec(xml)?.[1] === 'gone') return problem(404, '404.1');
    const known = this.records.get(instanceId);
    if (known) return json(this.#receipt(instanceId, known, 'repeated'));
    const row: HeldRecord = {
      xml,
      xmlSha256: hex(xml),
      reason: this.quarantine.get(instanceId) ?? '',
      files: new Map(),
      filed: 1,
    };
    this.records.set(instanceId, row);
    return json(this.#receipt(instanceId, row, 'stored'));
  }

  #receipt(instanceId: string, row: HeldRecord, outcome: string): unknown {
    const named = row.reason ? [] : namesIn(row.xml);
    const all = new Set([...named, ...row.files.keys()]);
    const files = [...all].map((name) => {
      const bytes = row.files.get(name);
      return { name, sha256: bytes ? hex(bytes) : null, size: bytes?.length ?? null, expected: named.includes(name) };
    });
    const missing = files.filter((file) => file.sha256 === null).map((file) => file.name);
    return {
      xmlFormId: FORM.exec(row.xml)?.[1],
      instanceId,
      outcome: row.reason ? 'quarantined' : outcome,
      reason: row.reason,
      xmlSha256: row.xmlSha256,
      receivedAt: '2026-11-21T00:00:00Z',
      epoch: this.epoch,
      files,
      missing,
      complete: row.reason === '' && missing.length === 0,
    };
  }

  #held(request: Request): Response {
    const { records } = JSON.parse(new TextDecoder().decode(request.body)) as {
      records: { instanceId: string; xmlSha256: string }[];
    };
    const missing = records.filter(({ instanceId, xmlSha256 }) => {
      const row = this.records.get(instanceId);
      const whole = row && (row.reason !== '' || namesIn(row.xml).every((name) => row.files.has(name)));
      return !whole || row.xmlSha256 !== xmlSha256;
    });
    return json({ epoch: this.epoch, missing: missing.map((one) => one.instanceId) });
  }

  #create(request: Request, instanceId: string): Response {
    const about = new Map(
      (request.headers.get('Upload-Metadata') ?? '').split(',').map((pair): [string, string] => {
        const [key = '', value = ''] = pair.trim().split(' ');
        return [key, Buffer.from(value, 'base64').toString('utf8')];
      }),
    );
    this.#count += 1;
    const id = `u${this.#count}`;
    const upload: PartUpload = {
      instanceId,
      name: about.get('filename') ?? '',
      sha256: about.get('sha256') ?? '',
      length: Number(request.headers.get('Upload-Length')),
      bytes: new Uint8Array(),
    };
    this.uploads.set(id, upload);
    if (upload.length === 0) this.#finish(id, upload);
    const project = request.path.split('/')[3] ?? '1';
    return new Response(null, { status: 201, headers: { Location: `/v1/projects/${project}/field/uploads/${id}` } });
  }

  #upload(request: Request, id: string): Response {
    const upload = this.uploads.get(id);
    if (!upload) return problem(404, '404.1');
    if (request.method === 'HEAD') return offset(200, upload);
    if (Number(request.headers.get('Upload-Offset')) !== upload.bytes.length) return problem(409, '409.1');
    return this.#append(request, request.body) ? offset(204, upload) : problem(460, '460.1');
  }

  #append(request: Request, piece: Uint8Array): boolean {
    const id = request.path.split('/').at(-1) ?? '';
    const upload = this.uploads.get(id);
    if (!upload || Number(request.headers.get('Upload-Offset')) !== upload.bytes.length) return true;
    upload.bytes = Buffer.concat([upload.bytes, piece]);
    return upload.bytes.length < upload.length || this.#finish(id, upload);
  }

  #finish(id: string, upload: PartUpload): boolean {
    if (hex(upload.bytes) !== upload.sha256) {
      this.uploads.delete(id);
      return false;
    }
    this.records.get(upload.instanceId)?.files.set(upload.name, upload.bytes);
    return true;
  }
}

const offset = (status: number, { bytes, length }: PartUpload): Response =>
  new Response(null, { status, headers: { 'Upload-Offset': String(bytes.length), 'Upload-Length': String(length) } });

export function json(content: unknown, status = 200): Response {
  return new Response(JSON.stringify(content), { status, headers: { 'Content-Type': 'application/json' } });
}

export function problem(status: number, code: string, retryAfter?: string): Response {
  const answer = json({ code, message: `Refused ${code}` }, status);
  if (retryAfter !== undefined) answer.headers.set('Retry-After', retryAfter);
  return answer;
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === null || body === undefined) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  return new Uint8Array(await (body as Blob).arrayBuffer());
}
