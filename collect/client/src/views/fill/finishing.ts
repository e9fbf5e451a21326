/** What ends the work on a draft: finishing it, or throwing it away. */
import { ref } from 'vue';
import { say } from '@/app/messages';
import { filesSettled } from '@/components/media/pending';
import type { Finding } from '@/engine/types';
import { t } from '@/locales';
import { queue } from '@/queue';
import { isFull, withRoom } from '@/queue/space';
import { discardDraft, DraftGoneError, finish as finishRow, MissingFileError } from '@/store/records';
import type { RecordRow } from '@/store/types';
import type { Autosave } from './autosave';
import type { Filling } from './opening';

interface Parts {
  filling: Filling;
  autosave: Autosave;
  /** Show what keeps the record from being finished. */
  complain(findings: Finding[]): Promise<void>;
  /** There is nothing to be filled any more. */
  done(): Promise<void>;
}

const reasonOf = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));

function whyNotFinished(failure: unknown): string {
  if (failure instanceof MissingFileError) return t('fill.filesMissing', { names: failure.names.join(', ') });
  return t('fill.notFinished', { reason: isFull(failure) ? t('fill.notSavedFull') : reasonOf(failure) });
}

const whyNotSaved = (failure: unknown): string =>
  isFull(failure) ? t('fill.notSavedFull') : t('fill.notSavedOther', { reason: reasonOf(failure) });

const whyLost = (row: RecordRow): string => t('fill.lastNotSaved', { form: row.name || row.formTitle });

export function useFinishing({ filling, autosave, complain, done }: Parts) {
  const { record } = filling;
  const busy = ref(false);
  let ending: Promise<void> = Promise.resolve();
  /** The row is no draft any more: nothing may be written to it. */
  const gone = ref(false);

  /** One end at a time, and whoever leaves meanwhile does not take the record away from under it. */
  function once(end: () => Promise<void>): Promise<void> {
    if (busy.value) return ending;
    busy.value = true;
    ending = end().finally(() => (busy.value = false));
    return ending;
  }

  async function finish() {
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
      say(t('fill.finished', { name: outcome.snapshot.name || filling.row.formTitle }), 'good');
      await done();
    } catch (failure) {
      if (failure instanceof DraftGoneError) return await notSaved(failure);
      autosave.follow();
      say(whyNotFinished(failure), 'bad');
    }
  }

  async function discard() {
    // What is being kept would stay behind the record.
    await filesSettled();
    autosave.stop();
    try {
      await discardDraft(filling.row.instanceId);
    } catch (failure) {
      autosave.follow();
      return say(reasonOf(failure), 'bad');
    }
    gone.value = true;
    say(t('fill.discarded'), 'info');
    await done();
  }

  /** The draft could not be written: that is tried again, unless there is none any more, or its page was left. */
  async function notSaved(failure: unknown, left = false) {
    if (gone.value) return;
    if (!(failure instanceof DraftGoneError)) return say(left ? whyLost(filling.row) : whyNotSaved(failure), 'bad');
    gone.value = true;
    autosave.stop();
    say(t('fill.deletedElsewhere'), 'bad');
    await done();
  }

  return {
    busy,
    gone,
    finish: () => once(finish),
    discard: () => once(discard),
    /** When neither is under way. */
    ended: () => ending,
    notSaved,
  };
}
