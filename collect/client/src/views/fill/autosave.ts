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
  /** Save in this very turn, since the page may be gone after it; not after `stop`. */
  part(): void;
  /** Follow the record's answers anew, after its tree was replaced. */
  follow(): void;
  stop(): void;
}

/** Writes a draft; `parting` when nothing can be waited for, since the page is going. */
export type Write = (snapshot: Snapshot, parting: boolean) => Promise<void>;

const PAUSE = 400;
/** Who types without a pause loses no more than this. */
const LONGEST = 2000;
/** After a save that failed. */
const RETRY = 10_000;

type Runner = ReturnType<typeof effect<string>>;

function fileNames(node: AnyNode): string {
  if (node.nodeType === 'upload') return `${node.currentState.instanceValue}/`;
  return childrenOf(node).map(fileNames).join('');
}

/** Calls `touch` when the record changes, and `named` when it names other files than before. */
function followerOf(record: OpenRecord, touch: () => void, named: () => void) {
  let running: Runner[] = [];
  let names = '';

  function halt() {
    running.forEach((runner) => stop(runner));
    running = [];
  }

  function nameFiles(files: Runner) {
    if (!running.includes(files)) return;
    const now = files();
    if (now === names) return;
    names = now;
    named();
  }

  function follow() {
    halt();
    const answers = effect(() => record.root.instanceState.instanceXML, { scheduler: touch });
    // The engine tells of a row that is taken out while it is still listed and cannot be read any more.
    const later = () => queueMicrotask(() => nameFiles(files));
    const files: Runner = effect(() => fileNames(record.root), { scheduler: later });
    names = fileNames(record.root);
    running = [answers, files];
  }

  follow();
  return {
    follow,
    halt,
    follows: () => running.length > 0,
    /** The XML is made anew, so that the next change of it is noticed. */
    catchUp: () => running[0]?.(),
  };
}

/** What the XML will be made of is watched, but it is made only when it is time to save. */
export function useAutosave(record: OpenRecord, write: Write): Autosave {
  const state = shallowRef<SaveState>('saved');
  const error = shallowRef<unknown>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstChange = 0;
  let running: Promise<void> | null = null;
  let dirty = false;
  // A file is on the disk already: the draft should name it before anything can happen.
  const follower = followerOf(record, touch, () => (touch(), void flush()));

  function touch() {
    const now = Date.now();
    if (!dirty) firstChange = now;
    dirty = true;
    state.value = 'changed';
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), Math.max(0, Math.min(PAUSE, firstChange + LONGEST - now)));
  }

  async function save(parting = false) {
    if (!dirty) return;
    dirty = false;
    follower.catchUp();
    try {
      await write(record.snapshot(), parting);
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

  /** One write at a time. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    const mine = (running ? running.then(() => save()) : save()).finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  }

  function part() {
    if (!follower.follows()) return;
    // What is being written may not come to its end.
    if (running) dirty = true;
    void save(true);
  }

  function halt() {
    clearTimeout(timer);
    follower.halt();
  }

  onScopeDispose(halt);
  return { state: readonly(state), error: readonly(error), touch, flush, part, follow: follower.follow, stop: halt };
}

/** Save before the page may be frozen or killed. */
export function saveOnLeaving({ flush, part }: Autosave): void {
  const hidden = () => {
    if (document.visibilityState === 'hidden') void flush();
  };
  document.addEventListener('visibilitychange', hidden);
  // The first of these leaves a page that is loaded anew some time to write, the second hears of what was typed since.
  window.addEventListener('beforeunload', part);
  window.addEventListener('pagehide', part);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden);
    window.removeEventListener('beforeunload', part);
    window.removeEventListener('pagehide', part);
  });
}
