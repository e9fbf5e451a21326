/** What stands in a question's fields while it is not an answer: kept when its page is left, gone with the record. */
const typed = new WeakMap<object, unknown>();

export function keepTyped(node: object, text: unknown): void {
  typed.set(node, text);
}

export function forgetTyped(node: object): void {
  typed.delete(node);
}

/** What was typed on an earlier visit and is not an answer yet. */
export function typedBefore<T>(node: object): T | null {
  return (typed.get(node) as T | undefined) ?? null;
}
