/** Dates, numbers and sizes as readers expect them: Thai dates in the Buddhist era, digits always 0-9. */
import { language } from '@/locales';

const LOCALE = { th: 'th-TH-u-ca-buddhist-nu-latn', en: 'en-GB-u-nu-latn' };
type Instant = number | string | Date | null | undefined;

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language.value + JSON.stringify(how);
  const kept = cache.get(key);
  if (kept) return kept;
  const made = new Intl.DateTimeFormat(LOCALE[language.value], how);
  cache.set(key, made);
  return made;
}

function written(instant: Instant, how: Intl.DateTimeFormatOptions): string {
  if (instant === null || instant === undefined || instant === '') return '–';
  // A date without a time is that day here, not midnight in Greenwich.
  const local = typeof instant === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(instant) ? `${instant}T00:00` : instant;
  const date = new Date(local);
  if (Number.isNaN(date.getTime())) return String(instant);
  // "2569", not "พ.ศ. 2569": the era is clear.
  return formatter(how)
    .formatToParts(date)
    .filter((part) => part.type !== 'era')
    .map((part) => part.value)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** 21 พ.ย. 2569 */
export const formatDate = (instant: Instant): string =>
  written(instant, { day: 'numeric', month: 'short', year: 'numeric' });

/** 21 พ.ย. 2569 09:05 */
export const formatDateTime = (instant: Instant): string => {
  if (instant === null || instant === undefined || instant === '') return '–';
  return `${formatDate(instant)} ${formatTime(instant)}`;
};

/** 09:05 */
export const formatTime = (instant: Instant): string =>
  written(instant, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const formatNumber = (value: number): string =>
  new Intl.NumberFormat(LOCALE[language.value], { maximumFractionDigits: 1 }).format(value);

/** 1.4 MB; steps of 1024, as tablets count. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value >= 10 || unit === 0 ? 0 : 1;
  return `${formatNumber(Number(value.toFixed(digits)))} ${units[unit]}`;
}

/** "เมื่อ 5 นาทีที่แล้ว"; the date and time when it is longer ago than a day. */
export function formatAgo(instant: number, now: number = Date.now()): string {
  const seconds = Math.round((now - instant) / 1000);
  if (seconds > 86_400 || seconds < -60) return formatDateTime(instant);
  const words = new Intl.RelativeTimeFormat(LOCALE[language.value], { numeric: 'auto' });
  if (seconds < 60) return words.format(0, 'second');
  if (seconds < 3600) return words.format(-Math.round(seconds / 60), 'minute');
  return words.format(-Math.round(seconds / 3600), 'hour');
}

/** The letter that stands for somebody: of the name, not of the title before it. */
export function initial(name: string): string {
  const bare = name
    .trim()
    .replace(/^(นางสาว|นาง|นาย|ว่าที่ ?(ร\.ต\.|ร้อยตรี|พันตรี)|ดร\.|น\.ส\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.?)\s*/u, '');
  // A vowel that is written before its consonant stands for nothing alone.
  return (/^[เแโใไ]?./u.exec(bare || name.trim())?.[0] ?? '').replace(/^[เแโใไ](?=.)/u, '');
}
