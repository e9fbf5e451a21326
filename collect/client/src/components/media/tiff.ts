/** Reads and patches the tables of an EXIF segment. Every access is checked: a picture may hold anything. */

const ENTRY = 12;
/** More entries than any camera writes; a table that says more is rubbish. */
const MOST_ENTRIES = 400;
const SIZES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

export interface Entry {
  tag: number;
  type: number;
  count: number;
  /** Where the value begins, counted from the TIFF header. */
  at: number;
}

export class Tiff {
  private constructor(
    private readonly view: DataView,
    private readonly little: boolean,
  ) {}

  /** The tables that begin at `start` of `bytes`; null when there is no TIFF header. */
  static open(bytes: Uint8Array, start: number): Tiff | null {
    if (start + 8 > bytes.length) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
    const order = view.getUint16(0);
    if (order !== 0x4949 && order !== 0x4d4d) return null;
    const tiff = new Tiff(view, order === 0x4949);
    return tiff.short(2) === 42 ? tiff : null;
  }

  private fits(at: number, length: number): boolean {
    return at >= 0 && length >= 0 && at + length <= this.view.byteLength;
  }

  private short(at: number): number | null {
    return this.fits(at, 2) ? this.view.getUint16(at, this.little) : null;
  }

  private long(at: number): number | null {
    return this.fits(at, 4) ? this.view.getUint32(at, this.little) : null;
  }

  /** Where the first table begins. */
  get first(): number {
    return this.long(4) ?? 0;
  }

  /** Entries of the table at `at`; empty when it does not hold together. */
  entries(at: number): Map<number, Entry> {
    const found = new Map<number, Entry>();
    const count = at >= 8 ? this.short(at) : null;
    if (count === null || count > MOST_ENTRIES) return found;
    for (let index = 0; index < count; index += 1) {
      const entry = this.entry(at + 2 + index * ENTRY);
      if (entry && !found.has(entry.tag)) found.set(entry.tag, entry);
    }
    return found;
  }

  private entry(at: number): Entry | null {
    const [tag, type, count] = [this.short(at), this.short(at + 2), this.long(at + 4)];
    if (tag === null || type === null || count === null) return null;
    const length = (SIZES[type] ?? 0) * count;
    if (length === 0) return null;
    const value = length <= 4 ? at + 8 : this.long(at + 8);
    return value !== null && this.fits(value, length) ? { tag, type, count, at: value } : null;
  }

  /** Text of an entry up to its NUL. */
  text(entry: Entry | undefined): string {
    if (!entry || entry.type !== 2) return '';
    let text = '';
    for (let index = 0; index < Math.min(entry.count, 100); index += 1) {
      const code = this.view.getUint8(entry.at + index);
      if (code === 0) break;
      text += String.fromCharCode(code);
    }
    return text.trim();
  }

  /** A whole number of an entry, such as an offset of another table. */
  whole(entry: Entry | undefined): number | null {
    if (!entry) return null;
    if (entry.type === 3) return this.short(entry.at);
    return entry.type === 4 ? this.long(entry.at) : null;
  }

  /** Fractions of an entry; null when one of them has no value. */
  fractions(entry: Entry | undefined): number[] | null {
    if (!entry || entry.type !== 5 || entry.count > 8) return null;
    const values: number[] = [];
    for (let index = 0; index < entry.count; index += 1) {
      const [top, bottom] = [this.long(entry.at + index * 8), this.long(entry.at + index * 8 + 4)];
      if (top === null || bottom === null || bottom === 0) return null;
      values.push(top / bottom);
    }
    return values;
  }

  /** A single byte of an entry. */
  byte(entry: Entry | undefined): number | null {
    return entry && this.fits(entry.at, 1) ? this.view.getUint8(entry.at) : null;
  }

  /** Put another number in place of a whole number. */
  put(entry: Entry | undefined, value: number): void {
    if (entry?.type === 3) this.view.setUint16(entry.at, value, this.little);
    else if (entry?.type === 4) this.view.setUint32(entry.at, value, this.little);
  }

  /** End the chain of tables after the one at `at`. */
  endAfter(at: number): void {
    const count = this.short(at);
    const next = at + 2 + (count ?? 0) * ENTRY;
    if (count !== null && this.fits(next, 4)) this.view.setUint32(next, 0, this.little);
  }
}
