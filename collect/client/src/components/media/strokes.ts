/** Strokes of a signature on a sheet that changes its size: nothing is cut off, and turning back and forth changes nothing. */
import type { PointGroup } from 'signature_pad';

export interface Size {
  width: number;
  height: number;
}

interface Frame extends Size {
  left: number;
  top: number;
}

/** How the first sheet is shown on another one. */
export interface View {
  scale: number;
  left: number;
  top: number;
}

export const AS_DRAWN: View = { scale: 1, left: 0, top: 0 };

function moved(strokes: PointGroup[], scale: number, point: (x: number, y: number) => { x: number; y: number }) {
  return strokes.map((stroke) => ({
    ...stroke,
    minWidth: stroke.minWidth * scale,
    maxWidth: stroke.maxWidth * scale,
    dotSize: stroke.dotSize * scale,
    points: stroke.points.map((old) => ({ ...old, ...point(old.x, old.y) })),
  }));
}

/** Strokes of the first sheet as they stand on the one that `view` shows. */
export function shownBy(view: View, strokes: PointGroup[]): PointGroup[] {
  const { scale, left, top } = view;
  return moved(strokes, scale, (x, y) => ({ x: left + x * scale, y: top + y * scale }));
}

/** The other way: strokes drawn on what `view` shows, as they would stand on the first sheet. */
export function drawnUnder(view: View, strokes: PointGroup[]): PointGroup[] {
  const { scale, left, top } = view;
  return moved(strokes, 1 / scale, (x, y) => ({ x: (x - left) / scale, y: (y - top) / scale }));
}

/** The first sheet, and whatever was drawn beyond it on a sheet of another shape. */
function frameOf(first: Size, strokes: PointGroup[]): Frame {
  const points = strokes.flatMap((stroke) => stroke.points);
  const edge = (pick: (...values: number[]) => number, axis: 'x' | 'y', start: number) =>
    points.reduce((found, point) => pick(found, point[axis]), start);
  const [left, top] = [edge(Math.min, 'x', 0), edge(Math.min, 'y', 0)];
  const width = edge(Math.max, 'x', first.width) - left;
  return { left, top, width, height: edge(Math.max, 'y', first.height) - top };
}

/** How to show everything on a sheet of size `to`, as large as it fits and in the middle. */
export function viewFor(first: Size, strokes: PointGroup[], to: Size): View {
  const frame = frameOf(first, strokes);
  if (frame.width <= 0 || frame.height <= 0 || to.width <= 0 || to.height <= 0) return AS_DRAWN;
  const scale = Math.min(to.width / frame.width, to.height / frame.height);
  return {
    scale,
    left: (to.width - frame.width * scale) / 2 - frame.left * scale,
    top: (to.height - frame.height * scale) / 2 - frame.top * scale,
  };
}
