/** Widgets on ODK's engine and the tablet's database: what is chosen, what the XML names, and what is kept stay one. */
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defineComponent } from 'vue';
import AudioQuestion from '@/components/questions/AudioQuestion.vue';
import DateQuestion from '@/components/questions/DateQuestion.vue';
import DateTimeQuestion from '@/components/questions/DateTimeQuestion.vue';
import FileQuestion from '@/components/questions/FileQuestion.vue';
import GeopointQuestion from '@/components/questions/GeopointQuestion.vue';
import ImageQuestion from '@/components/questions/ImageQuestion.vue';
import SignatureQuestion from '@/components/questions/SignatureQuestion.vue';
import TimeQuestion from '@/components/questions/TimeQuestion.vue';
import VideoQuestion from '@/components/questions/VideoQuestion.vue';
import { filesSettled } from '@/components/media/pending';
import {
  everyNode,
  isLoading,
  openRecord,
  type AnyNode,
  type InputNode,
  type OpenRecord,
  type UploadNode,
} from '@/engine';
import { file, filesOf } from '@/store/files';
import { until } from '../until';

const FORM = `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>Visit</h:title><model>
    <instance><data id="visit" version="1"><first/><second/><pic/><day/><clock/><moment/><place/>
      <meta><instanceID/></meta></data></instance>
    <bind nodeset="/data/first" type="binary" required="true()"/><bind nodeset="/data/second" type="binary"/>
    <bind nodeset="/data/pic" type="binary"/>
    <bind nodeset="/data/day" type="date"/><bind nodeset="/data/clock" type="time"/>
    <bind nodeset="/data/moment" type="dateTime"/><bind nodeset="/data/place" type="geopoint"/>
    <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
  </model></h:head>
  <h:body>
    <upload ref="/data/first" mediatype="application/*"><label>First</label></upload>
    <upload ref="/data/second" mediatype="application/*"><label>Second</label></upload>
    <upload ref="/data/pic" mediatype="image/*"><label>Picture</label></upload>
    <input ref="/data/day"><label>Day</label></input><input ref="/data/clock"><label>Clock</label></input>
    <input ref="/data/moment"><label>Moment</label></input><input ref="/data/place"><label>Place</label></input>
  </h:body>
</h:html>`;

const open = (more: Partial<Parameters<typeof openRecord>[0]> = {}) =>
  openRecord({
    formXml: FORM,
    attachment: async () => null,
    how: 'new',
    preload: { deviceID: 'tablet', username: 'somchai' },
    language: null,
    ...more,
  });

function nodeOf<Node extends AnyNode>(record: OpenRecord, name: string): Node {
  const found = [...everyNode(record.root as AnyNode)].find((node) => node.currentState.reference === `/data/${name}`);
  return found as Node;
}

function widget<Node extends AnyNode>(component: typeof FileQuestion, record: OpenRecord, name: string) {
  const node = nodeOf<Node>(record, name) as unknown as UploadNode;
  const props = { node, record, inputId: name, labelId: `${name}-label`, describedBy: '' };
  return mount(component, { props, attachTo: document.body });
}

async function choose(wrapper: ReturnType<typeof widget>, chosen: File): Promise<void> {
  const field = wrapper.find('input[type=file]');
  Object.defineProperty(field.element, 'files', { value: [chosen], configurable: true });
  await field.trigger('change');
  await until(() => expect(wrapper.text()).not.toContain('กำลังเก็บ'));
  await filesSettled();
}

const answer = (record: OpenRecord, name: string) =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(record.snapshot().xml)?.[1] ?? '';

URL.createObjectURL ??= () => 'blob:nothing';
URL.revokeObjectURL ??= () => undefined;

let record: OpenRecord;
beforeEach(async () => {
  record = await open();
});

describe('files', () => {
  test('of the same name in two questions are two files in the XML and on the tablet', async () => {
    const image = (content: string) => new File([content], 'image.jpg', { type: 'image/jpeg' });
    await choose(widget(FileQuestion, record, 'first'), image('one'));
    await choose(widget(FileQuestion, record, 'second'), image('two'));
    const { files } = record.snapshot();
    const named = [answer(record, 'first'), answer(record, 'second')];
    expect(new Set(named).size).toBe(2);
    expect(files.map((kept) => kept.name).sort()).toEqual([...named].sort());
    expect((await filesOf(record.instanceId)).map((row) => row.name).sort()).toEqual([...named].sort());
    expect(files.map((kept) => kept.size)).toEqual([3, 3]);
    const hashes = (await filesOf(record.instanceId)).map((row) => row.sha256);
    expect(new Set(hashes).size).toBe(2);
  });

  test('that are replaced leave neither a name in the XML nor bytes on the tablet', async () => {
    const wrapper = widget(FileQuestion, record, 'first');
    await choose(wrapper, new File(['one'], 'a.pdf'));
    const before = answer(record, 'first');
    await choose(wrapper, new File(['two'], 'a.pdf'));
    expect(answer(record, 'first')).not.toBe(before);
    expect((await filesOf(record.instanceId)).map((row) => row.name)).toEqual([answer(record, 'first')]);
  });

  test('of a draft that was opened again can be removed: the name goes and "required" comes back', async () => {
    await choose(widget(FileQuestion, record, 'first'), new File(['one'], 'a.pdf', { type: 'application/pdf' }));
    const { xml, files } = record.snapshot();
    const again = await open({ how: 'restore', instanceXml: xml, files });
    await until(() => expect(isLoading(nodeOf<UploadNode>(again, 'first'))).toBe(false));
    const wrapper = widget(FileQuestion, again, 'first');
    await wrapper.findAll('button').at(-1)!.trigger('click');
    await wrapper.find('.button-danger').trigger('click');
    await until(() => expect(answer(again, 'first')).toBe(''));
    await filesSettled();
    expect(again.generation.value).toBe(1);
    expect(nodeOf<UploadNode>(again, 'first').validationState.violation?.condition).toBe('required');
    expect(await filesOf(again.instanceId)).toEqual([]);
  });

  test('that no browser can show are kept as they came', async () => {
    await choose(
      widget(ImageQuestion, record, 'pic'),
      new File(['\0\0\0\x18ftypheic…'], 'IMG.HEIC', { type: 'image/heic' }),
    );
    const row = await file(record.instanceId, answer(record, 'pic'));
    expect(row?.taken?.note).toBe('heic');
    expect(row?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

test.each(['pointerdown', 'visibilitychange'])('strokes count as being kept from the %s on', async (event) => {
  const picture = Promise.withResolvers<Blob>();
  const Sheet = defineComponent({
    emits: ['drawn'],
    setup: (_, { expose }) => (expose({ picture: () => picture.promise }), () => null),
  });
  const node = nodeOf<UploadNode>(record, 'pic');
  const props = { node, record, inputId: 'pic', labelId: 'pic-label', describedBy: '' };
  const wrapper = mount(SignatureQuestion, { props, global: { stubs: { SignatureCanvas: Sheet } } });
  wrapper.getComponent(Sheet).vm.$emit('drawn', 1);
  document.dispatchEvent(new Event(event));
  const settled = vi.fn();
  void filesSettled().then(settled);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(settled).not.toHaveBeenCalled();
  picture.resolve(new Blob(['strokes'], { type: 'image/png' }));
  await until(() => expect(settled).toHaveBeenCalled());
  expect(answer(record, 'pic')).toMatch(/\.png$/);
});

describe('a microphone that the browser asks about', () => {
  let asked: PromiseWithResolvers<MediaStream>;
  const microphone = { stop: vi.fn() };
  const getUserMedia = vi.fn();

  beforeEach(() => {
    asked = Promise.withResolvers();
    microphone.stop.mockReset();
    getUserMedia.mockReset().mockReturnValue(asked.promise);
    vi.stubGlobal('navigator', { ...navigator, mediaDevices: { getUserMedia } });
  });
  afterEach(() => vi.unstubAllGlobals());

  /** A browser that records, or throws what it is made with. */
  function recording(refusal?: DOMException) {
    class Recorder extends EventTarget {
      static isTypeSupported = () => true;
      start = vi.fn();
      constructor(readonly stream: MediaStream) {
        super();
        if (refusal) throw refusal;
      }
    }
    vi.stubGlobal('MediaRecorder', Recorder);
  }

  const allow = () => asked.resolve({ getTracks: () => [microphone] } as unknown as MediaStream);
  const asking = async (wrapper: ReturnType<typeof widget>) => {
    await wrapper.get('button').trigger('click');
    await until(() => expect(getUserMedia).toHaveBeenCalledOnce());
  };

  test('is switched off again when its page was left before the answer', async () => {
    recording();
    const wrapper = widget(AudioQuestion, record, 'second');
    await asking(wrapper);
    wrapper.unmount();
    expect(microphone.stop).not.toHaveBeenCalled();
    allow();
    await until(() => expect(microphone.stop).toHaveBeenCalledOnce());
    await filesSettled();
    expect(await filesOf(record.instanceId)).toEqual([]);
  });

  test('is not even asked about when its page was left before that', async () => {
    recording();
    const room = Promise.withResolvers<StorageEstimate>();
    const estimate = vi.fn(() => room.promise);
    vi.stubGlobal('navigator', { ...navigator, mediaDevices: { getUserMedia }, storage: { estimate } });
    const wrapper = widget(AudioQuestion, record, 'second');
    await wrapper.get('button').trigger('click');
    await until(() => expect(estimate).toHaveBeenCalled());
    wrapper.unmount();
    room.resolve({ usage: 0, quota: 1e12 });
    await flushPromises();
    expect(getUserMedia).not.toHaveBeenCalled();
  });

  test('is switched off again when the browser cannot record from it, and that is told', async () => {
    recording(new DOMException('no such kind', 'NotSupportedError'));
    const wrapper = widget(AudioQuestion, record, 'second');
    await asking(wrapper);
    allow();
    await until(() => expect(microphone.stop).toHaveBeenCalledOnce());
    await until(() => expect(wrapper.get('[role=alert]').text()).toContain('ไมโครโฟน'));
  });
});

test.each([
  ['FileQuestion', FileQuestion, 'first'],
  ['ImageQuestion', ImageQuestion, 'pic'],
  ['VideoQuestion', VideoQuestion, 'second'],
  ['AudioQuestion', AudioQuestion, 'second'],
])('a file with nothing in it is refused (%s)', async (_, component, name) => {
  const wrapper = widget(component as typeof FileQuestion, record, name);
  await choose(wrapper, new File([], 'empty.jpg', { type: 'image/jpeg' }));
  expect(wrapper.get('[role=alert]').text()).toContain('ไฟล์ว่างเปล่า');
  expect(answer(record, name)).toBe('');
  expect(await filesOf(record.instanceId)).toEqual([]);
});

test.each([
  ['text.jpg', 'this is no picture', true],
  ['cut-off.jpg', '\xff\xd8\xff\xe0', true],
  ['IMG.HEIC', '\0\0\0\x18ftypheic…', false],
])('a picture that cannot be read is kept with a warning, unless it is HEIC: %s', async (fileName, content, warned) => {
  const wrapper = widget(ImageQuestion, record, 'pic');
  const bytes = Uint8Array.from(content, (letter) => letter.charCodeAt(0));
  await choose(wrapper, new File([bytes], fileName, { type: 'image/jpeg' }));
  expect((await filesOf(record.instanceId)).map(({ size }) => size)).toEqual([bytes.length]);
  await until(() => expect(wrapper.text()).toContain(warned ? 'เปิดเป็นภาพไม่ได้' : 'HEIC'));
  expect(wrapper.find('.notice-warn').exists()).toBe(warned);
});

describe('answers', () => {
  const question = (component: unknown, name: string) =>
    widget<InputNode>(component as typeof FileQuestion, record, name);

  test('to a date are stored as ISO in the common era', async () => {
    const wrapper = question(DateQuestion, 'day');
    const [day, year] = wrapper.findAll('input');
    await day!.setValue('15');
    await wrapper.find('select').setValue('11');
    await year!.setValue('2570');
    expect(answer(record, 'day')).toBe('2027-11-15');
    expect(wrapper.text()).toContain('15 พฤศจิกายน 2570');
  });

  test('to a time have seconds and a zone, which the engine wants', async () => {
    const field = question(TimeQuestion, 'clock').find('input');
    await field.setValue('9.30');
    await field.trigger('blur');
    expect(answer(record, 'clock')).toMatch(/^09:30:00\.000[+-]\d\d:\d\d$/);
    expect((field.element as HTMLInputElement).value).toBe('09:30');
  });

  test('to a date with time come back as they were typed', async () => {
    const wrapper = question(DateTimeQuestion, 'moment');
    const [day, year, time] = wrapper.findAll('input');
    await day!.setValue('15');
    await wrapper.find('select').setValue('11');
    await year!.setValue('2569');
    await time!.setValue('23:45');
    expect(answer(record, 'moment')).toMatch(/^2026-11-15T23:45:00\.000/);
    wrapper.unmount();
    const again = question(DateTimeQuestion, 'moment').findAll('input');
    expect(again.map((field) => (field.element as HTMLInputElement).value)).toEqual(['15', '2569', '23:45']);
  });

  test('to a position may be typed', async () => {
    const wrapper = question(GeopointQuestion, 'place');
    await wrapper.findAll('button')[1]!.trigger('click');
    const [north, east] = wrapper.findAll('input');
    await north!.setValue('10.49312');
    await east!.setValue('99.180034');
    expect(record.problemOf(nodeOf(record, 'place').nodeId)).not.toBeNull();
    await wrapper.find('.button:not(.button-quiet)').trigger('click');
    expect(answer(record, 'place')).toMatch(/^10\.49312 99\.180034 0(\.0)? 0(\.0)?$/);
    expect(record.problemOf(nodeOf(record, 'place').nodeId)).toBeNull();
  });
});
