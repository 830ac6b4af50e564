import type { RowCursor, RowSource } from '@ekv/snapshot';
import { ViewedBytes } from './viewed-bytes.ts';
import { WaitingRows, type WaitingValue } from './waiting-rows.ts';

/** Bytes that stand somewhere. */
export interface BytesAt {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What both sides have under a key. */
export interface DifferingValues {
  readonly from: BytesAt;
  readonly to: BytesAt;
}

/**
 * Gets the key of a row that one side lacks, or that has another value there. All bytes are valid during the call.
 *
 * @param values absent when one side lacks the row.
 */
export type OnDiffering = (key: BytesAt, values?: DifferingValues) => void;

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
  const a = new Side('from', from, family);
  const b = new Side('to', to, family);
  const tell = (key: Buffer) => onDiffering({ bytes: key, start: 0, end: key.length });
  for (; a.isThere && b.isThere; onRows()) {
    if (a.isSameKey(b)) {
      if (!a.isSameValue(b)) onDiffering(a.key, { from: a.value, to: b.value });
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
  const waited = other.waiting.take(bytes, keyStart, keyEnd);
  if (waited !== undefined) compareWaited(side, other.valueAt(waited), onDiffering);
  else if (unless === 'is alone') onDiffering(side.key);
  else side.wait();
  side.next();
}

function compareWaited(side: Side, other: BytesAt, onDiffering: OnDiffering): void {
  const { key, value } = side;
  if (value.bytes.compare(other.bytes, other.start, other.end, value.start, value.end) === 0) return;
  onDiffering(key, side.name === 'from' ? { from: value, to: other } : { from: other, to: value });
}

/** One side of the walk, at a row. */
class Side {
  readonly name: keyof DifferingValues;
  readonly waiting: WaitingRows = new WaitingRows();
  readonly #source: RowSource;
  readonly #rows: RowCursor;
  readonly #viewed = new ViewedBytes();
  isThere = false;

  constructor(name: keyof DifferingValues, source: RowSource, family: string) {
    this.name = name;
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

  get key(): BytesAt {
    const { bytes, keyStart, keyEnd } = this.#rows;
    return { bytes, start: keyStart, end: keyEnd };
  }

  get value(): BytesAt {
    const { bytes, valueStart, valueEnd } = this.#rows;
    return { bytes, start: valueStart, end: valueEnd };
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

  /** A copy of the value of a row that waits. */
  valueAt({ offset, length }: WaitingValue): BytesAt {
    const bytes = Buffer.allocUnsafe(length);
    this.#source.readAt(offset, bytes);
    return { bytes, start: 0, end: length };
  }
}
