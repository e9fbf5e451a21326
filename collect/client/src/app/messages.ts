/** Short messages that appear over any page and are read out by screen readers. */
import { shallowRef } from 'vue';

export type MessageKind = 'good' | 'info' | 'warn' | 'bad';
export interface Message {
  id: number;
  text: string;
  kind: MessageKind;
}

const SHOWN_MS = { good: 5_000, info: 6_000, warn: 9_000, bad: 15_000 };
let last = 0;

export const messages = shallowRef<Message[]>([]);

/** Show a sentence for a while. The same sentence is not shown twice at a time. */
export function say(text: string, kind: MessageKind = 'info'): void {
  const id = ++last;
  messages.value = [...messages.value.filter((message) => message.text !== text), { id, text, kind }].slice(-3);
  setTimeout(() => dismiss(id), SHOWN_MS[kind]);
}

export function dismiss(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id);
}
