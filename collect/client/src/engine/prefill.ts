/** Answering the question for a row of a list, and before it those that its choices are cut by. */
import { select } from './answers';
import { everyNode } from './walk';
import type { AnyNode, OpenRecord, SelectNode } from './types';

const CUT_BY = /(\w+)\s*=\s*(\/[\w./-]+)/g;

/**
 * Chooses a row of a list where the form asks for one, once and not in a repeat. `data` are the row's properties, by
 * which the questions are answered that cut the choices. Whatever does not fit stays blank.
 */
export function chooseRow(
  record: OpenRecord,
  formXml: string,
  list: string,
  uuid: string,
  data: Record<string, string>,
) {
  const form = new DOMParser().parseFromString(formXml, 'application/xml');
  const asked = [...form.getElementsByTagNameNS('*', 'itemset')]
    .filter((item) => item.getAttribute('nodeset')?.startsWith(`instance('${list}')`))
    .filter((item) => item.parentElement?.localName === 'select1');
  const itemset = asked.find((item) => item.closest('repeat') === null);
  const path = itemset?.parentElement?.getAttribute('ref');
  if (!itemset || !path) return;
  for (const [, property = '', other = ''] of (itemset.getAttribute('nodeset') ?? '').matchAll(CUT_BY)) {
    choose(record, other, data[property] ?? '');
  }
  choose(record, path, uuid);
}

function choose(record: OpenRecord, path: string, value: string): void {
  const nodes = [...everyNode(record.root as AnyNode)];
  const node = nodes.find((one) => one.nodeType === 'select' && one.currentState.reference === path) as
    SelectNode | undefined;
  if (node?.currentState.valueOptions.some((option) => option.value === value)) select(node, [value]);
}
