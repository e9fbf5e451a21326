/* eslint-disable vue/one-component-per-file -- the pages around what is tested */
/** Small real forms, opened by the engine and mounted as the tablet shows them. */
import { mount, type VueWrapper } from '@vue/test-utils';
import { defineComponent, h, nextTick, provide, ref, shallowReactive, shallowRef } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { FILL, type Fill } from '@/components/form/context';
import { hintsIn } from '@/components/form/hints';
import NodeList from '@/components/form/NodeList.vue';
import { openRecord } from '@/engine';
import type { AnyNode, InputNode, OpenRecord, QuestionNode } from '@/engine/types';
import type { FormRow, RecordRow } from '@/store/types';
import FillForm from '@/views/fill/FillForm.vue';
import type { Filling } from '@/views/fill/opening';

interface Parts {
  instance: string;
  binds?: string;
  body: string;
  bodyClass?: string;
  itext?: string;
  secondary?: string;
}

/** An XForm of the parts that matter to a test. */
export function xform({ instance, binds = '', body, bodyClass = '', itext = '', secondary = '' }: Parts): string {
  return `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
  <h:head><h:title>แบบทดสอบ</h:title><model>${itext && `<itext>${itext}</itext>`}
    <instance><data id="test" version="1">${instance}<meta><instanceID/><instanceName/></meta></data></instance>${secondary}
    ${binds}
    <bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>
  </model></h:head>
  <h:body${bodyClass && ` class="${bodyClass}"`}>${body}</h:body>
</h:html>`;
}

/** `count` text questions named `<prefix>1` and so on, as elements of the instance and of the body. */
export function questions(prefix: string, count: number, path = '/data') {
  const names = Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`);
  return {
    instance: names.map((name) => `<${name}/>`).join(''),
    binds: names.map((name) => `<bind nodeset="${path}/${name}" type="string"/>`).join(''),
    body: names.map((name) => `<input ref="${path}/${name}"><label>ข้อ ${name}</label></input>`).join(''),
  };
}

export function open(formXml: string, how: { instanceXml?: string } = {}): Promise<OpenRecord> {
  return openRecord({
    formXml,
    attachment: () => Promise.resolve(null),
    how: how.instanceXml ? 'restore' : 'new',
    ...how,
    preload: { deviceID: 'test', username: 'สมใจ' },
    language: null,
  });
}

export function find<N extends AnyNode = QuestionNode>(record: OpenRecord, reference: string): N {
  const among = (node: AnyNode): AnyNode | undefined => {
    if (node.currentState.reference === reference && !node.nodeType.startsWith('repeat-range')) return node;
    for (const child of (node.currentState.children ?? []) as AnyNode[]) {
      const found = among(child);
      if (found) return found;
    }
    return undefined;
  };
  const node = among(record.root);
  if (!node) throw new Error(`no ${reference}`);
  return node as N;
}

export const type = (record: OpenRecord, reference: string, text: string) =>
  find<InputNode>(record, reference).setValue(text);

export function fillOf(record: OpenRecord, formXml = ''): Fill {
  return {
    instanceId: record.instanceId,
    record,
    attachment: () => Promise.resolve(null),
    hints: hintsIn(formXml),
    touched: shallowReactive(new Set<string>()),
    checkAll: ref(false),
    target: shallowRef<string | null>(null),
    announce: () => undefined,
  };
}

/** The nodes of a form below each other, without a page around them. */
export async function mountNodes(
  record: OpenRecord,
  formXml = '',
  files: Record<string, Blob> = {},
): Promise<{ wrapper: VueWrapper; fill: Fill }> {
  const fill: Fill = { ...fillOf(record, formXml), attachment: (name) => Promise.resolve(files[name] ?? null) };
  const Page = defineComponent({
    setup() {
      provide(FILL, fill);
      return () => h('main', h(NodeList, { nodes: record.root.currentState.children as AnyNode[], level: 2 }));
    },
  });
  const wrapper = mount(Page, { attachTo: document.body });
  await settle();
  return { wrapper, fill };
}

/** Controls that are loaded when they are needed first. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await nextTick();
    await Promise.resolve();
  }
}

/** The first button or link with this text, wherever it is. */
export const withText = (text: string) =>
  [...document.querySelectorAll<HTMLElement>('button, a')].find((one) => one.textContent?.includes(text));

export async function press(text: string): Promise<void> {
  const button = withText(text);
  if (!button) throw new Error(`no button ${text}`);
  button.click();
  await settle();
}

export function rowFor(record: OpenRecord, changes: Partial<RecordRow> = {}): RecordRow {
  return {
    instanceId: record.instanceId,
    profileId: 'p1',
    workspaceId: 1,
    xmlFormId: 'test',
    version: '1',
    formTitle: 'แบบทดสอบ',
    name: '',
    state: 'draft',
    xml: '',
    fileNames: [],
    language: null,
    page: 0,
    edits: null,
    createdAt: 0,
    changedAt: 0,
    finishedAt: null,
    attempts: 0,
    nextTryAt: 0,
    trouble: null,
    receipt: null,
    verdict: null,
    ...changes,
  };
}

export function formRow(xml: string): FormRow {
  const row = { profileId: 'p1', xmlFormId: 'test', version: '1', title: 'แบบทดสอบ', hash: '', files: [] };
  return { ...row, xml, current: true, fetchedAt: 0 };
}

/** A whole open form with its bars, and a router that follows. */
export async function mountForm(record: OpenRecord, xml: string, changes: Partial<RecordRow> = {}) {
  const row = rowFor(record, changes);
  const kept: { xml: string; page: number; language: string | null }[] = [];
  const filling: Filling = {
    row,
    form: formRow(xml),
    record,
    editable: row.state === 'draft',
    attachment: () => Promise.resolve(null),
    keep(snapshot, place) {
      kept.push({ xml: snapshot.xml, ...place });
      return Promise.resolve();
    },
    close: () => record.close(),
  };
  return { ...(await mountFilling(filling)), kept, filling };
}

/** The same of a record that was opened from the store. */
export async function mountFilling(filling: Filling) {
  const Empty = defineComponent({ render: () => null });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['/', '/fill/:instanceId', '/review/:instanceId'].map((path) => ({ path, component: Empty })),
  });
  await router.push(`/fill/${encodeURIComponent(filling.row.instanceId)}`);
  const review = ref(false);
  router.afterEach((to) => {
    review.value = to.path.startsWith('/review');
  });
  const Shell = defineComponent({ render: () => h(FillForm, { filling, review: review.value }) });
  const wrapper = mount(Shell, { attachTo: document.body, global: { plugins: [router] } });
  await settle();
  return { wrapper, router };
}
