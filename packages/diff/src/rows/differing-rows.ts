import type { RowCursor, RowSource } from '@ekv/snapshot';
import { ViewedBytes } from './viewed-bytes.ts';
import { WaitingRows, type WaitingValue } from './waiting-rows.ts';

/** Gets the key `bytes[start, end)` of a row that one side lacks, or that has another value there. The bytes are valid during the call. */
export type OnDiffering = (bytes: Buffer, start: number, end: number) => void;

/**
 * Finds the keys of one family under which two snapshots have different rows: in one walk over both, side by side. What is equal is
 * compared as bytes where it stands.
 *
 * Rows come in the order of their keys with their versions. So where one key is the beginning of another one, the versions decide which
 * comes first, differently on both sides: the shorter one waits while it may come on the other side.
 *
 * @param onRows is called for each step, which is one or two rows.
 */
export function findDifferingRows(
  from: RowSource,
  to: RowSource,
  family: string,
  onDiffering: OnDiffering,
  onRows: () => void = () => {},
): void {
  const a = new Side(from, family);
  const b = new Side(to, family);
  const tell = (key: Buffer) => onDiffering(key, 0, key.length);
  for (; a.isThere && b.isThere; onRows()) {
    if (a.isSameKey(b)) {
      if (!a.isSameValue(b)) onDiffering(a.bytes, a.keyStart, a.keyEnd);
      a.next();
      b.next();
      continue;
    }
    a.waiting.passed(b.bytes, b.keyStart, b.keyEnd, tell);
    b.waiting.passed(a.bytes, a.keyStart, a.keyEnd, tell);
    const order = a.compareKey(b);
    const isFirst = order < 0 || (order === 0 && a.keyEnd - a.keyStart < b.keyEnd - b.keyStart);
    const [side, other] = isFirst ? [a, b] : [b, a];
    takeRow(side, other, order === 0 ? 'may come' : 'is alone', onDiffering);
  }
  for (; a.isThere; onRows()) takeRow(a, b, 'is alone', onDiffering);
  for (; b.isThere; onRows()) takeRow(b, a, 'is alone', onDiffering);
  a.waiting.finish(tell);
  b.waiting.finish(tell);
}

/** Takes a row whose key the other side is not at. @param unless what it is when its key did not come there before. */
function takeRow(side: Side, other: Side, unless: 'may come' | 'is alone', onDiffering: OnDiffering): void {
  const { bytes, keyStart, keyEnd } = side;
  const value = other.waiting.take(bytes, keyStart, keyEnd);
  if (value !== undefined) {
    if (!side.isValueAt(other, value)) onDiffering(bytes, keyStart, keyEnd);
  } else if (unless === 'is alone') onDiffering(bytes, keyStart, keyEnd);
  else side.wait();
  side.next();
}

/** One side of the walk, at a row. */
class Side {
  readonly waiting: WaitingRows = new WaitingRows();
  readonly #source: RowSource;
  readonly #rows: RowCursor;
  readonly #viewed = new ViewedBytes();
  isThere = false;

  constructor(source: RowSource, family: string) {
    this.#source = source;
    this.#rows = source.rows(family);
    this.next();
  }

  get bytes(): Buffer {
    return this.#rows.bytes;
  }

  get keyStart(): number {
    return this.#rows.keyStart;
  }

  get keyEnd(): number {
    return this.#rows.keyEnd;
  }

  next(): void {
    this.isThere = this.#rows.next();
    this.#viewed.set(this.#rows.bytes);
  }

  isSameKey(other: Side): boolean {
    const [a, b] = [this.#rows, other.#rows];
    const length = a.keyEnd - a.keyStart;
    if (length !== b.keyEnd - b.keyStart) return false;
    return this.#viewed.isSame(a.keyStart, other.#viewed, b.keyStart, length);
  }

  isSameValue(other: Side): boolean {
    const [a, b] = [this.#rows, other.#rows];
    const length = a.valueEnd - a.valueStart;
    if (length !== b.valueEnd - b.valueStart) return false;
    return this.#viewed.isSame(a.valueStart, other.#viewed, b.valueStart, length);
  }

  /** By the bytes that both keys are long; 0: one is the beginning of the other. */
  compareKey(other: Side): number {
    const [a, b] = [this.#rows, other.#rows];
    const length = Math.min(a.keyEnd - a.keyStart, b.keyEnd - b.keyStart);
    return a.bytes.compare(b.bytes, b.keyStart, b.keyStart + length, a.keyStart, a.keyStart + length);
  }

  wait(): void {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, valueOffset } = this.#rows;
    this.waiting.add(bytes, keyStart, keyEnd, { offset: valueOffset, length: valueEnd - valueStart });
  }

  /** Whether the value at hand is one that stands in another side. */
  isValueAt(other: Side, { offset, length }: WaitingValue): boolean {
    const { bytes, valueStart, valueEnd } = this.#rows;
    if (length !== valueEnd - valueStart) return false;
    const value = Buffer.allocUnsafe(length);
    other.#source.readAt(offset, value);
    return bytes.compare(value, 0, length, valueStart, valueEnd) === 0;
  }
}
