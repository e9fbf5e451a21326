/**
 * Text of a form as elements. The engine hands on what the form and the person typed, markup of theirs included; here
 * nothing of it becomes HTML, and links lead only where they may.
 */
import { h, type VNode } from 'vue';
import type { Text } from './nodes';

export type Formatted = Text['formatted'][number];
type Parent = Extract<Formatted, { role: 'parent' }>;

const SCHEMES = new Set(['http:', 'https:', 'tel:', 'mailto:']);
const COLOUR = /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i;
const BLOCKS = new Set(['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li']);
const KEPT = new Set(['strong', 'em', 'u']);
const ROLES: Record<string, string> = { ul: 'list', ol: 'list', li: 'listitem' };

/** Anything that could be markup; a text without it is itself, and need not be parsed. */
const MARKUP = /[-*_#<>[\]`\\&!~|+=\n]|^\s*\d+[.)]/;

export type Words = Pick<Text, 'asString' | 'formatted'>;

export function formattedOf(text: Words): readonly Formatted[] {
  const words = text.asString;
  return MARKUP.test(words) ? text.formatted : [{ id: '', role: 'child', value: words.trim() }];
}

/** The address of a link, or null when it leads anywhere but to a page, a telephone or a mailbox. */
export function safeAddress(url: string): string | null {
  try {
    const address = new URL(url);
    return SCHEMES.has(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

export function render(nodes: readonly Formatted[]): (VNode | string)[] {
  return nodes.map((node) => {
    if (node.role === 'child') return node.value;
    if (node.role === 'html') return node.unsafeHtml;
    if (node.role === 'line-break') return h('br');
    return element(node);
  });
}

/** Only what may stand inside a label: blocks are spans that begin a line. */
function element(node: Parent): VNode {
  const inside = render(node.children);
  if ('url' in node) {
    const href = safeAddress(String(node.url));
    return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, inside) : h('span', inside);
  }
  if (KEPT.has(node.elementName)) return h(node.elementName, inside);
  const name = BLOCKS.has(node.elementName) ? `text-${node.elementName}` : undefined;
  return h('span', { class: name, role: ROLES[node.elementName], style: styleOf(node) }, inside);
}

function styleOf(node: Parent): Record<string, string> | undefined {
  const wanted = (node as { properties?: { style?: Record<string, string | undefined> } }).properties?.style;
  const colour = wanted?.['color'];
  const align = wanted?.['text-align'];
  const style: Record<string, string> = {};
  if (colour && COLOUR.test(colour)) style.color = colour;
  if (align) style['text-align'] = align;
  return Object.keys(style).length ? style : undefined;
}

/** The text alone, in one line: for titles, lists and what a screen reader says. */
export function plainText(text: Words | null | undefined): string {
  return text ? lineOf(formattedOf(text)).replace(/\s+/g, ' ').trim() : '';
}

function lineOf(nodes: readonly Formatted[]): string {
  return nodes
    .map((node) => {
      if (node.role === 'child') return node.value;
      if (node.role === 'html') return node.unsafeHtml;
      if (node.role === 'line-break') return ' ';
      const inside = lineOf(node.children);
      return BLOCKS.has(node.elementName) ? ` ${inside} ` : inside;
    })
    .join('');
}
