import { describe, expect, test } from 'vitest';
import { safeName } from '@/engine/media';
import { extensionOf, newName, uniqueName } from '@/components/media/names';
import { fitInside, showDuration, showSize } from '@/components/media/sizes';
import { AS_DRAWN, drawnUnder, shownBy, viewFor } from '@/components/media/strokes';

describe('names of files', () => {
  test('are never the same, so that two questions with image.jpg keep two files', () => {
    const chosen = () => uniqueName(new File(['x'], 'image.jpg', { type: 'image/jpeg' }));
    expect(new Set(Array.from({ length: 500 }, chosen)).size).toBe(500);
    expect(new Set(Array.from({ length: 500 }, () => newName('photo', 'jpg'))).size).toBe(500);
  });

  test('keep what the person called the file, in Thai too', () => {
    expect(uniqueName(new File(['x'], 'รายงานการประชุม ครั้งที่ 2.PDF'))).toMatch(/^รายงานการประชุม-ครั้งที่-2-\w{6}\.pdf$/);
  });

  test.each([
    '../../etc/passwd',
    'a/b\\c:d*e?f"g<h>i|j.txt',
    '.hidden',
    '\u202egpj.exe',
    'a\u0000b.txt',
    `${'ก'.repeat(300)}.pdf`,
    '...',
    'a(1) [copy] ~final~ 50% & more; v2+ที่.docx',
    `${'e\u0301'.repeat(90)}.txt`,
    '',
  ])('of "%s" hold nothing that a file system refuses', (name) => {
    const unique = uniqueName(new File(['x'], name));
    expect(unique).not.toMatch(/[\\/:*?"<>|\u0000-\u001f\u202a-\u202e]|^\.|\.\./);
    expect([...unique].length).toBeLessThan(100);
    expect(unique).toMatch(/-\w{6}\.\w+$/);
    // The file is kept under this name before the record has it, so the record must take it as it is.
    expect(safeName(unique)).toBe(unique);
  });

  test('of things made here say what they are and when', () => {
    const name = newName('photo', 'jpg', new Date(2026, 10, 21, 9, 30, 12));
    expect(name).toMatch(/^photo-20261121-093012-\w{6}\.jpg$/);
    expect(safeName(name)).toBe(name);
  });

  test('end as the name or the type says', () => {
    expect(extensionOf('a.JPeG', '')).toBe('jpeg');
    expect(extensionOf('', 'audio/webm;codecs=opus')).toBe('webm');
    expect(extensionOf('noend', '')).toBe('bin');
  });
});

describe('sizes', () => {
  test('of pictures fit into max-pixels and are never enlarged', () => {
    expect(fitInside(4000, 3000, 1600)).toEqual({ width: 1600, height: 1200 });
    expect(fitInside(3000, 4000, 1600)).toEqual({ width: 1200, height: 1600 });
    expect(fitInside(800, 600, 1600)).toEqual({ width: 800, height: 600 });
    expect(fitInside(800, 600, null)).toEqual({ width: 800, height: 600 });
    expect(fitInside(10_000, 1, 100)).toEqual({ width: 100, height: 1 });
  });

  test('of files are read by people', () => {
    expect(showSize(0, 'th')).toBe('0 KB');
    expect(showSize(1, 'th')).toBe('1 KB');
    expect(showSize(839_000, 'th')).toBe('819 KB');
    expect(showSize(52_428_800, 'en')).toBe('50 MB');
    expect(showSize(3_565_158, 'th')).toBe('3.4 MB');
  });

  test('of recordings are minutes and seconds', () => {
    expect([0, 9.9, 65, 3600].map(showDuration)).toEqual(['0:00', '0:09', '1:05', '60:00']);
  });
});

describe('strokes on a sheet that is turned', () => {
  const stroke = (...points: [number, number][]) => ({
    penColor: '#000000',
    dotSize: 0,
    minWidth: 1,
    maxWidth: 3,
    velocityFilterWeight: 0.7,
    compositeOperation: 'source-over' as const,
    points: points.map(([x, y], time) => ({ x, y, pressure: 0.5, time })),
  });
  const wide = { width: 600, height: 200 };
  const narrow = { width: 300, height: 190 };
  const signature = [stroke([0, 0], [600, 200])];
  const places = (strokes: typeof signature) => strokes.flatMap(({ points }) => points.map(({ x, y }) => [x, y]));

  test('all stay on it', () => {
    const shown = shownBy(viewFor(wide, signature, narrow), signature);
    expect(places(shown as typeof signature)).toEqual([
      [0, 45],
      [300, 145],
    ]);
    expect(shown[0]?.maxWidth).toBe(1.5);
  });

  test('come back where they were when it is turned back', () => {
    const view = viewFor(wide, signature, narrow);
    const back = drawnUnder(view, shownBy(view, signature));
    expect(viewFor(wide, back, wide)).toEqual(AS_DRAWN);
    expect(back).toEqual(signature);
  });

  test('that were added on the turned sheet fit on the first one too', () => {
    const view = viewFor(wide, signature, narrow);
    const more = [...shownBy(view, signature), stroke([10, 2], [290, 188])];
    const all = drawnUnder(view, more);
    const shown = places(shownBy(viewFor(wide, all, wide), all) as typeof signature);
    for (const [x, y] of shown) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(600);
      expect(y).toBeGreaterThanOrEqual(-1e-9);
      expect(y).toBeLessThanOrEqual(200 + 1e-9);
    }
  });

  test('stay as they are while it has no size', () => {
    expect(viewFor({ width: 0, height: 0 }, [], narrow)).toEqual(AS_DRAWN);
    expect(viewFor(wide, signature, { width: 0, height: 0 })).toEqual(AS_DRAWN);
  });
});
