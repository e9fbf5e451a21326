/** Forms of one kind of question each, shown as the tablet shows them. */
import axe from 'axe-core';
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach } from 'vitest';
import { defineComponent, h, provide, ref, shallowReactive, shallowRef } from 'vue';
import { FILL, type Fill } from '@/components/form/context';
import { hintsIn } from '@/components/form/hints';
import NodeList from '@/components/form/NodeList.vue';
import { openRecord } from '@/engine';
import type { AnyNode, InputNode, OpenRecord } from '@/engine/types';

const pages: { unmount(): void }[] = [];
afterEach(() => {
  for (const page of pages.splice(0)) page.unmount();
});

export interface Question {
  type?: string;
  bind?: string;
  control: string;
  value?: string;
}

/** A form of the questions `q1`, `q2` … */
export function formOf(...questions: Question[]): string {
  const name = (at: number) => `q${at + 1}`;
  return xform({
    instance: questions.map(({ value = '' }, at) => `<${name(at)}>${value}</${name(at)}>`).join(''),
    binds: questions
      .map(({ type = 'string', bind = '' }, at) => `<bind nodeset="/data/${name(at)}" type="${type}" ${bind}/>`)
      .join(''),
    body: questions.map(({ control }, at) => control.replace('REF', `ref="/data/${name(at)}"`)).join(''),
  });
}

export function xform(parts: { instance: string; binds: string; body: string; secondary?: string }): string {
  return `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
  <h:head><h:title>แบบทดสอบ</h:title><model>
    <instance><data id="test" version="1">${parts.instance}<meta><instanceID/></meta></data></instance>
    ${parts.secondary ?? ''}${parts.binds}
    <bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>
  </model></h:head>
  <h:body>${parts.body}</h:body>
</h:html>`;
}

/** The question of a name; `Node` says which kind the test knows it to be. */
export function find<Node extends AnyNode = InputNode>(record: OpenRecord, name: string): Node {
  const children = record.root.currentState.children as readonly AnyNode[];
  return children.find((node) => node.currentState.reference === `/data/${name}`) as Node;
}

/** The questions of an open record below each other, as a page of the tablet has them. */
export async function page(record: OpenRecord, formXml: string) {
  const fill: Fill = {
    instanceId: record.instanceId,
    record,
    attachment: () => Promise.resolve(null),
    hints: hintsIn(formXml),
    touched: shallowReactive(new Set<string>()),
    checkAll: ref(false),
    target: shallowRef<string | null>(null),
    announce: () => undefined,
  };
  const Page = defineComponent({
    setup() {
      provide(FILL, fill);
      return () => h('main', h(NodeList, { nodes: record.root.currentState.children as AnyNode[], level: 2 }));
    },
  });
  const wrapper = mount(Page, { attachTo: document.body });
  pages.push(wrapper);
  await flushPromises();
  return wrapper;
}

export async function show(formXml: string) {
  const record = await openRecord({
    formXml,
    attachment: () => Promise.resolve(null),
    how: 'new',
    preload: { deviceID: 'test', username: 'สมใจ' },
    language: null,
  });
  const value = (name = 'q1') => find(record, name).currentState.instanceValue;
  return { record, page: await page(record, formXml), value };
}

export const input = (label: string, more = '', tag = 'input') =>
  `<${tag} REF ${more}><label>${label}</label></${tag}>`;

export function choices(count: number, label = (n: number) => `ตัวเลือกที่ ${n}`): string {
  return Array.from(
    { length: count },
    (_, at) => `<item><label>${label(at + 1)}</label><value>v${at + 1}</value></item>`,
  ).join('');
}

export const select = (count: number, appearance = '', tag = 'select1', label?: (n: number) => string) =>
  `<${tag} REF appearance="${appearance}"><label>เลือกสถานศึกษา</label>${choices(count, label)}</${tag}>`;

export const range = (appearance = '', bounds = 'start="0" end="10" step="1"') =>
  `<range REF appearance="${appearance}" ${bounds}><label>คะแนน</label></range>`;

/** What axe finds wrong; colours need a browser that paints. */
export async function faults(element: Element): Promise<string[]> {
  const off = { enabled: false };
  const { violations } = await axe.run(element, {
    rules: { 'color-contrast': off, region: off, 'heading-order': off },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
