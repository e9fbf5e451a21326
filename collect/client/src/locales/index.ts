/** Sentences of the client in both languages. Each area has one file; a key is `<area>.<name>`. */
import { ref } from 'vue';
import { app } from './app';
import { fill } from './fill';
import { media } from './media';
import { queue } from './queue';
import type { Language, Sentence } from './sentence';
import { widgets } from './widgets';

export type { Language } from './sentence';

const AREAS = { app, fill, media, queue, widgets };
type Areas = typeof AREAS;
export type Key = { [A in keyof Areas]: `${A & string}.${keyof Areas[A] & string}` }[keyof Areas];

export const language = ref<Language>('th');

/** The sentence of a key in the reader's language, with `{name}` replaced by `values.name`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const [area, name] = key.split('.') as [keyof Areas, string];
  const sentence = (AREAS[area] as Record<string, Sentence>)[name]?.[language.value] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, word: string) => String(values[word] ?? whole));
}

/** Change the language of the client, of numbers and dates, and tell screen readers. */
export function setLanguage(wanted: Language): void {
  language.value = wanted;
  document.documentElement.lang = wanted;
}
