/** Files of a record. Each has a name that no other file of the record has, before the engine gets it. */
import { everyNode } from './walk';
import type { AnyNode, OpenRecord, UploadNode } from './types';

const LONGEST_STEM = 80;

/** Puts a file into the record, under its own name unless another file has it; returns the file as it is named there. */
export function attach(node: UploadNode, file: File): File {
  const named = withName(file, freeName(node, safeName(file.name)));
  node.setValue(named);
  return named;
}

/** Takes the file out of the record again. `record.root` may be another object afterwards (`record.generation`). */
export async function detach(record: OpenRecord, node: UploadNode): Promise<void> {
  await record.takeOut(node);
}

export function fileOf(node: UploadNode): File | null {
  return node.currentState.value;
}

/** The file of a record that was opened again is still on its way: what is set now would be overwritten. */
export function isLoading(node: UploadNode): boolean {
  return node.currentState.attachmentState.loading;
}

function withName(file: File, name: string): File {
  return file.name === name ? file : new File([file], name, { type: file.type, lastModified: file.lastModified });
}

/** The record itself goes by this name, to the engine and to servers. */
const OF_THE_RECORD = /^xml_submission_file$/i;

/** Letters, marks and digits of every script, dots, dashes and underscores; the rest becomes a dash. */
export function safeName(name: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(OF_THE_RECORD, 'file-$&');
  const dot = clean.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ''];
  return `${
    [...stem]
      .slice(0, LONGEST_STEM)
      .join('')
      .replace(/^[.-]+|[.-]+$/g, '') || 'file'
  }${end.slice(0, 12)}`;
}

function freeName(node: UploadNode, name: string): string {
  const taken = new Set<string>();
  for (const other of everyNode(node.root as AnyNode)) {
    if (other.nodeType === 'upload' && other.nodeId !== node.nodeId) taken.add(other.currentState.instanceValue);
  }
  if (!taken.has(name)) return name;
  const dot = name.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return `${stem}-${crypto.randomUUID().slice(0, 8)}${end}`;
}
