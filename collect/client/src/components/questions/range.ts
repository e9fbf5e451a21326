/** Bounds of a range question, as numbers. */
import type { RangeNode } from '@/engine/types';
import { onGrid } from './numbers';

export interface Bounds {
  min: number;
  max: number;
  step: number;
}

export function boundsOf(node: RangeNode): Bounds {
  const { start, end, step } = node.definition.bodyElement.bounds;
  const [from, to] = [Number(start), Number(end)];
  return { min: Math.min(from, to), max: Math.max(from, to), step: Math.abs(Number(step)) || 1 };
}

export function valuesOf({ min, max, step }: Bounds): number[] {
  const count = Math.floor((max - min) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, at) => onGrid(min + at * step, min, max, step));
}
