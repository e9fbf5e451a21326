/** Wall-clock time of stored times, which carry seconds and a zone. */
import { digitsOf } from './calendar';

const TIME = /^(\d{2}):(\d{2})/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;
const two = (number: number) => String(number).padStart(2, '0');

/** HH:MM of a stored time, as it stood on the clock where it was taken. */
export function timeOf(value: string): string {
  return TIME.exec(value)?.[0] ?? '';
}

/** Date and HH:MM of a stored moment on this tablet's clock. */
export function momentOf(value: string): { date: string; time: string } {
  const [date = '', time = ''] = value.split('T');
  if (!ZONE.test(time)) return { date, time: timeOf(time) };
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return { date: '', time: '' };
  const day = [String(moment.getFullYear()).padStart(4, '0'), two(moment.getMonth() + 1), two(moment.getDate())];
  return { date: day.join('-'), time: `${two(moment.getHours())}:${two(moment.getMinutes())}` };
}

/** HH:MM of what a person typed (9.30, 09:30, 0930, ๙.๓๐), '' for nothing, or null when it is no time. */
export function readTime(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const parts = trimmed
    .replace(/น\.?$/, '')
    .trim()
    .split(/[:.\s]/);
  const digits = parts.map(digitsOf);
  if (parts.length > 2 || digits.some((part) => part === '')) return null;
  const [hours, minutes] = parts.length === 2 ? digits : [digits[0]?.slice(0, -2), digits[0]?.slice(-2)];
  if (!hours || !minutes || minutes.length !== 2 || hours.length > 2) return null;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return `${hours.padStart(2, '0')}:${minutes}`;
}

/** Now, on the tablet's clock. */
export const nowTime = (now = new Date()) => `${two(now.getHours())}:${two(now.getMinutes())}`;
