/** Sizes of pictures and files. */
import type { Language } from '@/locales';

const KILO = 1024;
export const MEGABYTE = KILO * KILO;
/** Larger files are slow to send over a weak network: the person is told. */
export const LARGE_FILE = 50 * MEGABYTE;
/** With less left on the tablet no new picture is taken. */
export const LEAST_FREE = 100 * MEGABYTE;
/** A large file leaves this much for the answers still to come. */
export const LEAST_LEFT = 20 * MEGABYTE;

/** Width and height that fit into a square of `longest`, never larger than they are. */
export function fitInside(width: number, height: number, longest: number | null): { width: number; height: number } {
  const scale = longest === null ? 1 : Math.min(1, longest / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** A size to read: 820 KB, 3.4 MB. */
export function showSize(bytes: number, language: Language): string {
  const kilobytes = bytes / KILO;
  const [amount, unit, digits] = kilobytes < 1000 ? [kilobytes, 'KB', 0] : [bytes / MEGABYTE, 'MB', 1];
  const shown = amount.toLocaleString(language === 'th' ? 'th-TH-u-nu-latn' : 'en-GB', {
    maximumFractionDigits: digits,
  });
  return `${kilobytes > 0 && shown === '0' ? '1' : shown} ${unit}`;
}

/** Minutes and seconds: 1:05. */
export function showDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
