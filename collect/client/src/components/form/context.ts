/** What the parts of an open form share. `useFill()` is null outside a form. */
import { computed, inject, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue';
import { isLoading } from '@/engine';
import type { OpenRecord, QuestionNode } from '@/engine/types';
import { t } from '@/locales';
import { plainText } from './formatted';
import type { Hints } from './hints';

export interface Fill {
  readonly instanceId: string;
  readonly record: OpenRecord;
  /** A media file or list of the form. */
  attachment(name: string): Promise<Blob | null>;
  /** Hint and guidance of a question. Reactive. */
  hints(node: QuestionNode): Hints;
  /** Node IDs of questions that were answered and left, so that they may complain. Reactive. */
  readonly touched: Set<string>;
  /** Finishing was tried: everything may complain. */
  readonly checkAll: Ref<boolean>;
  /** The node somebody is being led to: what folds opens. */
  readonly target: ShallowRef<string | null>;
  /** Says something to people who do not see the page. */
  announce(sentence: string): void;
}

export interface QuestionState {
  invalid: ComputedRef<boolean>;
  required: ComputedRef<boolean>;
}

export const FILL: InjectionKey<Fill> = Symbol('fill');
export const QUESTION: InjectionKey<QuestionState> = Symbol('question');

export const useFill = (): Fill | null => inject(FILL, null);
export const useQuestion = (): QuestionState | null => inject(QUESTION, null);

/** What is wrong with a question's answer as it stands, as a sentence; whether to say so is another matter. */
export function wrongWith(record: OpenRecord, node: QuestionNode): string | null {
  const problem = record.problemOf(node.nodeId);
  if (problem) return problem;
  if (node.nodeType === 'upload' && !isLoading(node)) {
    const { instanceValue, value } = node.currentState;
    if (instanceValue !== '' && value?.name !== instanceValue) return t('fill.fileGone');
  }
  const { violation } = node.validationState;
  if (!violation) return null;
  return plainText(violation.message) || t(violation.condition === 'required' ? 'fill.required' : 'fill.notAllowed');
}

/** The sentence to show with a question now: reported problems at once, the form's own after it was left. */
export function useComplaint(fill: Fill, node: QuestionNode): ComputedRef<string | null> {
  return computed(() => {
    const problem = fill.record.problemOf(node.nodeId);
    if (problem) return problem;
    return fill.checkAll.value || fill.touched.has(node.nodeId) ? wrongWith(fill.record, node) : null;
  });
}
