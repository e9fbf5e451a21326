import { createApp, h, nextTick, reactive, type Component } from 'vue';
import type { OpenRecord } from '@/engine/types';
import { setLanguage, type Language } from '@/locales';
import AudioQuestion from '@/components/questions/AudioQuestion.vue';
import DateQuestion from '@/components/questions/DateQuestion.vue';
import DateTimeQuestion from '@/components/questions/DateTimeQuestion.vue';
import FileQuestion from '@/components/questions/FileQuestion.vue';
import GeopointQuestion from '@/components/questions/GeopointQuestion.vue';
import ImageQuestion from '@/components/questions/ImageQuestion.vue';
import SignatureQuestion from '@/components/questions/SignatureQuestion.vue';
import TimeQuestion from '@/components/questions/TimeQuestion.vue';
import VideoQuestion from '@/components/questions/VideoQuestion.vue';
import '@/styles/base.css';
import { makeNode, type Wanted } from './engine';
import { rows } from './files';
import { free, full, log } from './log';

const input = (name: string, valueType: string, label: string, more: Partial<Wanted> = {}): Wanted => ({
  name,
  kind: 'input',
  valueType,
  label,
  ...more,
});
const upload = (name: string, media: string, label: string, more: Partial<Wanted> = {}): Wanted => ({
  name,
  kind: 'upload',
  valueType: 'binary',
  media,
  label,
  ...more,
});

const QUESTIONS: [Component, Wanted][] = [
  [DateQuestion, input('visit', 'date', 'วันที่ติดตาม', { appearances: 'buddhist' })],
  [DateQuestion, input('month', 'date', 'เดือนที่รายงาน', { appearances: 'month-year' })],
  [DateQuestion, input('year', 'date', 'ปีที่เริ่มโครงการ', { appearances: 'year' })],
  [DateQuestion, input('fixed', 'date', 'วันที่ในคำสั่ง', { value: '2026-11-15', readonly: true })],
  [TimeQuestion, input('begin', 'time', 'เวลาเริ่ม')],
  [DateTimeQuestion, input('meeting', 'dateTime', 'วันและเวลาประชุม')],
  [GeopointQuestion, input('place', 'geopoint', 'พิกัดจุดติดตาม')],
  [
    GeopointQuestion,
    input('strict', 'geopoint', 'พิกัดแปลงสาธิต', {
      appearances: 'placement-map',
      nodeOptions: { accuracyThreshold: 5, unacceptableAccuracyThreshold: 20 },
    }),
  ],
  [GeopointQuestion, input('line', 'geotrace', 'แนวรั้วโรงเรียน', { value: '10.5 99.1 0 0; 10.6 99.2 0 0' })],
  [ImageQuestion, upload('photo', 'image/*', 'ภาพถ่ายกิจกรรม', { maxPixels: 1600 })],
  [ImageQuestion, upload('second', 'image/*', 'ภาพหลักฐาน', { appearances: 'new' })],
  [SignatureQuestion, upload('signature', 'image/*', 'ลายมือชื่อผู้แทนสถานศึกษา', { appearances: 'signature' })],
  [SignatureQuestion, upload('drawing', 'image/*', 'ผังห้องเรียน', { appearances: 'draw' })],
  [AudioQuestion, upload('sound', 'audio/*', 'บันทึกเสียงสัมภาษณ์')],
  [VideoQuestion, upload('film', 'video/*', 'วิดีโอกิจกรรม')],
  [FileQuestion, upload('report', '*', 'ไฟล์รายงาน')],
];

const problems = reactive(new Map<string, string>());
const shown = reactive(new Set(QUESTIONS.map(([, wanted]) => wanted.name)));
const record = {
  instanceId: 'uuid:test',
  reportProblem(nodeId: string, sentence: string | null) {
    if (sentence) problems.set(nodeId, sentence);
    else problems.delete(nodeId);
  },
  problemOf: (nodeId: string) => problems.get(nodeId) ?? null,
} as unknown as OpenRecord;

const nodes = new Map(QUESTIONS.map(([, wanted]) => [wanted.name, makeNode(wanted)]));

function question(widget: Component, wanted: Wanted) {
  const { name } = wanted;
  const problem = problems.get(name);
  const props = { node: nodes.get(name), record, inputId: `${name}-input`, labelId: `${name}-label` };
  return h('section', { id: name, key: name, class: 'question' }, [
    h('label', { id: props.labelId, for: props.inputId, class: 'label' }, wanted.label),
    h(widget, { ...props, describedBy: problem ? `${name}-error` : '' }),
    problem ? h('p', { id: `${name}-error`, class: 'error', role: 'alert' }, problem) : null,
  ]);
}

const all = () =>
  QUESTIONS.filter(([, wanted]) => shown.has(wanted.name)).map(([widget, wanted]) => question(widget, wanted));
createApp(() => h('main', { class: 'page stack' }, [h('h1', 'Widgets'), ...all()])).mount('#app');

async function hide(name: string) {
  shown.delete(name);
  await nextTick();
}
async function show(name: string) {
  shown.add(name);
  await nextTick();
}
const widgets = {
  log,
  rows,
  problems,
  hide,
  show,
  language: (language: Language) => setLanguage(language),
  setFree: (bytes: number | null) => (free.value = bytes),
  setFull: (is: boolean) => (full.value = is),
  lock: (name: string, loading: boolean) => {
    nodes.get(name)!.currentState.attachmentState = { loading };
  },
  put: (name: string, value: string) => {
    nodes.get(name)!.currentState.instanceValue = value;
  },
  value: (name: string) => nodes.get(name)!.currentState.instanceValue,
};
declare global {
  interface Window {
    widgets: typeof widgets;
  }
}
window.widgets = widgets;
