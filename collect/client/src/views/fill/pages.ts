/**
 * How a form is cut into pages. A form with style `pages` is shown as ODK Collect does: a group with `field-list` is
 * one page, every other question a page of its own. Any other form is laid out for people who work through a paper
 * form: a page for each group of the top level, questions between groups gathered, long groups cut.
 */
import { plainText } from '@/components/form/formatted';
import {
  childrenOf,
  contains,
  hasAppearance,
  hasBody,
  isGroup,
  isQuestion,
  isRepeat,
  isShown,
  questionsIn,
} from '@/components/form/nodes';
import { nodesOf, segmentsOf } from '@/components/form/segments';
import type { AnyNode, GroupNode, RootNode } from '@/engine/types';

export interface Page {
  /** The groups around the page, outermost first; their labels stand above it. */
  path: readonly GroupNode[];
  items: readonly AnyNode[];
  /** Which part this is of a group that was cut. */
  part: { number: number; of: number } | null;
}

/** A comfortable page, and the most that a group meant for one screen may hold. */
const COMFORTABLE = 15;
const LONGEST = 40;
/** Rows stand for more than one question, however few they are when the form is opened. */
const REPEAT_WEIGHT = 6;

/** What is never torn apart, and how many questions it is. */
interface Atom {
  nodes: readonly AnyNode[];
  weight: number;
}

function weightOf(node: AnyNode): number {
  if (isQuestion(node)) return 1;
  if (isRepeat(node)) return REPEAT_WEIGHT;
  return childrenOf(node).reduce((sum, child) => sum + weightOf(child), 0);
}

const isFieldList = (node: AnyNode) => hasAppearance(node, 'field-list', 'table-list');

/** Must not stand among questions: a repeat, or a group that holds one, unless the form puts it on one screen. */
function needsRoom(node: AnyNode): boolean {
  if (isRepeat(node)) return true;
  return isGroup(node) && !isFieldList(node) && (weightOf(node) > COMFORTABLE || childrenOf(node).some(needsRoom));
}

/** Share atoms among as few pages as keep to the limit, of about the same length. */
function share(atoms: readonly Atom[], limit: number): AnyNode[][] {
  const weight = atoms.reduce((sum, atom) => sum + atom.weight, 0);
  const target = weight / Math.ceil(weight / limit);
  const pages: AnyNode[][] = [];
  let taken = 0;
  for (const atom of atoms) {
    const full = pages.length > 0 && taken + atom.weight / 2 > target * pages.length;
    if (full || !pages.length) pages.push([]);
    pages.at(-1)!.push(...atom.nodes);
    taken += atom.weight;
  }
  return pages;
}

const atomsOf = (nodes: readonly AnyNode[]): Atom[] =>
  segmentsOf(nodes.filter(hasBody)).map((segment) => {
    const together = nodesOf(segment);
    return { nodes: together, weight: together.reduce((sum, node) => sum + weightOf(node), 0) };
  });

function numbered(path: readonly GroupNode[], parts: readonly (readonly AnyNode[])[]): Page[] {
  return parts.map((items, at) => ({
    path,
    items,
    part: parts.length > 1 && path.length ? { number: at + 1, of: parts.length } : null,
  }));
}

function pagesOfGroup(group: GroupNode, above: readonly GroupNode[]): Page[] {
  const path = [...above, group];
  if (isFieldList(group)) {
    return numbered(
      path,
      weightOf(group) > LONGEST ? share(atomsOf(childrenOf(group)), COMFORTABLE) : [childrenOf(group)],
    );
  }
  return pagesAmong(childrenOf(group), path);
}

/** Pages of neighbours: what needs room apart, what stands between gathered. */
function pagesAmong(nodes: readonly AnyNode[], path: readonly GroupNode[]): Page[] {
  const pages: Page[] = [];
  let loose: AnyNode[] = [];
  const gather = () => {
    const last = pages.at(-1);
    // What is only told after the rows stands below them.
    if (last?.path === path && isRepeat(last.items[0]!) && loose.every((node) => node.nodeType === 'note')) {
      pages[pages.length - 1] = { ...last, items: [...last.items, ...loose] };
    } else if (loose.length) pages.push(...numbered(path, share(atomsOf(loose), COMFORTABLE)));
    loose = [];
  };
  for (const node of nodes.filter(hasBody)) {
    const apart = needsRoom(node) || (path.length === 0 && isGroup(node));
    if (!apart) {
      loose.push(node);
      continue;
    }
    gather();
    if (isGroup(node)) pages.push(...pagesOfGroup(node, path));
    else pages.push({ path, items: [node], part: null });
  }
  gather();
  return pages;
}

function pagesAsCollect(nodes: readonly AnyNode[], path: readonly GroupNode[]): Page[] {
  return nodes.filter(hasBody).flatMap((node) => {
    if (!isGroup(node)) return [{ path, items: [node], part: null }];
    return isFieldList(node) ? pagesOfGroup(node, path) : pagesAsCollect(childrenOf(node), [...path, node]);
  });
}

/** All pages of a form, those not relevant now included: their number belongs to the form's version. */
export function pagesOf(root: RootNode): Page[] {
  const children = root.currentState.children;
  return root.classes.pages ? pagesAsCollect(children, []) : pagesAmong(children, []);
}

/** Reactive. */
export const isPageShown = (page: Page) => page.items.some(isShown);

/** The page a node stands on, or -1. */
export function pageWith(pages: readonly Page[], node: AnyNode): number {
  return pages.findIndex((page) => page.items.some((item) => contains(item, node)));
}

export const questionsOn = (page: Page) => page.items.flatMap(questionsIn);

/** What a page is called: its innermost labelled group, its repeat, else its first question. */
export function titleOf(page: Page): string {
  const [first] = page.items;
  if (first && (isRepeat(first) || (page.items.length === 1 && !isQuestion(first)))) {
    const own = plainText(first.currentState.label);
    if (own) return own;
  }
  for (const group of page.path.toReversed()) {
    const label = plainText(group.currentState.label);
    if (label) return label;
  }
  return plainText(page.items.find(isShown)?.currentState.label) || plainText(questionsOn(page)[0]?.currentState.label);
}
