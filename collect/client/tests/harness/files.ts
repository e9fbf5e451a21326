import type { FileRow } from '@/store/types';
import { full, log } from './log';

export const rows = new Map<string, FileRow>();

export async function keepFile(
  instanceId: string,
  file: File,
  { taken, thumbnail }: Pick<FileRow, 'taken' | 'thumbnail'>,
): Promise<FileRow> {
  if (full.value) throw new DOMException('full', 'QuotaExceededError');
  const { name, size, type } = file;
  const about = { instanceId, name, blob: file, size, type, sha256: '', taken, thumbnail };
  const row = { ...about, uploadUrl: null, uploaded: 0, confirmed: false };
  rows.set(name, row);
  log.push(`keep ${name}`);
  return row;
}

export async function file(_instanceId: string, name: string): Promise<FileRow | null> {
  return rows.get(name) ?? null;
}

export async function dropFile(_instanceId: string, name: string): Promise<void> {
  rows.delete(name);
  log.push(`drop ${name}`);
}
