/** What ends the work on a draft: finishing it, or throwing it away. */
import { computed, ref, shallowRef } from 'vue';
import { say } from '@/app/messages';
import { wrongWith, type Fill } from '@/components/form/context';
import { plainText } from '@/components/form/formatted';
import { isQuestion } from '@/components/form/nodes';
import { filesSettled } from '@/components/media/pending';
import type { AnyNode, Finding, QuestionNode } from '@/engine/types';
import { t } from '@/locales';
import { queue } from '@/queue';
import { isFull, withRoom } from '@/queue/space';
import { discardDraft, finish as finishRow, MissingFileError } from '@/store/records';
import type { Autosave } from './autosave';
import type { Filling } from './opening';

export interface OpenFinding {
  node: QuestionNode;
  label: string;
  message: string;
}

interface Parts {
  filling: Filling;
  fill: Fill;
  autosave: Autosave;
  lead(node: AnyNode): Promise<void>;
  /** Where to go now: with the name of what was finished, or null when there is nothing left. */
  done(name: string | null): Promise<void>;
}

const reasonOf = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));

export function useFinishing({ filling, fill, autosave, lead, done }: Parts) {
  const { record } = filling;
  const busy = ref(false);
  /** The row is no draft any more: nothing may be written to it. */
  const gone = ref(false);
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

  async function complain(all: Finding[]) {
    fill.checkAll.value = true;
    found.value = all;
    fill.announce(t('fill.stillWrong', { n: all.length }));
    const first = all.map(({ nodeId }) => record.nodeById(nodeId)).find((node) => node !== null);
    if (first) await lead(first);
  }

  async function finish() {
    if (busy.value) return;
    busy.value = true;
    try {
      await filesSettled();
      await autosave.flush();
      const outcome = await record.finish();
      if (!outcome.ok) return await complain(outcome.findings);
      autosave.stop();
      await withRoom(() => finishRow(filling.row.instanceId, outcome.snapshot));
      gone.value = true;
      // What goes wrong with the sending is the queue's to tell.
      queue.sendNow().catch(() => undefined);
      await done(outcome.snapshot.name || filling.row.formTitle);
    } catch (failure) {
      autosave.follow();
      tell(failure);
    } finally {
      busy.value = false;
    }
  }

  function tell(failure: unknown) {
    if (failure instanceof MissingFileError) say(t('fill.filesMissing', { names: failure.names.join(', ') }), 'bad');
    else say(t('fill.notFinished', { reason: isFull(failure) ? t('fill.notSavedFull') : reasonOf(failure) }), 'bad');
  }

  async function discard() {
    autosave.stop();
    try {
      await discardDraft(filling.row.instanceId);
    } catch (failure) {
      autosave.follow();
      return say(reasonOf(failure), 'bad');
    }
    gone.value = true;
    say(t('fill.discarded'), 'info');
    await done(null);
  }

  const saveTrouble = (failure: unknown) =>
    isFull(failure) ? t('fill.notSavedFull') : t('fill.notSavedOther', { reason: reasonOf(failure) });

  return { busy, gone, findings, finish, discard, saveTrouble };
}
