/** Which component answers which question. An appearance nobody knows changes nothing. */
import { defineAsyncComponent, type Component } from 'vue';
import { hasAppearance } from '@/components/form/nodes';
import type { InputNode, QuestionNode, SelectNode, UploadNode } from '@/engine/types';
import LikertQuestion from './LikertQuestion.vue';
import NoteQuestion from './NoteQuestion.vue';
import NumberQuestion from './NumberQuestion.vue';
import RangeQuestion from './RangeQuestion.vue';
import RankQuestion from './RankQuestion.vue';
import RatingQuestion from './RatingQuestion.vue';
import SelectManyQuestion from './SelectManyQuestion.vue';
import SelectMinimalQuestion from './SelectMinimalQuestion.vue';
import SelectOneQuestion from './SelectOneQuestion.vue';
import TextQuestion from './TextQuestion.vue';
import TriggerQuestion from './TriggerQuestion.vue';

const BarcodeQuestion = defineAsyncComponent(() => import('./BarcodeQuestion.vue'));
const DateQuestion = defineAsyncComponent(() => import('./DateQuestion.vue'));
const TimeQuestion = defineAsyncComponent(() => import('./TimeQuestion.vue'));
const DateTimeQuestion = defineAsyncComponent(() => import('./DateTimeQuestion.vue'));
const GeopointQuestion = defineAsyncComponent(() => import('./GeopointQuestion.vue'));
const ImageQuestion = defineAsyncComponent(() => import('./ImageQuestion.vue'));
const SignatureQuestion = defineAsyncComponent(() => import('./SignatureQuestion.vue'));
const AudioQuestion = defineAsyncComponent(() => import('./AudioQuestion.vue'));
const VideoQuestion = defineAsyncComponent(() => import('./VideoQuestion.vue'));
const FileQuestion = defineAsyncComponent(() => import('./FileQuestion.vue'));

const INPUTS: Partial<Record<InputNode['valueType'], Component>> = {
  int: NumberQuestion,
  decimal: NumberQuestion,
  date: DateQuestion,
  time: TimeQuestion,
  dateTime: DateTimeQuestion,
  geopoint: GeopointQuestion,
  geotrace: GeopointQuestion,
  geoshape: GeopointQuestion,
  barcode: BarcodeQuestion,
};

export function widgetFor(node: QuestionNode): Component {
  switch (node.nodeType) {
    case 'note':
      return NoteQuestion;
    case 'trigger':
      return TriggerQuestion;
    case 'rank':
      return RankQuestion;
    case 'range':
      return hasAppearance(node, 'rating') ? RatingQuestion : RangeQuestion;
    case 'select':
      return forSelect(node);
    case 'upload':
      return forUpload(node);
    default:
      return INPUTS[node.valueType] ?? TextQuestion;
  }
}

function forSelect(node: SelectNode): Component {
  if (hasAppearance(node, 'minimal', 'autocomplete', 'search')) return SelectMinimalQuestion;
  if (node.selectType !== 'select1') return SelectManyQuestion;
  return hasAppearance(node, 'likert') ? LikertQuestion : SelectOneQuestion;
}

function forUpload(node: UploadNode): Component {
  const kind = node.nodeOptions.media.accept.split('/')[0];
  if (kind === 'image') {
    return hasAppearance(node, 'signature', 'draw', 'annotate') ? SignatureQuestion : ImageQuestion;
  }
  if (kind === 'audio') return AudioQuestion;
  return kind === 'video' ? VideoQuestion : FileQuestion;
}
