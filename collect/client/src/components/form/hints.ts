/**
 * Hint and guidance of a question. The engine hands both on as one text; the form says which of its parts are guidance
 * (`<value form="guidance">`), so they are counted there and taken apart here.
 */
import type { QuestionNode } from '@/engine/types';
import type { Words } from './formatted';

export interface Hints {
  hint: Words | null;
  guidance: string;
}

interface Part {
  guidance: boolean;
  chunks: number;
}

interface Chunk {
  asString: string;
}

/** By language and text ID, the parts of the texts that hold guidance. */
type Parts = Map<string, Part[]>;

const keyOf = (language: string, id: string) => `${language}\n${id}`;

function partsOf(formXml: string): Parts {
  const parts: Parts = new Map();
  if (!formXml.includes('"guidance"')) return parts;
  const form = new DOMParser().parseFromString(formXml, 'text/xml');
  for (const value of form.querySelectorAll('itext > translation > text > value[form="guidance"]')) {
    const text = value.parentElement!;
    const language = text.parentElement!.getAttribute('lang') ?? '';
    parts.set(
      keyOf(language, text.id),
      [...text.children].map((one) => ({
        guidance: one.getAttribute('form') === 'guidance',
        chunks: [...one.childNodes].filter((node) => node.nodeType === 1 || node.nodeType === 3).length,
      })),
    );
  }
  return parts;
}

function textIdOf(node: QuestionNode): string {
  const body = node.definition.bodyElement as { hint?: { chunks: readonly { toString(): string | null }[] } | null };
  return (body.hint?.chunks[0]?.toString() ?? '').replace(/^['"]|['"]$/g, '');
}

const plain = (text: string): Hints['hint'] =>
  text ? { asString: text, formatted: [{ id: 'hint', role: 'child', value: text }] } : null;

/** Reads the form once; the function it gives is reactive. */
export function hintsIn(formXml: string): (node: QuestionNode) => Hints {
  const parts = partsOf(formXml);
  return (node) => {
    const hint = node.currentState.hint;
    const language = node.root.currentState.activeLanguage.language;
    const known = hint && parts.size ? parts.get(keyOf(language, textIdOf(node))) : undefined;
    if (!hint || !known) return { hint, guidance: '' };
    const chunks = [...(hint as unknown as Iterable<Chunk>)];
    const texts = { hint: '', guidance: '' };
    for (const part of known) {
      const words = chunks.splice(0, part.chunks).map((chunk) => chunk.asString);
      texts[part.guidance ? 'guidance' : 'hint'] += words.join('');
    }
    return { hint: plain(texts.hint.trim()), guidance: texts.guidance.trim() };
  };
}
