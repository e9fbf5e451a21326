/** How the choices of a list stand, by the question's appearances. */
import { hasAppearance } from '@/components/form/nodes';
import type { SelectNode } from '@/engine/types';

export interface Layout {
  kind: 'list' | 'columns' | 'pack' | 'row' | 'likert' | 'labels';
  /** Of `columns-N`; null for as many as there is room for. */
  columns: number | null;
  buttons: boolean;
  quick: boolean;
}

export function layoutOf(node: SelectNode): Layout {
  const has = (...names: string[]) => hasAppearance(node, ...names);
  const number = [...((node.appearances as unknown as Iterable<string> | null) ?? [])]
    .map((one) => /^columns-(\d{1,2})$/.exec(one)?.[1])
    .find(Boolean);
  const bare = has('no-buttons', 'compact', 'quickcompact', 'horizontal-compact');
  return {
    kind: kindOf(has, number),
    columns: number ? Number(number) : null,
    buttons: !bare,
    quick: has('quick', 'quickcompact'),
  };
}

function kindOf(has: (...names: string[]) => boolean, number: string | undefined): Layout['kind'] {
  if (has('likert')) return 'likert';
  if (has('label')) return 'labels';
  if (has('list', 'list-nolabel')) return 'row';
  if (has('columns-pack', 'horizontal-compact')) return 'pack';
  return number || has('columns', 'compact', 'quickcompact', 'horizontal') ? 'columns' : 'list';
}
