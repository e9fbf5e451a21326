/** What is read from, or changed in, the XML of a record or form without opening it. */

const TEXT_FORMS_UNKNOWN = /<(?:\w+:)?value\s+form="(?:big-image|short|long)"\s*(?:\/>|>[\s\S]*?<\/(?:\w+:)?value>)/g;

/** The form without kinds of label text that the engine would glue to the label. */
export function withoutUnknownTexts(formXml: string): string {
  return formXml.replace(TEXT_FORMS_UNKNOWN, '');
}

/**
 * The form with a place for `deprecatedID` in its `meta`. The engine writes that element when an edit begins, but drops
 * it when the draft of the edit is opened again, unless the form has it.
 */
export function withDeprecatedId(formXml: string): string {
  if (/<(?:[\w.-]+:)?deprecatedID[\s/>]/.test(formXml)) return formXml;
  const place = /<((?:[\w.-]+:)?)instanceID(?:\s[^>]*?)?\s*(?:\/>|>\s*<\/\1instanceID\s*>)/;
  return formXml.replace(place, (instanceId, prefix: string) => `${instanceId}<${prefix}deprecatedID/>`);
}

const META = /<((?:[\w.-]+:)?meta)(?:\s[^>]*)?>([\s\S]*?)<\/\1\s*>/g;

/** Text of an element of the record's `meta`, such as `instanceID`; empty when there is none. */
export function textOf(xml: string, localName: string): string {
  // Rows of a repeat that make entities have a `meta` of their own; only the record's has an instanceID.
  const metas = [...xml.matchAll(META)].map((found) => found[2] ?? '');
  const meta = metas.find((content) => content.includes('instanceID')) ?? '';
  const found = new RegExp(`<(?:[\\w.-]+:)?${localName}(?:\\s[^>]*)?>([^<]*)<`).exec(meta);
  return found?.[1] === undefined ? '' : unescaped(found[1]).trim();
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(#x?)?(\w+);/g, (whole, number: string | undefined, name: string) => {
    if (number === undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(parseInt(name, number === '#x' ? 16 : 10));
  });
}

/** The record without the answer of the element that holds just this text; file names are unique in a record. */
export function withoutAnswer(xml: string, localName: string, text: string): string {
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  for (const element of document.getElementsByTagNameNS('*', localName)) {
    if (element.childElementCount === 0 && element.textContent === text) element.textContent = '';
  }
  return new XMLSerializer().serializeToString(document);
}
