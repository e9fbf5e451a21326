/** Makes a picture ready to keep: reads what it says of itself, scales it, and makes a thumbnail. */
import { HEAD, exifSegment, isJpeg, readExif, uprightSegment, withExif, type Exif } from './exif';
import { newName } from './names';
import { fitInside } from './sizes';
import type { Taken, TakenNote } from './taken';

export interface Prepared {
  file: File;
  taken: Taken;
  /** Null when the browser cannot show the picture. */
  thumbnail: Blob | null;
}

const THUMBNAIL = 320;
const QUALITY = 0.88;
const THUMBNAIL_QUALITY = 0.72;

/** HEIC and its relatives, which cameras of some phones write: told by the `ftyp` box, since the type is often missing. */
export function isHeic(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(4, 12));
  return /^ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1)$/.test(text);
}

/** What is kept beside the file about when and where it was taken. */
export function takenOf(head: Uint8Array, exif: Exif | null): Taken {
  const hasPlace = exif?.latitude != null && exif.longitude != null;
  const position = hasPlace ? `${exif.latitude!.toFixed(7)} ${exif.longitude!.toFixed(7)}` : null;
  return { at: exif?.takenAt ?? null, position, note: noteOf(head, exif, hasPlace) };
}

function noteOf(head: Uint8Array, exif: Exif | null, hasPlace: boolean): TakenNote {
  if (isHeic(head)) return 'heic';
  if (!isJpeg(head)) return 'not_jpeg';
  if (!exif) return 'no_exif';
  if (exif.takenAt) return hasPlace ? '' : 'no_position';
  return hasPlace ? 'no_time' : 'no_time_or_position';
}

/** Scale to `maxPixels` on the longer side (null: as it is). A picture the browser cannot read is kept as it came. */
export async function preparePhoto(file: File, maxPixels: number | null): Promise<Prepared> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const taken = takenOf(head, readExif(head));
  const picture = await decode(file);
  if (!picture) {
    const extension = isHeic(head) ? 'heic' : isJpeg(head) ? 'jpg' : endingOf(file);
    if (!isHeic(head)) taken.note = 'unreadable';
    return { file: renamed(file, newName('photo', extension)), taken, thumbnail: null };
  }
  try {
    const thumbnail = await scaled(picture, fitInside(picture.width, picture.height, THUMBNAIL), THUMBNAIL_QUALITY);
    const size = fitInside(picture.width, picture.height, maxPixels);
    if (size.width === picture.width && size.height === picture.height) {
      return { file: renamed(file, newName('photo', isJpeg(head) ? 'jpg' : endingOf(file))), taken, thumbnail };
    }
    const smaller = await scaled(picture, size, QUALITY);
    const segment = exifSegment(head);
    const whole = segment ? await withExif(smaller, uprightSegment(segment, size.width, size.height)) : smaller;
    const name = newName('photo', 'jpg');
    return { file: new File([whole], name, { type: 'image/jpeg', lastModified: file.lastModified }), taken, thumbnail };
  } finally {
    picture.close();
  }
}

/** The picture upright, as its EXIF says; null when the browser cannot read it. */
async function decode(file: File): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}

async function scaled(picture: ImageBitmap, size: { width: number; height: number }, quality: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, size.width, size.height);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, size.width, size.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

const endingOf = (file: File) => /\.([A-Za-z0-9]{1,5})$/.exec(file.name)?.[1]?.toLowerCase() ?? 'img';

/** The same content under another name; the content is not copied. */
export function renamed(file: Blob, name: string): File {
  const lastModified = file instanceof File ? file.lastModified : Date.now();
  return new File([file], name, { type: file.type, lastModified });
}

/** A small picture of anything that can be drawn, for lists of files. */
export async function thumbnailOf(picture: Blob): Promise<Blob | null> {
  const bitmap = await decode(renamed(picture, 'picture'));
  if (!bitmap) return null;
  try {
    return await scaled(bitmap, fitInside(bitmap.width, bitmap.height, THUMBNAIL), THUMBNAIL_QUALITY);
  } finally {
    bitmap.close();
  }
}
