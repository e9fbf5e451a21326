/** Keeping a draft on the disk while it is filled. */
import { effect, onScopeDispose, readonly, shallowRef, stop, type ShallowRef } from 'vue';
import { childrenOf } from '@/components/form/nodes';
import type { AnyNode, OpenRecord, Snapshot } from '@/engine/types';

export type SaveState = 'saved' | 'changed' | 'failed';

export interface Autosave {
  readonly state: Readonly<ShallowRef<SaveState>>;
  /** Why the last save failed. */
  readonly error: Readonly<ShallowRef<unknown>>;
  /** Something beside the answers changed (page, language). */
  touch(): void;
  /** Save now, what there is to save; resolves when it is on the disk or failed. */
  flush(): Promise<void>;
  /** Follow the record's answers anew, after its tree was replaced. */
  follow(): void;
  stop(): void;
}

const PAUSE = 1000;
/** Who types without a pause loses no more than this. */
const LONGEST = 5000;
/** After a save that failed. */
const RETRY = 10_000;

type Runner = ReturnType<typeof effect<string>>;

function fileNames(node: AnyNode): string {
  if (node.nodeType === 'upload') return `${node.currentState.instanceValue}/`;
  return childrenOf(node).map(fileNames).join('');
}

/** What the XML will be made of is watched, but it is made only when it is time to save. */
export function useAutosave(record: OpenRecord, write: (snapshot: Snapshot) => Promise<void>): Autosave {
  const state = shallowRef<SaveState>('saved');
  const error = shallowRef<unknown>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstChange = 0;
  let running: Promise<void> = Promise.resolve();
  let following: Runner[] = [];
  let dirty = false;

  function touch() {
    const now = Date.now();
    if (!dirty) firstChange = now;
    dirty = true;
    state.value = 'changed';
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), Math.max(0, Math.min(PAUSE, firstChange + LONGEST - now)));
  }

  function follow() {
    following.forEach((runner) => stop(runner));
    const answers = effect(() => record.root.instanceState.instanceXML, { scheduler: touch });
    // A file is on the disk already: the draft should name it before anything can happen.
    const files: Runner = effect(() => fileNames(record.root), { scheduler: () => (files(), touch(), void flush()) });
    following = [answers, files];
  }

  async function save() {
    if (!dirty) return;
    dirty = false;
    following[0]?.();
    try {
      await write(record.snapshot());
      error.value = null;
      if (!dirty) state.value = 'saved';
    } catch (failure) {
      dirty = true;
      firstChange = Date.now();
      error.value = failure;
      state.value = 'failed';
      timer = setTimeout(() => void flush(), RETRY);
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    running = running.then(save);
    return running;
  }

  function halt() {
    clearTimeout(timer);
    following.forEach((runner) => stop(runner));
    following = [];
  }

  follow();
  onScopeDispose(halt);
  return { state: readonly(state), error: readonly(error), touch, flush, follow, stop: halt };
}

/** Save before the page may be frozen or killed. */
export function saveOnLeaving(flush: () => Promise<void>): void {
  const hidden = () => {
    if (document.visibilityState === 'hidden') void flush();
  };
  const away = () => void flush();
  document.addEventListener('visibilitychange', hidden);
  window.addEventListener('pagehide', away);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden);
    window.removeEventListener('pagehide', away);
  });
}
