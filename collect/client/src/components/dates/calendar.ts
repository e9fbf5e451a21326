/** Dates as a person types them, in the Buddhist era for Thai readers, and as the record keeps them: ISO in the common era. */
import { BuddhistCalendar, CalendarDate, GregorianCalendar, parseDate, toCalendar } from '@internationalized/date';
import type { Language } from '@/locales';

export type Era = 'be' | 'ce';
/** How exact the answer is: a form may ask for a month or a year only. */
export type Grain = 'day' | 'month' | 'year';

/** What stands in the fields, unchecked. */
export interface Typed {
  day: string;
  month: string;
  year: string;
}

/** What was done to a year that cannot have been meant as it was typed. */
export type Turned = 'ce_typed' | 'be_typed' | 'short_year';

export type Reading =
  | { is: 'blank' }
  | { is: 'incomplete' }
  | { is: 'no_such_year' }
  | { is: 'no_such_day'; last: number; month: number; year: number }
  | { is: 'date'; iso: string; year: number; turned: Turned | null };

export const NOTHING_TYPED: Typed = { day: '', month: '', year: '' };
const BUDDHIST = new BuddhistCalendar();
const GREGORIAN = new GregorianCalendar();
const OFFSET = 543;
/** A year typed in one era that lies here is meant in that era; the other era's years of living memory lie outside. */
const LIKELY = { be: { from: 2201, to: 3000 }, ce: { from: 1500, to: 2300 } };

export const eraOf = (language: Language): Era => (language === 'th' ? 'be' : 'ce');
const calendarOf = (era: Era) => (era === 'be' ? BUDDHIST : GREGORIAN);

/** Thai digits as 0-9, and everything that is no digit left out. */
export function digitsOf(text: string): string {
  return text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50)).replace(/\D/g, '');
}

/** The year meant by a typed one: years of the other era and years of two digits are turned into `era`. */
export function meantYear(text: string, era: Era): { year: number; turned: Turned | null } | null {
  const digits = digitsOf(text);
  const typed = Number(digits);
  if (digits.length === 2) return { year: (era === 'be' ? 2500 : 2000) + typed, turned: 'short_year' };
  if (digits.length !== 4) return null;
  const other = era === 'be' ? 'ce' : 'be';
  const lies = (in_: Era) => typed >= LIKELY[in_].from && typed <= LIKELY[in_].to;
  if (lies(era)) return { year: typed, turned: null };
  if (lies(other)) return { year: era === 'be' ? typed + OFFSET : typed - OFFSET, turned: `${other}_typed` };
  return null;
}

/** Read what is typed. Nothing is rounded: 31 April and 29 February of a common year are told, never moved. */
export function readTyped(typed: Typed, era: Era, grain: Grain): Reading {
  const day = grain === 'day' ? digitsOf(typed.day) : '1';
  const month = grain === 'year' ? '1' : digitsOf(typed.month);
  const asked = [grain === 'day' && day, grain !== 'year' && month, digitsOf(typed.year)].filter(
    (part) => part !== false,
  );
  if (asked.every((part) => part === '')) return { is: 'blank' };
  if (asked.some((part) => part === '')) return { is: 'incomplete' };
  const meant = meantYear(typed.year, era);
  if (!meant) return { is: 'no_such_year' };
  const first = new CalendarDate(calendarOf(era), meant.year, Number(month), 1);
  const last = calendarOf(era).getDaysInMonth(first);
  if (Number(day) < 1 || Number(day) > last) {
    return { is: 'no_such_day', last, month: Number(month), year: meant.year };
  }
  const iso = toCalendar(first.set({ day: Number(day) }), GREGORIAN).toString();
  return { is: 'date', iso, ...meant };
}

/** The date of a stored value (a date, or the beginning of a date with time), or null. */
export function storedDate(value: string): CalendarDate | null {
  try {
    return parseDate(value.slice(0, 10));
  } catch {
    return null;
  }
}

/** The stored date in another era, as the calendar sheet wants it. */
export const inEra = (date: CalendarDate, era: Era): CalendarDate => toCalendar(date, calendarOf(era));

/** What the fields show for a stored value. */
export function typedOf(value: string, era: Era): Typed {
  const stored = storedDate(value);
  if (!stored) return { ...NOTHING_TYPED };
  const date = inEra(stored, era);
  return { day: String(date.day), month: String(date.month), year: String(date.year) };
}

const localeOf = (era: Era) => (era === 'be' ? 'th-TH-u-ca-buddhist-nu-latn' : 'en-GB-u-ca-gregory');
const atNoon = (date: CalendarDate) => new Date(Date.UTC(date.year, date.month - 1, date.day, 12));

/** The date in words, to check at a glance: วันอาทิตย์ที่ 15 พฤศจิกายน 2569. */
export function inWords(value: string, era: Era, grain: Grain): string {
  const date = storedDate(value);
  if (!date) return '';
  const shown: Intl.DateTimeFormatOptions = { year: 'numeric', timeZone: 'UTC' };
  if (grain !== 'year') shown.month = 'long';
  if (grain === 'day') Object.assign(shown, { weekday: 'long', day: 'numeric' });
  return new Intl.DateTimeFormat(localeOf(era), shown).format(atNoon(date));
}

/** Names of the twelve months. */
export function monthNames(era: Era): string[] {
  const format = new Intl.DateTimeFormat(localeOf(era), { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => format.format(new Date(Date.UTC(2026, month, 15))));
}

export const calendarLocale = localeOf;

/** Today by the tablet's clock. */
export function todayIso(now = new Date()): string {
  return new CalendarDate(now.getFullYear(), now.getMonth() + 1, now.getDate()).toString();
}
