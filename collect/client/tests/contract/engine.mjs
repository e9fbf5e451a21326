/**
 * Fills a form with ODK's browser engine, as a person would: one answer after the other, and only what can be asked.
 *
 * In, as JSON on standard input:
 *   form         the XForm
 *   attachments  text of each list by file name: {"schools.csv": "name,label\n…"}
 *   answers      in the order they are given: a group is an object, a repeat a list of objects, an answer a text, a list
 *                of texts (select several) or a file {"file": "a.jpg", "type": "image/jpeg"}
 *   preload      deviceID, username, email, phoneNumber (optional)
 *   now          what the clock says (ISO, optional)
 * Out: the XML of the submission on standard output. Exit 1 with a sentence on standard error when an answer could not
 * be given, or, when the engine would not send the record, with its reasons.
 */
import { text } from 'node:stream/consumers';
import { JSDOM } from 'jsdom';

const input = JSON.parse(await text(process.stdin));
if (input.now) setClock(input.now);
const { window } = new JSDOM('<!doctype html>');
for (const name of Object.getOwnPropertyNames(window)) {
  if (/^[A-Z]/.test(name) && !(name in globalThis)) globalThis[name] = window[name];
}
Object.assign(globalThis, { window, document: window.document });
// Where it finds node, the engine's XPath parser reads files in a way that modules do not have; in a browser it does not.
// Node's own `fetch` asks for its version once, so it does so before.
await fetch('data:,');
Object.defineProperty(process, 'versions', { value: {} });
const { loadForm } = await import('@getodk/xforms-engine');

function setClock(now) {
  const Real = Date;
  const shift = Real.parse(now) - Real.now();
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length ? given : [Real.now() + shift]));
    }

    static now() {
      return Real.now() + shift;
    }
  };
}

async function attachment(address) {
  const name = decodeURIComponent(String(address).split('/').pop());
  const content = input.attachments?.[name];
  if (content === undefined) return new Response(null, { status: 404 });
  return new Response(content, { headers: { 'Content-Type': 'text/csv' } });
}

const nameOf = (node) =>
  node.currentState.reference
    .split('/')
    .pop()
    .replace(/\[\d+\]$/, '');

function childOf(parent, name) {
  const found = parent.currentState.children.find((node) => nameOf(node) === name);
  if (!found) throw new Error(`${parent.currentState.reference} has no ${name}`);
  if (!found.currentState.relevant) throw new Error(`${found.currentState.reference} is not asked`);
  return found;
}

function fill(parent, answers) {
  for (const [name, given] of Object.entries(answers)) {
    const node = childOf(parent, name);
    if (node.nodeType.startsWith('repeat-range')) fillRepeat(node, given);
    else if (node.nodeType === 'group') fill(node, given);
    else answer(node, given);
  }
}

function fillRepeat(range, entries) {
  const rows = () => range.currentState.children;
  while (rows().length > entries.length) range.removeInstances(rows().length - 1);
  entries.forEach((entry, number) => {
    if (number >= rows().length) range.addInstances();
    fill(rows()[number], entry);
  });
}

function answer(node, given) {
  const actions = {
    select: () => node.selectValues([given].flat().map((value) => offered(node, value))),
    upload: () => node.setValue(new File([given.file], given.file, { type: given.type })),
    trigger: () => node.setValue(true),
  };
  (actions[node.nodeType] ?? (() => node.setValue(given)))();
  const { reference, instanceValue } = node.currentState;
  if (instanceValue === '') throw new Error(`${reference} did not take ${JSON.stringify(given)}`);
}

function offered(node, value) {
  const options = node.currentState.valueOptions.map((option) => option.value);
  if (!options.includes(value)) {
    throw new Error(`${node.currentState.reference} does not offer ${value} among ${options.length} choices`);
  }
  return value;
}

async function main() {
  const loaded = await loadForm(input.form, { fetchFormAttachment: attachment });
  if (loaded.status === 'failure') throw new Error(`The form does not load: ${loaded.error.message}`);
  const config = { preloadProperties: input.preload ?? {}, instanceAttachments: { fileNameFactory: () => null } };
  const { root } = loaded.createInstance(config);
  fill(root, input.answers);
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  const reasons = (payload.violations ?? []).map(
    ({ reference, violation }) => `${reference}: ${violation.condition}: ${violation.message?.asString ?? ''}`,
  );
  if (payload.status !== 'ready') throw new Error(reasons.join('\n'));
  return payload.data[0].get('xml_submission_file').text();
}

try {
  process.stdout.write(await main());
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
