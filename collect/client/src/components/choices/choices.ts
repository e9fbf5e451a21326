/** The choices of a select question, and what happens when the one chosen is filtered away. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { plainText } from '@/components/form/formatted';
import { select } from '@/engine';
import type { RankNode, SelectNode } from '@/engine/types';
import { folded } from './search';

type Option = SelectNode['currentState']['valueOptions'][number];
export interface Choice {
  value: string;
  label: Option['label'];
  /** The label in one line. */
  name: string;
  folded: string;
}

const MARKUP = /[*_#<[\\\n]/;

/** Labels without any mark of formatting need no reader of markdown; with 3,000 choices that is felt. */
export function nameOf(option: Option): string {
  const text = option.label.asString;
  return (MARKUP.test(text) ? plainText(option.label) : text.trim()) || option.value;
}

export function choicesOf(node: SelectNode | RankNode): Choice[] {
  return node.currentState.valueOptions.map((option) => {
    const name = nameOf(option);
    return { value: option.value, label: option.label, name, folded: folded(name) };
  });
}

export interface Choosing {
  choices: ComputedRef<Choice[]>;
  chosen: ComputedRef<readonly string[]>;
  isChosen(value: string): boolean;
  /** Choose or leave out; of a single choice the one before goes. */
  choose(value: string, on: boolean): void;
  clear(): void;
  /** Name of the answer that a filter took away, until there is another. */
  gone: Ref<string>;
}

export function useChoices(node: SelectNode): Choosing {
  const choices = computed(() => choicesOf(node));
  const chosen = computed(() => node.currentState.value);
  const set = computed(() => new Set(chosen.value));
  const one = node.selectType === 'select1';
  const gone = ref('');
  let names = namesNow();
  let cleared = false;

  function namesNow(): Map<string, string> {
    return new Map(choices.value.filter(({ value }) => set.value.has(value)).map(({ value, name }) => [value, name]));
  }

  watch([chosen, choices], () => {
    const lost = [...names].find(
      ([value]) => !set.value.has(value) && !choices.value.some((one) => one.value === value),
    );
    if (lost && !cleared) gone.value = lost[1];
    else if (chosen.value.length > 0) gone.value = '';
    cleared = false;
    names = namesNow();
  });

  function put(values: string[]) {
    cleared = true;
    gone.value = '';
    select(node, values);
  }

  function choose(value: string, on: boolean) {
    const rest = chosen.value.filter((other) => other !== value);
    if (one) put(on ? [value] : []);
    else put(on ? inOrder([...rest, value]) : rest);
  }

  /** As the form lists them, so that the same answer is always stored alike. */
  function inOrder(values: string[]): string[] {
    const wanted = new Set(values);
    return choices.value.filter(({ value }) => wanted.has(value)).map(({ value }) => value);
  }

  return { choices, chosen, isChosen: (value) => set.value.has(value), choose, clear: () => put([]), gone };
}
