/** Archives without compression (photos are compressed already), as APPNOTE 6.3 describes them; names in UTF-8. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8 = 0x0800;
const END_BYTES = 22;
const MOST_COMMENT = 65_535;
const MOST_BYTES = 0xffff_ffff;

export interface Entry {
  name: string;
  content: Blob;
}

export class NotAnArchiveError extends Error {
  override name = 'NotAnArchiveError';
}

const TABLE = Uint32Array.from({ length: 256 }, (_value, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

interface Placed {
  name: Uint8Array<ArrayBuffer>;
  crc: number;
  size: number;
  at: number;
}

/** Pack files. Their content is not copied in memory: the archive refers to it. */
export async function pack(entries: Entry[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  const placed: Placed[] = [];
  let at = 0;
  for (const { name, content } of entries) {
    const crc = crc32(new Uint8Array(await content.arrayBuffer()));
    const file = { name: new TextEncoder().encode(name), crc, size: content.size, at };
    const head = header(LOCAL, file);
    parts.push(head, file.name, content);
    placed.push(file);
    at += head.byteLength + file.name.byteLength + content.size;
  }
  if (at > MOST_BYTES) throw new RangeError('More than 4 GB do not fit into one archive.');
  const begin = at;
  for (const file of placed) {
    const head = header(CENTRAL, file);
    parts.push(head, file.name);
    at += head.byteLength + file.name.byteLength;
  }
  return new Blob([...parts, ending(placed.length, at - begin, begin)], { type: 'application/zip' });
}

/** Both headers share most of their fields; the central one has more before and after them. */
function header(kind: typeof LOCAL | typeof CENTRAL, { name, crc, size, at }: Placed): Uint8Array<ArrayBuffer> {
  const central = kind === CENTRAL;
  const view = new DataView(new ArrayBuffer(central ? 46 : 30));
  const shared = central ? 6 : 4;
  view.setUint32(0, kind, true);
  if (central) view.setUint16(4, 20, true);
  view.setUint16(shared, 20, true);
  view.setUint16(shared + 2, UTF8, true);
  view.setUint16(shared + 8, 0x21, true); // 1 January 1980: two equal exports are equal.
  view.setUint32(shared + 10, crc, true);
  view.setUint32(shared + 14, size, true);
  view.setUint32(shared + 18, size, true);
  view.setUint16(shared + 22, name.byteLength, true);
  if (central) view.setUint32(42, at, true);
  return new Uint8Array(view.buffer);
}

function ending(count: number, size: number, begin: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(END_BYTES));
  view.setUint32(0, END, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, begin, true);
  return new Uint8Array(view.buffer);
}

/** The files of an archive, each checked against its sum. @throws NotAnArchiveError */
export async function unpack(archive: Blob): Promise<Map<string, Blob>> {
  try {
    const { count, begin, size } = await ends(archive);
    const central = new DataView(await archive.slice(begin, begin + size).arrayBuffer());
    const files = new Map<string, Blob>();
    for (let i = 0, at = 0; i < count; i += 1) {
      if (central.getUint32(at, true) !== CENTRAL || central.getUint16(at + 10, true) !== 0)
        throw new NotAnArchiveError();
      const nameBytes = central.getUint16(at + 28, true);
      const name = new TextDecoder().decode(new Uint8Array(central.buffer, at + 46, nameBytes));
      files.set(name, await contentAt(archive, central, at));
      at += 46 + nameBytes + central.getUint16(at + 30, true) + central.getUint16(at + 32, true);
    }
    return files;
  } catch (error) {
    if (error instanceof RangeError) throw new NotAnArchiveError();
    throw error;
  }
}

async function ends(archive: Blob): Promise<{ count: number; begin: number; size: number }> {
  const tailAt = Math.max(0, archive.size - END_BYTES - MOST_COMMENT);
  const tail = new DataView(await archive.slice(tailAt).arrayBuffer());
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END) continue;
    const [size, begin] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
    return { count: tail.getUint16(at + 10, true), begin, size };
  }
  throw new NotAnArchiveError();
}

async function contentAt(archive: Blob, central: DataView, at: number): Promise<Blob> {
  const [crc, size] = [central.getUint32(at + 16, true), central.getUint32(at + 24, true)];
  const localAt = central.getUint32(at + 42, true);
  const local = new DataView(await archive.slice(localAt, localAt + 30).arrayBuffer());
  if (local.getUint32(0, true) !== LOCAL) throw new NotAnArchiveError();
  const from = localAt + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const content = archive.slice(from, from + size);
  const bytes = new Uint8Array(await content.arrayBuffer());
  if (bytes.byteLength !== size || crc32(bytes) !== crc) throw new NotAnArchiveError();
  return new Blob([bytes]);
}
