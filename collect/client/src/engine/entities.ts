/** What a record does to lists, by the rules of getodk.github.io/xforms-spec/entities; read without opening the form. */

const ENTITIES = 'http://www.opendatakit.org/xforms/entities';

export interface EntityEffect {
  list: string;
  uuid: string;
  create: boolean;
  label: string | null;
  data: Record<string, string>;
  branchId: string | null;
}

const isTrue = (text: string | null): boolean => text === '1' || text === 'true' || text === 'true()';
const plainPath = (path: string): string => path.replace(/\/[\w.-]+:/g, '/').trim();

/** Every row that the record makes or changes, in the order of the record. */
export function entityEffects(formXml: string, recordXml: string): EntityEffect[] {
  const record = new DOMParser().parseFromString(recordXml, 'application/xml');
  const scopes = [...record.getElementsByTagNameNS('*', 'entity')].flatMap((entity) => {
    const scope = entity.parentElement?.localName === 'meta' ? entity.parentElement.parentElement : null;
    return scope === null || !entity.hasAttribute('dataset') ? [] : [{ entity, scope, path: pathOf(scope) }];
  });
  if (scopes.length === 0) return [];
  const form = new DOMParser().parseFromString(formXml, 'application/xml');
  // A row whose entity was not asked for keeps its answers to itself, so the form says where entities may stand.
  const paths = new Set([...scopes.map((item) => item.path), ...declaredScopes(form)]);
  const saved = savedQuestions(form);
  return scopes.flatMap(({ entity, scope, path }) => effectOf(entity, dataIn(scope, path, saved, paths)));
}

function effectOf(entity: Element, data: Record<string, string>): EntityEffect[] {
  const create = isTrue(entity.getAttribute('create'));
  const uuid = (entity.getAttribute('id') ?? '').replace(/^uuid:/, '');
  if (uuid === '' || (!create && !isTrue(entity.getAttribute('update')))) return [];
  const label = [...entity.children].find((child) => child.localName === 'label')?.textContent?.trim() || null;
  const branchId = entity.getAttribute('branchId') || null;
  return [{ list: entity.getAttribute('dataset') ?? '', uuid, create, label, data, branchId }];
}

/** The parts of a record in which the form declares entities. */
function declaredScopes(form: Document): string[] {
  const record = form.getElementsByTagNameNS('*', 'instance')[0]?.firstElementChild;
  if (record === null || record === undefined) return [];
  const above = pathOf(record).length - record.localName.length - 1;
  return [...record.getElementsByTagNameNS('*', 'entity')].flatMap((entity) => {
    const scope = entity.parentElement?.localName === 'meta' ? entity.parentElement.parentElement : null;
    return scope === null ? [] : [pathOf(scope).slice(above)];
  });
}

/** Property by the path of its question. */
function savedQuestions(form: Document): Map<string, string> {
  const found = new Map<string, string>();
  for (const bind of form.getElementsByTagNameNS('*', 'bind')) {
    const property = bind.getAttributeNS(ENTITIES, 'saveto');
    if (property) found.set(plainPath(bind.getAttribute('nodeset') ?? ''), property);
  }
  return found;
}

function dataIn(scope: Element, path: string, saved: Map<string, string>, scopes: Set<string>): Record<string, string> {
  const data: Record<string, string> = {};
  for (const [question, property] of saved) {
    if (nearest(question, scopes) !== path) continue;
    let elements = [scope];
    for (const name of question.slice(path.length + 1).split('/')) {
      elements = elements.flatMap((element) => [...element.children].filter((child) => child.localName === name));
    }
    // A question that is not in the record was not asked: it changes nothing.
    if (elements[0] !== undefined) data[property] = elements[0].textContent ?? '';
  }
  return data;
}

/** The innermost part of the record with an entity of its own that a question stands in. */
function nearest(question: string, scopes: Set<string>): string {
  let path = question;
  while (path.includes('/')) {
    path = path.slice(0, path.lastIndexOf('/'));
    if (scopes.has(path)) return path;
  }
  return '';
}

function pathOf(element: Element): string {
  const above = element.parentElement;
  return `${above === null ? '' : pathOf(above)}/${element.localName}`;
}
