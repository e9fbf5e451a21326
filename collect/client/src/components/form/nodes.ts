/** How the pages walk the tree of an open record. What is read of `currentState` is reactive. */
import type { AnyNode, GroupNode, QuestionNode, RepeatInstanceNode, RepeatNode, SelectNode } from '@/engine/types';

export type Label = NonNullable<QuestionNode['currentState']['label'] | RepeatNode['currentState']['label']>;
/** Label, hint or message. */
export type Text = Pick<Label, 'asString' | 'formatted' | 'imageSource' | 'audioSource' | 'videoSource'>;

const QUESTIONS = new Set(['input', 'note', 'select', 'rank', 'range', 'trigger', 'upload']);

export const isQuestion = (node: AnyNode): node is QuestionNode => QUESTIONS.has(node.nodeType);
export const isGroup = (node: AnyNode): node is GroupNode => node.nodeType === 'group';
export const isRepeat = (node: AnyNode): node is RepeatNode => node.nodeType.startsWith('repeat-range:');
export const isSelect = (node: AnyNode): node is SelectNode => node.nodeType === 'select';

export function childrenOf(node: AnyNode): readonly AnyNode[] {
  return (node.currentState.children ?? []) as readonly AnyNode[];
}

/** Has something to show, as the form stands, relevant or not: not so for calculations and `meta`. */
export function hasBody(node: AnyNode): boolean {
  return isQuestion(node) || isRepeat(node) || childrenOf(node).some(hasBody);
}

/** Something of the node is to be seen now. */
export function isShown(node: AnyNode): boolean {
  if (!node.currentState.relevant) return false;
  if (isQuestion(node)) return true;
  if (node.nodeType === 'repeat-range:uncontrolled') return true;
  return childrenOf(node).some(isShown);
}

/** The questions to be seen now in a node, in the order of the form. */
export function questionsIn(node: AnyNode): QuestionNode[] {
  if (!node.currentState.relevant) return [];
  return isQuestion(node) ? [node] : childrenOf(node).flatMap(questionsIn);
}

export function parentOf(node: AnyNode): AnyNode | null {
  return (node.parent as AnyNode | null) ?? null;
}

/** `inner` is `outer` or stands somewhere in it. */
export function contains(outer: AnyNode, inner: AnyNode): boolean {
  for (let node: AnyNode | null = inner; node; node = node.nodeType === 'root' ? null : parentOf(node)) {
    if (node.nodeId === outer.nodeId) return true;
  }
  return false;
}

export function hasAppearance(node: AnyNode, ...names: string[]): boolean {
  const tokens = new Set(node.appearances as Iterable<string> | null);
  return names.some((name) => tokens.has(name));
}

/** Number of rows that people may change: not when the form fixes it. */
export const rowsAreFree = (node: RepeatNode) => node.nodeType === 'repeat-range:uncontrolled';

export const rowsOf = (node: RepeatNode): readonly RepeatInstanceNode[] => node.currentState.children;

/** Something in the node was answered (a note is no answer). */
export function isAnswered(node: AnyNode): boolean {
  if (!isQuestion(node)) return childrenOf(node).some(isAnswered);
  return node.nodeType !== 'note' && node.currentState.instanceValue !== '';
}

/** A name for HTML ids that belongs to this node alone. */
export const htmlId = (node: { nodeId: string }, part = '') =>
  `q-${node.nodeId.replace(/\W/g, '-')}${part && `-${part}`}`;
