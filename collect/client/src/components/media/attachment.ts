/** One file of one question: kept on the tablet first, named in the record second, the one before it dropped last. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue';
import { say } from '@/app/messages';
import { attach, detach, fileOf, isLoading, uploadNodes } from '@/engine';
import type { OpenRecord, UploadNode } from '@/engine/types';
import { language, t } from '@/locales';
import { isFull, makeRoom, storage, withRoom } from '@/queue/space';
import { dropFile, file as keptFile, keepFile } from '@/store/files';
import type { FileRow } from '@/store/types';
import { whileRunning } from './pending';
import { renamed } from './prepare';
import { LEAST_FREE, LEAST_LEFT, MEGABYTE, showSize } from './sizes';
import type { Taken } from './taken';

export interface MediaProps {
  node: UploadNode;
  record: OpenRecord;
  inputId: string;
  labelId: string;
  describedBy: string;
}

export interface Kept {
  file: File;
  taken: Taken | null;
  thumbnail: Blob | null;
}

async function lackOfRoom(bytes: number): Promise<string | null> {
  const { free } = await storage();
  if (free === null) return null;
  if (free < LEAST_FREE) return t('media.noRoom', { megabytes: LEAST_FREE / MEGABYTE });
  return free - bytes < LEAST_LEFT ? t('media.tooLargeForTablet', { free: showSize(free, language.value) }) : null;
}

/**
 * Why another file of this size cannot be kept, after what the server has confirmed was given up if need be; null when
 * it can. Unknown counts as room: the database says no in the end.
 */
export async function whyNoRoom(bytes: number): Promise<string | null> {
  try {
    if ((await lackOfRoom(bytes)) === null) return null;
    await makeRoom();
    return await lackOfRoom(bytes);
  } catch {
    return null;
  }
}

/** The question in the record as it stands: taking out a file may have opened the record anew. */
function nodeNow({ node, record }: MediaProps): UploadNode {
  if (node.root === record.root) return node;
  const { reference } = node.currentState;
  return [...uploadNodes(record.root)].find((other) => other.currentState.reference === reference) ?? node;
}

/** Keep a file and name it in the record. What was there before stays until the new one is safe. */
async function put(props: MediaProps, made: Kept): Promise<void> {
  const { instanceId } = props.record;
  await withRoom(() => keepFile(instanceId, made.file, { taken: made.taken, thumbnail: made.thumbnail }));
  const row = await keptFile(instanceId, made.file.name);
  const node = nodeNow(props);
  const before = fileOf(node)?.name ?? null;
  // The kept copy, since a phone may delete what its camera handed over.
  const whole = row?.blob.size === made.file.size;
  attach(node, whole ? renamed(row.blob, made.file.name) : made.file);
  if (before !== null && before !== made.file.name) await dropFile(instanceId, before);
}

async function takeAway({ node, record }: MediaProps): Promise<void> {
  const name = fileOf(node)?.name ?? null;
  const { instanceId } = record;
  await detach(record, node);
  if (name !== null) await dropFile(instanceId, name);
}

/** An address of a blob for `src`, given back when it changes or the widget goes. */
export function useObjectUrl(blob: Ref<Blob | null>): Readonly<Ref<string | null>> {
  const url = shallowRef<string | null>(null);
  const release = () => {
    if (url.value) URL.revokeObjectURL(url.value);
    url.value = null;
  };
  watch(
    blob,
    (now) => {
      release();
      if (now) url.value = URL.createObjectURL(now);
    },
    { immediate: true },
  );
  onBeforeUnmount(release);
  return url;
}

/** The row kept with the file: what the picture says of itself. */
function useRow(props: MediaProps, held: Ref<File | null>): Readonly<Ref<FileRow | null>> {
  const row = shallowRef<FileRow | null>(null);
  watch(
    () => held.value?.name ?? null,
    async (name) => {
      row.value = null;
      const found = name === null ? null : await keptFile(props.record.instanceId, name).catch(() => null);
      if (held.value?.name === name) row.value = found ?? null;
    },
    { immediate: true },
  );
  return row;
}

/** What every widget with a file needs. */
export function useAttachment(props: MediaProps) {
  const held = computed(() => fileOf(props.node));
  const loading = computed(() => isLoading(props.node));
  const busy = ref(false);
  const trouble = ref<string | null>(null);
  const locked = computed(() => busy.value || loading.value || props.node.currentState.readonly);
  /** The question is not on the screen any more, where it could say what went wrong. */
  let left = false;
  onBeforeUnmount(() => (left = true));

  /** One thing at a time, and whoever closes the record waits for all of it. `work` gives why it was not done, or null. */
  async function alone(work: () => Promise<string | null>, sorry: (error: unknown) => string): Promise<boolean> {
    if (busy.value || loading.value) return false;
    busy.value = true;
    trouble.value = null;
    try {
      trouble.value = await whileRunning(work());
    } catch (error) {
      trouble.value = sorry(error);
    } finally {
      busy.value = false;
    }
    if (left && trouble.value !== null) say(trouble.value, 'bad');
    return trouble.value === null;
  }

  async function keepNow(make: () => Promise<Kept>, bytes: number): Promise<string | null> {
    const why = bytes === 0 ? t('media.emptyFile') : await whyNoRoom(bytes);
    if (why === null) await put(props, await make());
    return why;
  }

  /** Run `make` and keep what it gives. False when nothing was kept; `trouble` says why. */
  const keep = (make: () => Promise<Kept>, bytes: number): Promise<boolean> =>
    alone(
      () => keepNow(make, bytes),
      (error) => t(isFull(error) ? 'media.full' : 'media.notKept'),
    );

  async function takenAway(): Promise<null> {
    await takeAway(props);
    return null;
  }

  const remove = (): Promise<boolean> => alone(takenAway, () => t('media.notRemoved'));

  return { held, row: useRow(props, held), loading, busy, locked, trouble, keep, remove };
}

/** The file a person chose in `event`, and the field is empty again so that the same file can be chosen twice. */
export function chosenFile(event: Event): File | null {
  const field = event.target as HTMLInputElement;
  const file = field.files?.[0] ?? null;
  field.value = '';
  return file;
}
