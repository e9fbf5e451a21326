/** Small JPEGs with the EXIF that a test wants, byte by byte. */

export interface Wanted {
  little?: boolean;
  takenAt?: string;
  zone?: string;
  orientation?: number;
  /** Degrees, minutes and seconds as fractions, and the side. */
  latitude?: [[number, number], [number, number], [number, number], string];
  longitude?: [[number, number], [number, number], [number, number], string];
  pixels?: [number, number];
}

interface Field {
  tag: number;
  type: number;
  values: number[] | string;
}

const SIZE: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8 };

function table(view: DataView, at: number, fields: Field[], spare: number, little: boolean): number {
  view.setUint16(at, fields.length, little);
  let free = spare;
  fields.forEach((field, index) => {
    const entry = at + 2 + index * 12;
    const values =
      typeof field.values === 'string' ? [...`${field.values}\0`].map((c) => c.charCodeAt(0)) : field.values;
    const count = field.type === 5 ? values.length / 2 : values.length;
    const length = count * SIZE[field.type]!;
    view.setUint16(entry, field.tag, little);
    view.setUint16(entry + 2, field.type, little);
    view.setUint32(entry + 4, count, little);
    let place = entry + 8;
    if (length > 4) {
      view.setUint32(entry + 8, free, little);
      place = free;
      free += length;
    }
    for (const value of values) {
      if (field.type <= 2) view.setUint8(place++, value);
      else if (field.type === 3) view.setUint16((place += 2) - 2, value, little);
      else view.setUint32((place += 4) - 4, value, little);
    }
  });
  return free;
}

function tiff(wanted: Wanted): Uint8Array {
  const little = wanted.little ?? false;
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  const exif: Field[] = [];
  if (wanted.takenAt !== undefined) exif.push({ tag: 0x9003, type: 2, values: wanted.takenAt });
  if (wanted.zone !== undefined) exif.push({ tag: 0x9011, type: 2, values: wanted.zone });
  if (wanted.pixels) {
    exif.push(
      { tag: 0xa002, type: 4, values: [wanted.pixels[0]] },
      { tag: 0xa003, type: 3, values: [wanted.pixels[1]] },
    );
  }
  const gps: Field[] = [];
  const point = (tag: number, [degrees, minutes, seconds, side]: NonNullable<Wanted['latitude']>) =>
    gps.push({ tag, type: 2, values: side }, { tag: tag + 1, type: 5, values: [...degrees, ...minutes, ...seconds] });
  if (wanted.latitude) point(1, wanted.latitude);
  if (wanted.longitude) point(3, wanted.longitude);
  const main: Field[] = [{ tag: 0x0112, type: 3, values: [wanted.orientation ?? 1] }];
  if (exif.length) main.push({ tag: 0x8769, type: 4, values: [300] });
  if (gps.length) main.push({ tag: 0x8825, type: 4, values: [500] });
  table(view, 8, main, 100, little);
  view.setUint32(8 + 2 + main.length * 12, 900, little);
  if (exif.length) table(view, 300, exif, 400, little);
  if (gps.length) table(view, 500, gps, 600, little);
  return bytes;
}

const segment = (marker: number, content: Uint8Array | number[]): number[] => {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...content];
};

export const JFIF = segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const REST = [...segment(0xdb, [0, 1, 2, 3]), ...segment(0xda, [1, 2, 3]), 9, 9, 9, 0xff, 0xd9];

export function jpeg(wanted: Wanted | null): Uint8Array<ArrayBuffer> {
  const exif = wanted ? segment(0xe1, [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff(wanted)]) : [];
  return new Uint8Array([0xff, 0xd8, ...(wanted ? exif : JFIF), ...REST]);
}
