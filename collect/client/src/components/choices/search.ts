/** Finding a choice by typing a part of it in Thai or English. */
import { plainDigits } from '@/engine';

/** At most so many are shown; who looks for another types on. */
export const MOST_SHOWN = 50;

/**
 * Text as it is compared: without tone marks, the silencer, the short mark, spaces and punctuation, since people leave
 * them out or put them in the wrong place; Thai digits as others; sara am and sara ae in one spelling.
 */
export function folded(text: string): string {
  return plainDigits(text)
    .normalize('NFC')
    .toLowerCase()
    .replace(/เเ/g, 'แ')
    .replace(/[็-์]/g, '')
    .replace(/ํา/g, 'ำ')
    .replace(/[\s\p{P}\p{Cf}]/gu, '');
}

export interface Searchable {
  folded: string;
}

export interface Found<Item> {
  shown: Item[];
  /** How many more match. */
  more: number;
}

/** Those that hold every word of the query; those that begin with it come first, otherwise in the order of the form. */
export function find<Item extends Searchable>(items: readonly Item[], query: string, most = MOST_SHOWN): Found<Item> {
  const words = query.split(/\s+/).map(folded).filter(Boolean);
  if (words.length === 0) return { shown: items.slice(0, most), more: Math.max(0, items.length - most) };
  const whole = words.join('');
  const begins: Item[] = [];
  const holds: Item[] = [];
  for (const item of items) {
    if (item.folded.startsWith(whole)) begins.push(item);
    else if (words.every((word) => item.folded.includes(word))) holds.push(item);
  }
  const all = [...begins, ...holds];
  return { shown: all.slice(0, most), more: Math.max(0, all.length - most) };
}
