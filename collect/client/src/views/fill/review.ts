/** A record as it is read before it is sent: every relevant question in the order of the form. */
import { answerText, rowTitle } from '@/components/form/answers';
import { wrongWith } from '@/components/form/context';
import { plainText } from '@/components/form/formatted';
import { childrenOf, hasAppearance, isQuestion, isRepeat, isShown, rowsOf } from '@/components/form/nodes';
import type { AnyNode, OpenRecord, QuestionNode } from '@/engine/types';
import { t } from '@/locales';
import { titleOf, type Page } from './pages';

export type Entry =
  | { kind: 'heading'; key: string; text: string }
  | {
      kind: 'answer';
      key: string;
      node: QuestionNode;
      label: string;
      answer: string;
      file: string;
      wrong: string | null;
    };

export interface Section {
  key: string;
  at: number;
  title: string;
  entries: Entry[];
}

export function sectionsOf(record: OpenRecord, pages: readonly Page[], shown: readonly number[]): Section[] {
  return shown.flatMap((at) => {
    const page = pages[at]!;
    const entries = page.items.flatMap((item) => entriesOf(record, item));
    const title = titleOf(page) + (page.part ? ` (${page.part.number}/${page.part.of})` : '');
    return entries.length ? [{ key: String(at), at, title, entries }] : [];
  });
}

function entriesOf(record: OpenRecord, node: AnyNode): Entry[] {
  if (!isShown(node)) return [];
  if (isQuestion(node)) return answerEntry(record, node);
  if (isRepeat(node)) return rowsOf(node).flatMap((row, at) => rowEntries(record, row, at));
  const below = childrenOf(node).flatMap((child) => entriesOf(record, child));
  const text = plainText(node.currentState.label);
  return text && below.length ? [{ kind: 'heading', key: node.nodeId, text }, ...below] : below;
}

function rowEntries(record: OpenRecord, row: AnyNode, at: number): Entry[] {
  const below = childrenOf(row).flatMap((child) => entriesOf(record, child));
  if (!below.length) return [];
  const title = rowTitle(row);
  const text = t('fill.row', { n: at + 1 }) + (title && ` — ${title}`);
  return [{ kind: 'heading', key: row.nodeId, text }, ...below];
}

function answerEntry(record: OpenRecord, node: QuestionNode): Entry[] {
  const answer = answerText(node);
  // A note says nothing here unless it carries a value; the head of a table is no question.
  if ((node.nodeType === 'note' && !answer) || hasAppearance(node, 'label')) return [];
  const label = plainText(node.currentState.label) || plainText(node.currentState.hint);
  const file = node.nodeType === 'upload' ? answer : '';
  return [{ kind: 'answer', key: node.nodeId, node, label, answer, file, wrong: wrongWith(record, node) }];
}
