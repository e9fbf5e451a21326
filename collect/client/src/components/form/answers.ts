/** An answer as people read it, in the language of the form and the era of the reader. */
import { eraOf, inWords, type Grain } from '@/components/dates/calendar';
import { momentOf, timeOf } from '@/components/dates/clock';
import { placeOf, showPlace } from '@/components/place/coordinates';
import type { AnyNode, QuestionNode, RankNode, SelectNode } from '@/engine/types';
import { language, t } from '@/locales';
import { plainText } from './formatted';
import { childrenOf, hasAppearance, isQuestion, isRepeat } from './nodes';
import { withoutEmptyDecimals, withSeparators } from './numbers';

/** Empty when there is no answer. */
export function answerText(node: QuestionNode): string {
  const stored = node.currentState.instanceValue;
  if (stored === '') return '';
  switch (node.nodeType) {
    case 'select':
      return chosen(node).join(', ');
    case 'rank':
      return chosen(node)
        .map((label, at) => `${at + 1}. ${label}`)
        .join(' ');
    case 'trigger':
      return t('fill.confirmed');
    default:
      return readable(node, stored);
  }
}

function chosen(node: SelectNode | RankNode): string[] {
  return node.currentState.value.map((value) => {
    const option = node.currentState.valueOptions.find((one) => one.value === value);
    return plainText(option?.label) || value;
  });
}

function grainOf(node: QuestionNode): Grain {
  if (hasAppearance(node, 'year')) return 'year';
  return hasAppearance(node, 'month-year') ? 'month' : 'day';
}

function readable(node: QuestionNode, stored: string): string {
  const era = eraOf(language.value);
  switch (node.valueType) {
    case 'date':
      return inWords(stored, era, grainOf(node)) || stored;
    case 'time':
      return t('fill.clock', { time: timeOf(stored) });
    case 'dateTime': {
      const { date, time } = momentOf(stored);
      return date ? `${inWords(date, era, 'day')} ${t('fill.clock', { time })}` : stored;
    }
    case 'geopoint': {
      const place = placeOf(stored);
      if (!place) return stored;
      const exact = place.accuracy ? ` ${t('fill.within', { metres: Math.round(place.accuracy) })}` : '';
      return showPlace(place) + exact;
    }
    case 'decimal':
      return withSeparators(withoutEmptyDecimals(stored));
    case 'int':
      // Years and codes are whole numbers too: only the form knows which are amounts.
      return hasAppearance(node, 'thousands-sep') ? withSeparators(stored) : stored;
    default:
      return stored;
  }
}

/** What tells a row from its neighbours: its first two answers, files and nested rows left out. */
export function rowTitle(row: AnyNode): string {
  const answers: string[] = [];
  const visit = (node: AnyNode) => {
    if (answers.length === 2 || !node.currentState.relevant || isRepeat(node)) return;
    if (!isQuestion(node)) return childrenOf(node).forEach(visit);
    const text = node.nodeType === 'note' || node.nodeType === 'upload' ? '' : answerText(node);
    if (text) answers.push(text);
  };
  visit(row);
  return answers.join(' · ');
}
