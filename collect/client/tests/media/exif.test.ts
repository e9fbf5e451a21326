import { describe, expect, test } from 'vitest';
import { exifSegment, isJpeg, readExif, uprightSegment, withExif } from '@/components/media/exif';
import { isHeic, takenOf } from '@/components/media/prepare';
import { jpeg, type Wanted } from './pictures';

const CHUMPHON: Wanted = {
  takenAt: '2026:11:21 09:30:12',
  zone: '+07:00',
  orientation: 6,
  latitude: [[10, 1], [29, 1], [3523, 100], 'N'],
  longitude: [[99, 1], [10, 1], [48, 1], 'E'],
  pixels: [4000, 3000],
};
/** Chance that is the same every time. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each([true, false])('a picture whose numbers are written with little-endian %s', (little) => {
  const exif = readExif(jpeg({ ...CHUMPHON, little }));

  test('tells when it was taken, with the zone', () => {
    expect(exif?.takenAt).toBe('2026-11-21T09:30:12+07:00');
  });

  test('tells where', () => {
    expect(exif?.latitude).toBeCloseTo(10.4931194, 6);
    expect(exif?.longitude).toBeCloseTo(99.18, 9);
  });

  test('tells how it was held', () => {
    expect(exif?.orientation).toBe(6);
  });
});

describe('a picture', () => {
  test('south and west of zero has negative coordinates', () => {
    const exif = readExif(
      jpeg({ latitude: [[8, 1], [30, 1], [0, 1], 'S'], longitude: [[70, 1], [15, 1], [0, 1], 'W'] }),
    );
    expect([exif?.latitude, exif?.longitude]).toEqual([-8.5, -70.25]);
  });

  test.each(['0000:00:00 00:00:00', '2026:02:31 10:00:00', '2026:11:21 24:10:00', 'yesterday', ''])(
    'that was taken at "%s" tells no time',
    (takenAt) => {
      expect(readExif(jpeg({ takenAt }))?.takenAt).toBeNull();
    },
  );

  test('whose phone hides the position by zeros tells no position', () => {
    const zero: NonNullable<Wanted['latitude']> = [[0, 1], [0, 1], [0, 1], 'N'];
    expect(readExif(jpeg({ latitude: zero, longitude: [[0, 1], [0, 1], [0, 1], 'E'] }))?.latitude).toBeNull();
  });

  test('with a fraction by nothing, or a latitude of 200, tells no position', () => {
    const east: NonNullable<Wanted['longitude']> = [[99, 1], [0, 1], [0, 1], 'E'];
    expect(readExif(jpeg({ latitude: [[10, 0], [0, 1], [0, 1], 'N'], longitude: east }))?.latitude).toBeNull();
    expect(readExif(jpeg({ latitude: [[200, 1], [0, 1], [0, 1], 'N'], longitude: east }))?.latitude).toBeNull();
  });

  test('without EXIF tells nothing', () => {
    expect(readExif(jpeg(null))).toBeNull();
    expect(exifSegment(new Uint8Array())).toBeNull();
  });
});

describe('a smaller copy of a picture', () => {
  const original = jpeg(CHUMPHON);
  const segment = exifSegment(original)!;

  test('says that it is upright and how large it is, and keeps time and position', async () => {
    const upright = uprightSegment(segment, 1600, 1200);
    const copy = await withExif(new Blob([jpeg(null)], { type: 'image/jpeg' }), upright);
    const bytes = new Uint8Array(await copy.arrayBuffer());
    expect(readExif(bytes)).toEqual({ ...readExif(original), orientation: 1 });
    expect(isJpeg(bytes)).toBe(true);
    expect(bytes.length).toBe(jpeg(null).length + segment.length);
    expect(copy.type).toBe('image/jpeg');
  });

  test('does not change the original, nor the length of its EXIF', () => {
    const before = original.slice();
    expect(uprightSegment(segment, 1600, 1200).length).toBe(segment.length);
    expect(original).toEqual(before);
  });

  test('carries no preview of the sideways original in its chain of tables', () => {
    const upright = uprightSegment(segment, 1600, 1200);
    // Behind the label stands the TIFF header; its first table at 8 has three entries, then the offset of the next.
    const next = new DataView(upright.buffer, 10 + 8 + 2 + 3 * 12, 4).getUint32(0);
    expect(next).toBe(0);
  });

  test('that is no JPEG stays as it is', async () => {
    const png = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])]);
    expect(await withExif(png, uprightSegment(segment, 1, 1))).toBe(png);
  });
});

describe('whatever the bytes are, reading EXIF never throws', () => {
  const all = (bytes: Uint8Array) => {
    readExif(bytes);
    const segment = exifSegment(bytes);
    if (segment) uprightSegment(segment, 10, 10);
  };

  test('with bytes by chance', () => {
    const next = chance(4711);
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(next() * 300) }, () => Math.floor(next() * 256));
      bytes.set([0xff, 0xd8, 0xff, 0xe1].slice(0, bytes.length));
      expect(() => all(bytes)).not.toThrow();
    }
  });

  test('with a real picture of which some bytes were changed by chance', () => {
    const next = chance(42);
    for (let round = 0; round < 4000; round += 1) {
      const bytes = jpeg({ ...CHUMPHON, little: round % 2 === 0 });
      const changes = 1 + Math.floor(next() * 6);
      for (let change = 0; change < changes; change += 1) {
        // Half of the changes go where tables and offsets stand.
        const place = next() < 0.5 ? Math.floor(next() * 60) : Math.floor(next() * bytes.length);
        bytes[place] = next() < 0.3 ? 255 : Math.floor(next() * 256);
      }
      expect(() => all(bytes)).not.toThrow();
    }
  });

  test('with a real picture that was cut off anywhere', () => {
    const bytes = jpeg(CHUMPHON);
    for (let length = 0; length <= bytes.length; length += 1) expect(() => all(bytes.slice(0, length))).not.toThrow();
  });

  test('with tables that point at themselves', () => {
    const bytes = jpeg({ ...CHUMPHON, little: false });
    // The offset of the EXIF table (second entry of the first table) points at the first table.
    new DataView(bytes.buffer).setUint32(12 + 8 + 2 + 12 + 8, 8);
    expect(() => all(bytes)).not.toThrow();
  });
});

describe('the note why a picture does not tell when or where', () => {
  const noteOf = (bytes: Uint8Array) => takenOf(bytes, readExif(bytes)).note;

  test('is empty when it tells both', () => {
    expect(takenOf(jpeg(CHUMPHON), readExif(jpeg(CHUMPHON)))).toEqual({
      at: '2026-11-21T09:30:12+07:00',
      position: '10.4931194 99.1800000',
      note: '',
    });
  });

  test('names what lacks', () => {
    const { latitude, longitude } = CHUMPHON;
    expect(noteOf(jpeg({ takenAt: '2026:11:21 09:30:12' }))).toBe('no_position');
    expect(noteOf(jpeg({ latitude: latitude!, longitude: longitude! }))).toBe('no_time');
    expect(noteOf(jpeg({ orientation: 1 }))).toBe('no_time_or_position');
    expect(noteOf(jpeg(null))).toBe('no_exif');
  });

  test('tells other kinds of pictures apart', () => {
    const heic = new Uint8Array([0, 0, 0, 24, ...[...'ftypheic'].map((letter) => letter.charCodeAt(0)), 0, 0]);
    expect(isHeic(heic)).toBe(true);
    expect(noteOf(heic)).toBe('heic');
    expect(noteOf(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]))).toBe('not_jpeg');
    expect(isHeic(new Uint8Array([1, 2]))).toBe(false);
  });
});
