import { createHash } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import { Blob as NodeBlob } from 'node:buffer';
import { delayAfter } from '@/queue/backoff';
import { md5 } from '@/queue/md5';
import { crc32, NotAnArchiveError, pack, unpack } from '@/queue/zip';

beforeAll(() => void vi.stubGlobal('Blob', NodeBlob));

test('waits begin at a second, double, end at five minutes, and lie anywhere below', () => {
  expect(delayAfter(0, null, () => 1)).toBe(1000);
  expect(delayAfter(3, null, () => 1)).toBe(8000);
  expect(delayAfter(50, null, () => 1)).toBe(300_000);
  expect(delayAfter(50, null, () => 0)).toBe(1000);
  expect(delayAfter(3, 60_000, () => 0.5)).toBe(60_000);
});

test('MD5 is as everywhere, at every length around a block', () => {
  for (const size of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length: size }, (_value, i) => (i * 37 + size) & 255);
    expect(md5(bytes)).toBe(createHash('md5').update(bytes).digest('hex'));
  }
});

test('the sum of an archive is CRC-32', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('an archive gives back what was packed, with Thai names and empty files', async () => {
  const packed = await pack([
    { name: 'manifest.json', content: new Blob(['{}']) },
    { name: 'ภาพ/รูปที่ 1.jpg', content: new Blob([new Uint8Array([0, 255, 80, 75, 5, 6])]) },
    { name: 'empty', content: new Blob([]) },
  ]);
  const files = await unpack(packed);
  expect([...files.keys()]).toEqual(['manifest.json', 'ภาพ/รูปที่ 1.jpg', 'empty']);
  expect(new Uint8Array((await files.get('ภาพ/รูปที่ 1.jpg')?.arrayBuffer()) ?? [])).toEqual(
    new Uint8Array([0, 255, 80, 75, 5, 6]),
  );
});

test('an archive that is cut off, changed or something else is refused', async () => {
  const packed = await pack([{ name: 'a', content: new Blob(['x'.repeat(500)]) }]);
  const bytes = new Uint8Array(await packed.arrayBuffer());
  const changed = bytes.slice();
  changed[100] = 0;
  for (const wrong of [bytes.slice(0, 300), changed, bytes.slice(10), new Uint8Array(10), new Uint8Array(500)]) {
    await expect(unpack(new Blob([wrong]))).rejects.toThrow(NotAnArchiveError);
  }
});
