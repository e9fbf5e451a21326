/** Neighbours that belong together: selects with the same choices, made to stand as rows of one table. */
import type { AnyNode, GroupNode, QuestionNode, RepeatNode, SelectNode } from '@/engine/types';
import { hasAppearance, isGroup, isQuestion, isRepeat, isSelect } from './nodes';

export interface Table {
  kind: 'table';
  /** Select that shows only the choices (appearance `label`), if the form has one. */
  head: SelectNode | null;
  rows: SelectNode[];
}
export type Segment =
  | { kind: 'question'; node: QuestionNode }
  | { kind: 'group'; node: GroupNode }
  | { kind: 'repeat'; node: RepeatNode }
  | Table;

const isHead = (node: AnyNode | undefined): node is SelectNode =>
  node !== undefined && isSelect(node) && hasAppearance(node, 'label');
const isRow = (node: AnyNode | undefined): node is SelectNode =>
  node !== undefined && isSelect(node) && hasAppearance(node, 'list-nolabel');
const isLikert = (node: AnyNode | undefined): node is SelectNode =>
  node !== undefined && isSelect(node) && node.selectType === 'select1' && hasAppearance(node, 'likert');

function choicesOf(node: SelectNode): string {
  return node.currentState.valueOptions.map((option) => option.value).join('\n');
}

/** From `start` on, the selects that `fits` takes and that have the choices of the first. */
function run(nodes: readonly AnyNode[], start: number, fits: (node: AnyNode | undefined) => node is SelectNode) {
  const found: SelectNode[] = [];
  for (let at = start; ; at += 1) {
    const node = nodes[at];
    if (!fits(node) || (found[0] && choicesOf(node) !== choicesOf(found[0]))) return found;
    found.push(node);
  }
}

function tableAt(nodes: readonly AnyNode[], at: number): Table | null {
  const first = nodes[at];
  if (isHead(first)) {
    const rows = run(nodes, at + 1, isRow);
    return rows.length ? { kind: 'table', head: first, rows } : null;
  }
  if (isRow(first)) return { kind: 'table', head: null, rows: run(nodes, at, isRow) };
  const scale = isLikert(first) ? run(nodes, at, isLikert) : [];
  return scale.length > 1 ? { kind: 'table', head: null, rows: scale } : null;
}

/** Children of a group or a page as they are laid out; calculations are left out. */
export function segmentsOf(nodes: readonly AnyNode[]): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < nodes.length;) {
    const node = nodes[at]!;
    const table = tableAt(nodes, at);
    if (table) {
      segments.push(table);
      at += table.rows.length + (table.head ? 1 : 0);
      continue;
    }
    if (isQuestion(node)) segments.push({ kind: 'question', node });
    else if (isRepeat(node)) segments.push({ kind: 'repeat', node });
    else if (isGroup(node)) segments.push({ kind: 'group', node });
    at += 1;
  }
  return segments;
}

export function nodesOf(segment: Segment): readonly AnyNode[] {
  if (segment.kind !== 'table') return [segment.node];
  return segment.head ? [segment.head, ...segment.rows] : segment.rows;
}
