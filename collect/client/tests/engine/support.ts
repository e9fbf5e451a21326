/** Small forms opened by the adapter, without pages. */
import { everyNode, openRecord, type AnyNode, type InputNode, type OpenInput, type OpenRecord } from '@/engine';
import type { GroupNode, RepeatNode, SelectNode, UploadNode } from '@/engine/types';

export interface Parts {
  instance: string;
  binds?: string;
  body: string;
  secondary?: string;
  meta?: string;
}

export function xform({ instance, binds = '', body, secondary = '', meta = '' }: Parts): string {
  return `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:entities="http://www.opendatakit.org/xforms/entities">
  <h:head><h:title>แบบทดสอบ</h:title><model>
    <instance><data id="test" version="1">${instance}<meta><instanceID/>${meta}</meta></data></instance>
    ${secondary}${binds}
    <bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>
  </model></h:head>
  <h:body>${body}</h:body>
</h:html>`;
}

export function open(formXml: string, more: Partial<OpenInput> = {}): Promise<OpenRecord> {
  return openRecord({
    formXml,
    attachment: () => Promise.resolve(null),
    how: 'new',
    preload: { deviceID: 'tablet', username: 'สมใจ' },
    language: null,
    ...more,
  });
}

/** The record as it would be opened again after a kill. */
export function again(formXml: string, record: OpenRecord, more: Partial<OpenInput> = {}): Promise<OpenRecord> {
  const { xml, files } = record.snapshot();
  return open(formXml, { how: 'restore', instanceXml: xml, files, ...more });
}

type Kinds = InputNode | SelectNode | UploadNode | GroupNode | RepeatNode;

export function at<Node extends Kinds = InputNode>(record: OpenRecord, path: string): Node {
  const found = [...everyNode(record.root as AnyNode)].find((node) => node.currentState.reference === path);
  if (found === undefined) throw new Error(`There is no ${path}`);
  return found as unknown as Node;
}

export const valueAt = (record: OpenRecord, path: string): string => at(record, path).currentState.instanceValue;

export const file = (name: string, content = name, type = 'image/jpeg') => new File([content], name, { type });
