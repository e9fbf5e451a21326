/** Nodes that hold what they are given, with the functions of `@/engine` that widgets use. */
import { shallowReactive } from 'vue';
import type { InputNode, OpenRecord, UploadNode } from '@/engine/types';
import { log } from './log';

export interface Wanted {
  name: string;
  kind: 'input' | 'upload';
  valueType: string;
  label: string;
  hint?: string;
  appearances?: string;
  media?: string;
  maxPixels?: number;
  nodeOptions?: object;
  value?: string;
  readonly?: boolean;
}

interface State {
  value: unknown;
  instanceValue: string;
  readonly: boolean;
  required: boolean;
  attachmentState: { loading: boolean };
}
export interface Held {
  name: string;
  currentState: State;
}
const stateOf = (node: unknown) => (node as Held).currentState;
const nameOf = (node: unknown) => (node as Held).name;

export function makeNode(wanted: Wanted): Held {
  const words = (wanted.appearances ?? '').split(' ').filter(Boolean);
  const appearances = Object.assign(words, Object.fromEntries(words.map((word) => [word, true])));
  const state: State = {
    value: null,
    instanceValue: wanted.value ?? '',
    readonly: wanted.readonly ?? false,
    required: false,
    attachmentState: { loading: false },
  };
  const nodeOptions = wanted.media ? { media: { accept: wanted.media } } : (wanted.nodeOptions ?? null);
  return {
    name: wanted.name,
    nodeId: wanted.name,
    nodeType: wanted.kind,
    valueType: wanted.valueType,
    appearances,
    nodeOptions,
    maxPixels: wanted.maxPixels ?? null,
    currentState: shallowReactive(state),
  } as Held;
}

function set(node: unknown, value: string): void {
  stateOf(node).instanceValue = value;
  log.push(`set ${nameOf(node)} ${value}`);
}

export const setDate = (node: InputNode, iso: string) => set(node, iso);
export const setTime = (node: InputNode, time: string) => set(node, time && `${time}:00.000+07:00`);
export const setDateTime = (node: InputNode, moment: string) => set(node, moment && `${moment}:00.000+07:00`);

export function setPoint(
  node: InputNode,
  point: { latitude: number; longitude: number; altitude: number; accuracy: number } | null,
): void {
  set(node, point ? `${point.latitude} ${point.longitude} ${point.altitude} ${point.accuracy}` : '');
}

export function attach(node: UploadNode, file: File): File {
  const state = stateOf(node);
  state.value = file;
  state.instanceValue = file.name;
  log.push(`attach ${nameOf(node)} ${file.name}`);
  return file;
}

export async function detach(_record: OpenRecord, node: UploadNode): Promise<void> {
  const state = stateOf(node);
  state.value = null;
  state.instanceValue = '';
  log.push(`detach ${nameOf(node)}`);
}

export const fileOf = (node: UploadNode) => stateOf(node).value as File | null;
export const isLoading = (node: UploadNode) => stateOf(node).attachmentState.loading;
export function* uploadNodes(): Generator<UploadNode> {
  // The stand-in never opens a record anew.
}
