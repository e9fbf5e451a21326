/** Giving answers. The engine turns what it cannot read into blank without a word, so each text is looked at before. */
import type { InputNode, RangeNode, RankNode, SelectNode, TriggerNode } from './types';

export type NumberCheck = 'ok' | 'not_a_number' | 'too_large' | 'not_whole';

export interface Point {
  latitude: number;
  longitude: number;
  altitude: number | null;
  accuracy: number | null;
}

/** The engine keeps whole numbers in 32 bits. */
const GREATEST_WHOLE = 2_147_483_647;
/** Above this a decimal loses its last places. */
const MOST_DIGITS = 15;

type Taker = { setValue(value: unknown): unknown };
const put = (node: InputNode | RangeNode, value: unknown): void => void (node as unknown as Taker).setValue(value);

/** Digits of Thai and of full width as those that programs read. */
export function plainDigits(text: string): string {
  return text
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50))
    .replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
}

/** Text without the characters that no XML can hold. */
export function printable(text: string): string {
  // XML knows one kind of line end, so another would be changed when the record is opened again.
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/\p{Surrogate}/gu, '');
}

export function setText(node: InputNode, text: string): void {
  put(node, printable(text));
}

/** Takes a number as people type it; whatever is none leaves the answer as it was. */
export function setNumber(node: InputNode, text: string): NumberCheck {
  const given = withoutGroups(plainDigits(text).replace(/\s/g, ''));
  if (given === '') {
    put(node, '');
    return 'ok';
  }
  const whole = node.valueType === 'int';
  const check = checkNumber(given, whole);
  if (check === 'ok') put(node, whole ? String(Number(given)) : given);
  return check;
}

/** Commas are taken between groups of thousands only: `1,5` is nobody's 15. */
function withoutGroups(text: string): string {
  return /^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text;
}

function checkNumber(given: string, whole: boolean): NumberCheck {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(given)) return 'not_a_number';
  if (whole && !/^[-+]?\d+(\.0*)?$/.test(given)) return 'not_whole';
  if (whole && Math.abs(Number(given)) > GREATEST_WHOLE) return 'too_large';
  return given.replace(/\D/g, '').replace(/^0+/, '').length > MOST_DIGITS ? 'too_large' : 'ok';
}

/** A day as `YYYY-MM-DD`, or blank. */
export function setDate(node: InputNode, day: string): void {
  put(node, day);
}

/** A time of day as `HH:MM`, or blank; the engine wants seconds and a zone. */
export function setTime(node: InputNode, time: string): void {
  put(node, time === '' ? '' : `${time}:00.000${zoneOf(new Date())}`);
}

/** `YYYY-MM-DDTHH:MM` by the tablet's clock, or blank. */
export function setDateTime(node: InputNode, moment: string): void {
  put(node, moment === '' ? '' : `${moment}:00.000${zoneOf(new Date(moment))}`);
}

function zoneOf(moment: Date): string {
  const minutes = -moment.getTimezoneOffset();
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

export function setPoint(node: InputNode, point: Point | null): void {
  put(node, point === null ? '' : pointText(point));
}

/** Latitude, longitude, altitude and accuracy in metres, as ODK writes a place. */
export function pointText({ latitude, longitude, altitude, accuracy }: Point): string {
  return [latitude, longitude, altitude ?? 0, accuracy ?? 0].join(' ');
}

export function select(node: SelectNode, values: string[]): void {
  node.selectValues(values);
}

export function setRank(node: RankNode, values: string[]): void {
  node.setValues(values);
}

export function setRange(node: RangeNode, value: number | null): void {
  put(node, value === null ? '' : String(value));
}

export function setTrigger(node: TriggerNode, taken: boolean): void {
  node.setValue(taken);
}
