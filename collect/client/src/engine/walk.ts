/** Going through the questions of an open record. */
import type { AnyNode, UploadNode } from './types';

/** A node and everything below it, in the order of the form. */
export function* everyNode(node: AnyNode): Generator<AnyNode> {
  yield node;
  for (const child of (node.currentState.children ?? []) as readonly AnyNode[]) yield* everyNode(child);
}

/** As `everyNode`, without what is not asked now. */
export function* relevantNodes(node: AnyNode): Generator<AnyNode> {
  if (!node.currentState.relevant) return;
  yield node;
  for (const child of (node.currentState.children ?? []) as readonly AnyNode[]) yield* relevantNodes(child);
}

/** Questions for files that are asked now. */
export function* uploadNodes(root: AnyNode): Generator<UploadNode> {
  for (const node of relevantNodes(root)) if (node.nodeType === 'upload') yield node as UploadNode;
}
