/** Opening a record in ODK's engine: new, as it was left, or one that was sent and is corrected. */
import { loadForm } from '@getodk/xforms-engine';
import type { FormInstanceConfig, InstantiableLoadFormResult, RootNode } from '@getodk/xforms-engine';
import { shallowReactive, shallowRef } from 'vue';
import { printable } from './answers';
import { locate } from './geolocation';
import { allowImpossibleDates, allowImpossibleDatesFirst, isImpossibleDate } from './impossibleDates';
import { isLoading } from './media';
import { everyNode, relevantNodes, uploadNodes } from './walk';
import { textOf, withDeprecatedId, withoutAnswer, withoutUnknownTexts } from './xml';
import type { AnyNode, Finding, Finished, OpenInput, OpenRecord, Snapshot, UploadNode } from './types';

/** The form or record cannot be opened; `message` is the engine's own reason, in English. */
export class OpenError extends Error {
  override name = 'OpenError';
}

const MOST_TURNS = 1000;
const KINDS: Record<string, string> = { csv: 'text/csv', xml: 'application/xml', geojson: 'application/geo+json' };

/**
 * Opens a record. Each opening reads the form anew: the engine does not give back what a form instance held.
 *
 * @throws OpenError when the form cannot be read, a list is missing, or an expression is not known.
 */
export async function openRecord(input: OpenInput): Promise<OpenRecord> {
  const form = await load(input);
  try {
    const root = await start(form, input, config(input));
    if (input.how === 'restore') await requireSame(root, input);
    return new Open(input, root);
  } catch (error) {
    throw error instanceof OpenError ? error : new OpenError(reason(error));
  }
}

/**
 * A record that was opened again is the very one that was left: its ids are the same, and its files are there.
 *
 * @throws OpenError when the engine lost an id on the way: sent like that it would be another record.
 */
async function requireSame(root: RootNode, { instanceXml = '' }: OpenInput): Promise<void> {
  const xml = root.instanceState.instanceXML;
  for (const id of ['instanceID', 'deprecatedID']) {
    if (textOf(xml, id) !== textOf(instanceXml, id)) throw new OpenError(`The record lost its ${id}`);
  }
  // The engine hands files over a moment later; who takes a snapshot before would find none.
  for (let turn = 0; turn < MOST_TURNS && [...uploadNodes(root)].some(isLoading); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function load(input: OpenInput): Promise<InstantiableLoadFormResult> {
  const result = await loadForm(formFor(input), {
    fetchFormAttachment: async (address) => {
      const name = decodeURIComponent(String(address).split('/').at(-1) ?? '');
      const blob = await input.attachment(name);
      if (blob === null) return new Response(null, { status: 404, statusText: `${name} is missing` });
      const type = KINDS[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? (blob.type || 'application/octet-stream');
      return new Response(await blob.arrayBuffer(), { headers: { 'Content-Type': type } });
    },
  });
  if (result.status === 'failure') throw new OpenError(reason(result.error));
  return result as InstantiableLoadFormResult;
}

function formFor({ formXml, how, instanceXml = '' }: OpenInput): string {
  const form = withoutUnknownTexts(formXml);
  return how === 'restore' && textOf(instanceXml, 'deprecatedID') ? withDeprecatedId(form) : form;
}

function config(input: OpenInput): FormInstanceConfig {
  return {
    stateFactory: shallowReactive,
    // Files come with names of ours.
    instanceAttachments: { fileNameFactory: () => null },
    preloadProperties: input.preload,
    geolocationProvider: { getLocation: locate },
  };
}

async function start(form: InstantiableLoadFormResult, input: OpenInput, how: FormInstanceConfig): Promise<RootNode> {
  let root: RootNode;
  try {
    root = await instanceOf(form, input, how);
  } catch (error) {
    if (!isImpossibleDate(error)) throw error;
    await allowImpossibleDatesFirst();
    root = await instanceOf(form, input, how);
  }
  allowImpossibleDates(root);
  return root;
}

async function instanceOf(
  form: InstantiableLoadFormResult,
  input: OpenInput,
  how: FormInstanceConfig,
): Promise<RootNode> {
  if (input.how === 'new') return form.createInstance(how).root;
  if (input.instanceXml === undefined) throw new OpenError('The record is missing');
  const data = recordData(input.instanceXml, input.files ?? []);
  if (input.how === 'restore') return (await form.restoreInstance({ data }, how)).root;
  return (await form.editInstance({ inputType: 'FORM_INSTANCE_INPUT_RESOLVED', data }, how)).root;
}

type RestoreData = Parameters<InstantiableLoadFormResult['restoreInstance']>[0]['data'];

function recordData(xml: string, files: readonly File[]): RestoreData {
  const data = new FormData();
  data.append('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }));
  for (const file of files) data.append(file.name, file, file.name);
  return [data] as unknown as RestoreData;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

class Open implements OpenRecord {
  readonly generation = shallowRef(0);
  readonly busy = shallowRef(false);
  readonly #input: OpenInput;
  #root: RootNode | null;
  readonly #problems = shallowReactive(new Map<string, string>());

  constructor(input: OpenInput, root: RootNode) {
    this.#input = input;
    this.#root = root;
    if (input.language !== null) this.setLanguage(input.language);
  }

  get root(): RootNode {
    if (this.#root === null) throw new Error('The record was closed');
    return this.#root;
  }

  get instanceId(): string {
    return textOf(this.root.instanceState.instanceXML, 'instanceID');
  }

  get edits(): string | null {
    return textOf(this.root.instanceState.instanceXML, 'deprecatedID') || null;
  }

  snapshot(): Snapshot {
    return this.#asSnapshot(this.root.instanceState.instanceXML);
  }

  #asSnapshot(written: string): Snapshot {
    // Text of a list or of the sign-in may hold what no XML can, as well as text that was typed.
    const xml = printable(written);
    const files = [...uploadNodes(this.root)].map((node) => node.currentState.value).filter((file) => file !== null);
    return { xml, instanceId: textOf(xml, 'instanceID'), name: textOf(xml, 'instanceName'), files };
  }

  async finish(): Promise<Finished> {
    const own = [...this.#reported(), ...this.#filesMissing()];
    const payload = await this.root.prepareInstancePayload({ payloadType: 'monolithic' });
    if (own.length === 0 && payload.status === 'ready') {
      // Its XML has the time of the end; its files lack those of a record that was opened again.
      return { ok: true, snapshot: this.#asSnapshot(await payload.data[0].get('xml_submission_file').text()) };
    }
    const told = new Set(own.map((item) => item.nodeId));
    const broken = (payload.violations ?? []).map(({ nodeId, reference, violation }): Finding => ({
      nodeId,
      reference,
      condition: violation.condition,
      message: violation.message?.asString ?? '',
    }));
    return { ok: false, findings: this.#inOrder([...own, ...broken.filter((item) => !told.has(item.nodeId))]) };
  }

  /** As the questions stand in the form, so that the first one is the first on the way. */
  #inOrder(findings: Finding[]): Finding[] {
    const places = new Map([...everyNode(this.root)].map((node, place) => [node.nodeId as string, place]));
    return findings.sort((a, b) => (places.get(a.nodeId) ?? 0) - (places.get(b.nodeId) ?? 0));
  }

  *#reported(): Generator<Finding> {
    for (const node of relevantNodes(this.root)) {
      const message = this.#problems.get(node.nodeId);
      if (message === undefined) continue;
      yield { nodeId: node.nodeId, reference: node.currentState.reference, condition: 'answer', message };
    }
  }

  *#filesMissing(): Generator<Finding> {
    for (const node of uploadNodes(this.root)) {
      const { instanceValue, value, reference } = node.currentState;
      if (instanceValue !== '' && value?.name !== instanceValue) {
        yield { nodeId: node.nodeId, reference, condition: 'file', message: '' };
      }
    }
  }

  async takeOut(node: UploadNode): Promise<void> {
    const { instanceValue, reference, value } = node.currentState;
    node.setValue(null);
    if (node.currentState.instanceValue === '' || instanceValue === '') return;
    // The engine keeps the name of a file that was there when the record was opened, so the record is opened without it.
    this.busy.value = true;
    try {
      await this.#reopenWithout(reference, instanceValue);
    } catch (error) {
      // The record is as it was, and names the file again.
      node.setValue(value);
      throw error;
    } finally {
      this.busy.value = false;
    }
  }

  async #reopenWithout(reference: string, fileName: string): Promise<void> {
    const localName = (reference.split('/').at(-1) ?? '').replace(/\[\d+\]$/, '').replace(/^.*:/, '');
    const form = await load({ ...this.#input, how: 'restore', instanceXml: this.root.instanceState.instanceXML });
    // Only now, since loading takes a while in which answers may still be given.
    const { xml, files } = this.snapshot();
    const { language } = this.root.currentState.activeLanguage;
    const again: OpenInput = {
      ...this.#input,
      how: 'restore',
      instanceXml: withoutAnswer(xml, localName, fileName),
      files: files.filter((file) => file.name !== fileName),
    };
    const told = this.#problemsByReference();
    this.#root = await start(form, again, config(again));
    for (const node of everyNode(this.root)) {
      const sentence = told.get(node.currentState.reference);
      if (sentence !== undefined) this.#problems.set(node.nodeId, sentence);
    }
    this.setLanguage(language);
    this.generation.value += 1;
  }

  /** What could not be taken, by question: nodes are called otherwise after the record was opened anew. */
  #problemsByReference(): Map<string, string> {
    const told = new Map<string, string>();
    for (const node of everyNode(this.root)) {
      const sentence = this.#problems.get(node.nodeId);
      if (sentence !== undefined) told.set(node.currentState.reference, sentence);
    }
    return told;
  }

  reportProblem(nodeId: string, sentence: string | null): void {
    if (sentence === null) this.#problems.delete(nodeId);
    else this.#problems.set(nodeId, sentence);
  }

  problemOf(nodeId: string): string | null {
    return this.#problems.get(nodeId) ?? null;
  }

  nodeById(nodeId: string): AnyNode | null {
    for (const node of everyNode(this.root)) if (node.nodeId === nodeId) return node;
    return null;
  }

  languages(): string[] {
    return this.root.languages.filter((item) => !item.isSyntheticDefault).map((item) => item.language);
  }

  setLanguage(language: string): void {
    const found = this.root.languages.find((item) => item.language === language);
    if (found !== undefined && !found.isSyntheticDefault) this.root.setLanguage(found);
  }

  close(): void {
    this.#root = null;
    this.#problems.clear();
  }
}
