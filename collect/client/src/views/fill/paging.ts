/** Where a person is in a form. */
import { computed, ref } from 'vue';
import type { AnyNode, OpenRecord } from '@/engine/types';
import { isPageShown, pagesOf, pageWith } from './pages';

export function usePaging(record: OpenRecord, start: number) {
  const pages = computed(() => {
    // The tree is another one after a file was taken out.
    void record.generation.value;
    return pagesOf(record.root);
  });
  const wanted = ref(start);
  /** Indexes of the pages with something to show. */
  const shown = computed(() => pages.value.flatMap((page, at) => (isPageShown(page) ? [at] : [])));
  /** The page wanted, or the next one there is. */
  const at = computed(() => shown.value.find((index) => index >= wanted.value) ?? shown.value.at(-1) ?? 0);
  const position = computed(() => shown.value.indexOf(at.value));

  const step = (by: number) => {
    wanted.value = shown.value[position.value + by] ?? at.value;
  };

  return {
    pages,
    shown,
    at,
    page: computed(() => pages.value[at.value] ?? null),
    position,
    isFirst: computed(() => position.value <= 0),
    isLast: computed(() => position.value >= shown.value.length - 1),
    next: () => step(1),
    back: () => step(-1),
    go: (index: number) => {
      wanted.value = index;
    },
    goToNode: (node: AnyNode) => {
      const index = pageWith(pages.value, node);
      if (index >= 0) wanted.value = index;
    },
  };
}

export type Paging = ReturnType<typeof usePaging>;
