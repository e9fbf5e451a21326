/** What keeps a record from being finished, and the way there. */
import { computed, shallowRef } from 'vue';
import { wrongWith, type Fill } from '@/components/form/context';
import { plainText } from '@/components/form/formatted';
import { isQuestion } from '@/components/form/nodes';
import type { AnyNode, Finding, OpenRecord, QuestionNode } from '@/engine/types';
import { t } from '@/locales';

export interface OpenFinding {
  node: QuestionNode;
  label: string;
  message: string;
}

export function useFindings(record: OpenRecord, fill: Fill, lead: (node: AnyNode) => Promise<void>) {
  const found = shallowRef<Finding[]>([]);

  /** What the last try found and still stands, with the words of now. */
  const findings = computed(() =>
    found.value.flatMap(({ nodeId }): OpenFinding[] => {
      const node = record.nodeById(nodeId);
      if (!node || !isQuestion(node)) return [];
      const message = wrongWith(record, node);
      return message ? [{ node, label: plainText(node.currentState.label), message }] : [];
    }),
  );

  async function complain(all: Finding[]): Promise<void> {
    fill.checkAll.value = true;
    found.value = all;
    fill.announce(t('fill.stillWrong', { n: all.length }));
    const first = all.map(({ nodeId }) => record.nodeById(nodeId)).find((node) => node !== null);
    if (first) await lead(first);
  }

  return { findings, complain };
}
