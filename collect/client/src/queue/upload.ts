/** One file of a record to the server by tus 1.0: goes on where a cut left it. */
import { Upload, type DetailedError, type UploadOptions } from 'tus-js-client';
import { patchFile, sha256 } from '@/store/files';
import type { FileRow } from '@/store/types';
import { filesAddress, type Caller, type TheRecord } from '@/wire/field';
import { isOfficial, NOT_REACHED, NOT_THE_SERVER, retryAfter, WireError } from '@/wire/http';

const CHUNK_BYTES = 1024 * 1024;
/** A connection on which nothing moved for so long is gone. */
const STALL_MS = 90_000;
/** The server no longer knows the upload. */
const FORGOTTEN = [404, 410];
/** The server's "the bytes are not those that were announced"; it has dropped them. */
const OTHER_BYTES = 460;

/** The bytes on this tablet are not what was taken: sending them again would not help. */
export class DamagedFileError extends Error {
  override name = 'DamagedFileError';
}

type To = Caller & TheRecord;

interface Progress {
  /** Bytes of the file that went out until now. */
  onBytes(sent: number): void;
  /** The server has more of it than before. */
  onTaken(): void;
}

/** Send a file, or the rest of it. @throws WireError, DamagedFileError */
export async function uploadFile(file: FileRow, to: To, progress: Progress): Promise<void> {
  try {
    await resumeOrBegin(file, to, progress);
  } catch (error) {
    if (!(error instanceof WireError) || error.status !== OTHER_BYTES) throw error;
    await patchFile(file.instanceId, file.name, { uploadUrl: null, uploaded: 0 });
    if ((await sha256(file.blob)) !== file.sha256) throw new DamagedFileError(file.name);
    throw error;
  }
}

async function resumeOrBegin(file: FileRow, to: To, progress: Progress): Promise<void> {
  if (file.uploadUrl !== null) {
    try {
      return await transfer(file, to, { uploadUrl: here(file.uploadUrl) }, progress);
    } catch (error) {
      if (!(error instanceof WireError) || !FORGOTTEN.includes(error.status)) throw error;
      await patchFile(file.instanceId, file.name, { uploadUrl: null, uploaded: 0 });
    }
  }
  await transfer(file, to, { endpoint: here(filesAddress(to, to)) }, progress);
}

/** On the server that the client came from: behind a proxy it may know itself by another name. */
function here(address: string): string {
  const { pathname, search } = new URL(address, location.origin);
  return new URL(pathname + search, location.origin).href;
}

function transfer(file: FileRow, to: To, where: UploadOptions, progress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let taken = file.uploaded;
    const stop = (reason: unknown) => {
      clearTimeout(timer);
      void upload.abort();
      reject(reason);
    };
    const moved = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop(new WireError(NOT_REACHED, '', 'The connection stands still.')), STALL_MS);
    };
    const upload = new Upload(file.blob, {
      ...where,
      ...common(file, to),
      urlStorage: keptInRow(file, stop),
      onBeforeRequest: moved,
      onAfterResponse: (_request, answer) => {
        moved();
        const now = Number(answer.getHeader('Upload-Offset') ?? 0);
        if (now > taken) progress.onTaken();
        taken = Math.max(taken, now);
      },
      onProgress: (sent) => {
        moved();
        progress.onBytes(sent);
      },
      onSuccess: () => {
        clearTimeout(timer);
        resolve();
      },
      onError: (error) => {
        clearTimeout(timer);
        reject(asWireError(error));
      },
    });
    to.signal?.addEventListener('abort', () => stop(to.signal?.reason), { once: true });
    moved();
    upload.start();
  });
}

function common(file: FileRow, to: To): UploadOptions {
  const { instanceId, name } = file;
  return {
    headers: { Authorization: `Bearer ${to.token}` },
    metadata: { filename: name, filetype: file.type || 'application/octet-stream', sha256: file.sha256 },
    chunkSize: CHUNK_BYTES,
    // The queue waits by its own rules, for all of a record.
    retryDelays: null,
    fingerprint: () => Promise.resolve(`${instanceId}/${name}`),
    onChunkComplete: (_size, accepted) =>
      void patchFile(instanceId, name, { uploaded: accepted }).catch(() => undefined),
  };
}

/** The address is on the disk before the first byte goes; `failed` when it could not be put there. */
function keptInRow(
  { instanceId, name }: FileRow,
  failed: (reason: unknown) => void,
): NonNullable<UploadOptions['urlStorage']> {
  return {
    findAllUploads: () => Promise.resolve([]),
    findUploadsByFingerprint: () => Promise.resolve([]),
    removeUpload: () => Promise.resolve(),
    addUpload: async (fingerprint, { uploadUrl }) => {
      const path = uploadUrl === null ? null : new URL(uploadUrl, location.origin).pathname;
      try {
        await patchFile(instanceId, name, { uploadUrl: path });
      } catch (error) {
        failed(error);
        // The library looks at no failure here and would wait for ever; now it does not go on.
        await new Promise(() => undefined);
      }
      return fingerprint;
    },
  };
}

function asWireError(error: Error | DetailedError): WireError {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  const status = answer?.getStatus() ?? 0;
  // Below 400 the answer lacked what tus needs, so it was not the server that gave it.
  if (!answer || status < 400) return new WireError(NOT_REACHED, '', error.message);
  // An answer to HEAD has no body: the type of what it would be tells whose it is.
  const saysWhy = /\bjson\b/.test(answer.getHeader('Content-Type') ?? '');
  if (!isOfficial(status, saysWhy)) return new WireError(NOT_REACHED, '', NOT_THE_SERVER);
  const { code, message } = problemIn(answer.getBody());
  const wait = retryAfter(answer.getHeader('Retry-After') ?? null);
  return new WireError(status, code, message || `HTTP ${status}`, wait);
}

function problemIn(body: string): { code: string; message: string } {
  try {
    const found = JSON.parse(body) as { code?: unknown; message?: unknown };
    return { code: String(found.code ?? ''), message: String(found.message ?? '') };
  } catch {
    // A proxy answered; its status says enough.
    return { code: '', message: '' };
  }
}
