/** Time, position and orientation of a JPEG, and its EXIF segment for a smaller copy. Never throws, whatever the bytes are. */
import { Tiff } from './tiff';

/** EXIF stands at the beginning of a picture; this much of it is enough to read. */
export const HEAD = 256 * 1024;

const IMAGE_START = 0xffd8;
const EXIF_SEGMENT = 0xe1;
const SCAN_START = 0xda;
const LABEL = [0x45, 0x78, 0x69, 0x66, 0, 0];
const TAG = {
  orientation: 0x0112,
  exif: 0x8769,
  gps: 0x8825,
  takenAt: 0x9003,
  digitisedAt: 0x9004,
  zoneTaken: 0x9011,
  zone: 0x9010,
  width: 0xa002,
  height: 0xa003,
  latitudeSide: 1,
  latitude: 2,
  longitudeSide: 3,
  longitude: 4,
  altitudeSide: 5,
  altitude: 6,
} as const;

export interface Exif {
  /** Local time with the camera's zone where it wrote one: 2026-11-21T09:30:12+07:00. */
  takenAt: string | null;
  latitude: number | null;
  longitude: number | null;
  altitude: number | null;
  /** 1 to 8; 1 is upright. */
  orientation: number;
}

export const isJpeg = (bytes: Uint8Array) => bytes.length > 2 && bytes[0] === 0xff && bytes[1] === 0xd8;

/** The EXIF segment with its marker and length, or null. It shares its memory with `bytes`. */
export function exifSegment(bytes: Uint8Array): Uint8Array | null {
  if (!isJpeg(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2;
  while (at + 4 <= bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (marker === SCAN_START || length < 2 || end > bytes.length) return null;
    if (marker === EXIF_SEGMENT && LABEL.every((byte, index) => bytes[at + 4 + index] === byte)) {
      return bytes.subarray(at, end);
    }
    at = end;
  }
  return null;
}

const tablesOf = (segment: Uint8Array) => Tiff.open(segment, 4 + LABEL.length);

/** What the picture says of itself; null when it says nothing. */
export function readExif(bytes: Uint8Array): Exif | null {
  const segment = exifSegment(bytes);
  const tiff = segment && tablesOf(segment);
  if (!tiff) return null;
  const main = tiff.entries(tiff.first);
  const orientation = tiff.whole(main.get(TAG.orientation)) ?? 1;
  return {
    takenAt: takenAt(tiff, tiff.entries(tiff.whole(main.get(TAG.exif)) ?? 0)),
    ...position(tiff, tiff.entries(tiff.whole(main.get(TAG.gps)) ?? 0)),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}

function takenAt(tiff: Tiff, table: ReturnType<Tiff['entries']>): string | null {
  const written = tiff.text(table.get(TAG.takenAt)) || tiff.text(table.get(TAG.digitisedAt));
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(written);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const real = new Date(`${local}Z`);
  // A camera without a clock writes 0000:00:00, and 31 February is no time either.
  if (Number.isNaN(real.getTime()) || !real.toISOString().startsWith(local)) return null;
  const zone = tiff.text(table.get(TAG.zoneTaken)) || tiff.text(table.get(TAG.zone));
  return local + (/^[+-]\d\d:\d\d$/.test(zone) ? zone : '');
}

function degrees(parts: number[] | null, side: string, most: number): number | null {
  if (!parts || parts.length === 0 || parts.length > 3 || !/^[NSEW]$/.test(side)) return null;
  const [whole = 0, minutes = 0, seconds = 0] = parts;
  const value = whole + minutes / 60 + seconds / 3600;
  if (!Number.isFinite(value) || value > most) return null;
  return side === 'S' || side === 'W' ? -value : value;
}

function position(tiff: Tiff, table: ReturnType<Tiff['entries']>): Pick<Exif, 'latitude' | 'longitude' | 'altitude'> {
  const nowhere = { latitude: null, longitude: null, altitude: null };
  const side = (tag: number) => tiff.text(table.get(tag)).toUpperCase();
  const latitude = degrees(tiff.fractions(table.get(TAG.latitude)), side(TAG.latitudeSide), 90);
  const longitude = degrees(tiff.fractions(table.get(TAG.longitude)), side(TAG.longitudeSide), 180);
  // Browsers and phones that hide the position write zeros: a point in the sea off Africa.
  if (latitude === null || longitude === null || (latitude === 0 && longitude === 0)) return nowhere;
  const height = tiff.fractions(table.get(TAG.altitude))?.[0] ?? null;
  const below = tiff.byte(table.get(TAG.altitudeSide)) === 1;
  return { latitude, longitude, altitude: height !== null && below ? -height : height };
}

/** A copy of an EXIF segment for a picture that was turned upright and scaled; its small preview is left out of the chain. */
export function uprightSegment(segment: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(segment);
  const tiff = tablesOf(copy);
  if (!tiff) return copy;
  const main = tiff.entries(tiff.first);
  tiff.put(main.get(TAG.orientation), 1);
  const table = tiff.entries(tiff.whole(main.get(TAG.exif)) ?? 0);
  tiff.put(table.get(TAG.width), width);
  tiff.put(table.get(TAG.height), height);
  tiff.endAfter(tiff.first);
  return copy;
}

/** The JPEG `picture` with an EXIF segment at its beginning; its own bytes are not copied. */
export async function withExif(picture: Blob, segment: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const start = new Uint8Array(await picture.slice(0, 2).arrayBuffer());
  if (!isJpeg(new Uint8Array([...start, 0]))) return picture;
  const head = new Uint8Array(2);
  new DataView(head.buffer).setUint16(0, IMAGE_START);
  return new Blob([head, segment, picture.slice(2)], { type: 'image/jpeg' });
}
