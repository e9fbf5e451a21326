/** Names of files: never twice in a record, safe in every file system, and still telling what they are. */
import { safeName } from '@/engine/media';

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LONGEST = 60;
const EXTENSIONS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'audio/webm': 'webm',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'video/webm': 'webm',
  'video/mp4': 'mp4',
};

function chance(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

function stamp(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/** The part after the last point of a name, or what the type says. */
export function extensionOf(name: string, type: string): string {
  const written = /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase();
  return written ?? EXTENSIONS[type.split(';')[0] ?? ''] ?? 'bin';
}

/** A name for something made here: photo-20261121-093012-k3f9x2.jpg. */
export function newName(kind: string, extension: string, now = new Date()): string {
  return `${kind}-${stamp(now)}-${chance(6)}.${extension}`;
}

/** The name of a chosen file, kept readable, as the record takes it, and made unique. */
export function uniqueName(file: File): string {
  const extension = extensionOf(file.name, file.type);
  const stem = safeName(file.name.replace(/\.[A-Za-z0-9]{1,8}$/, '')).replace(/^[._-]+|[._-]+$/g, '');
  const short = [...stem].slice(0, LONGEST).join('');
  return `${short || 'file'}-${chance(6)}.${extension}`;
}
