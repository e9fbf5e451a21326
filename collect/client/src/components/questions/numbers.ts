/** Numbers as people type them. */
import { plainDigits } from '@/engine';

/**
 * The number in typed text: Thai digits and separators of thousands are fine. Null when a comma or a space stands where
 * no thousands end, since `1,5` may be meant as one and a half.
 */
export function typedNumber(text: string): string | null {
  const plain = plainDigits(text).replace(/[−–]/g, '-').trim();
  if (!/[\s,]/.test(plain)) return plain;
  return /^[+-]?\d{1,3}([ ,])\d{3}(\1\d{3})*(\.\d*)?$/.test(plain) ? plain.replace(/[ ,]/g, '') : null;
}

/** `value` on the grid of `step` from `min`, free of the dust of floating point, and not outside. */
export function onGrid(value: number, min: number, max: number, step: number): number {
  const steps = Math.round((value - min) / step);
  const most = Math.floor((max - min) / step + 1e-9);
  return tidy(min + Math.min(Math.max(steps, 0), most) * step, step, min);
}

function tidy(value: number, ...like: number[]): number {
  const places = Math.max(...like.map((one) => String(one).split('.')[1]?.length ?? 0));
  return Number(value.toFixed(places));
}
