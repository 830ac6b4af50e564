import { givenBytes, givenOnce, isAsyncIterable, isIterable, kindOf, wrongKind } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import type { Pace } from './pace.ts';
import type { SnapshotRow, SnapshotWriter } from './snapshot-writer.ts';

/** A row, or rows that belong together, such as those of one object, of one table, of one source. */
export type RowOrRows = SnapshotRow | Iterable<RowOrRows> | AsyncIterable<RowOrRows>;

/** Rows, at once or as they come. */
export type RowInput = Iterable<RowOrRows> | AsyncIterable<RowOrRows>;

/** Groups that stand in groups: sources of tables of items of rows, and some more. */
const DEEPEST = 8;

/** A look at the clock costs as much as a small row. */
const ROWS_PER_LOOK = 32;

/** Adds rows to a writer, in slices. A source that is left early, because of an error or a signal, is told so. */
export class RowCollector {
  readonly #writer: SnapshotWriter;
  readonly #pace: Pace;
  #sinceLook = 0;

  constructor(writer: SnapshotWriter, pace: Pace) {
    this.#writer = writer;
    this.#pace = pace;
  }

  /** Throws what the source throws, ArgumentError for anything but rows, and what the writer throws. */
  async addAll(input: RowInput): Promise<void> {
    if (!isAsyncIterable(input) && !isIterable(input))
      throw wrongKind(input, 'rows', 'an iterable or an async iterable of rows', advice(input));
    await this.#addGroup(input, 1);
  }

  async #addGroup(rows: RowInput, depth: number): Promise<void> {
    if (depth > DEEPEST) throw new ArgumentError(`groups of rows stand in each other more than ${DEEPEST} deep`);
    // What can be walked over once would give nothing the second time, and the snapshot would lack its rows.
    givenOnce(rows, 'the source of rows');
    if (isAsyncIterable<RowOrRows>(rows)) {
      for await (const given of this.#pace.untilAborted(rows)) {
        const waiting = this.#take(given, depth);
        if (waiting !== undefined) await waiting;
      }
      return;
    }
    for (const given of rows) {
      const waiting = this.#take(given, depth);
      if (waiting !== undefined) await waiting;
    }
  }

  /** A promise only where there is something to wait for: one for each row would cost more than the row. */
  #take(given: RowOrRows, depth: number): Promise<void> | undefined {
    if (isRow(given)) return this.#add(unread(given));
    if (isAsyncIterable(given) || isIterable(given)) return this.#addGroup(given, depth + 1);
    throw wrongKind(given, 'a row', 'an object with a key and a value', advice(given));
  }

  /** Each property is read once: what was checked is what is written. */
  #add({ key, value }: SnapshotRow): Promise<void> | undefined {
    checkBytes(key, value);
    if (!this.#writer.fits(key, value)) return this.#addAfterSpill(key, value);
    this.#writer.add(key, value);
    if (++this.#sinceLook < ROWS_PER_LOOK) return undefined;
    this.#sinceLook = 0;
    return this.#pace.isOver ? this.#pace.rest() : undefined;
  }

  async #addAfterSpill(key: Uint8Array, value: SnapshotRow['value']): Promise<void> {
    await this.#pace.finish(this.#writer.spillInSteps());
    this.#writer.add(key, value);
  }
}

function isRow(given: RowOrRows): given is SnapshotRow {
  return typeof given === 'object' && given !== null && 'key' in given && 'value' in given;
}

/** A string that a reader gave has a key and a value, and is no row: nothing would find it again. */
function unread(given: SnapshotRow): SnapshotRow {
  if ((given as { readonly type?: unknown }).type === undefined) return given;
  throw new ArgumentError(
    'a row has a key and a value alone, this has a type: it is what a reader gave; make rows of it, as by stringRecord(key, value)',
  );
}

/** What was forgotten, as a rule. */
function advice(given: unknown): string {
  if (typeof given !== 'object' || given === null || 'then' in given) return '';
  if (isRow(given as RowOrRows)) return '; put the one row into an array';
  if ('rows' in given) return '; give what its rows(...) gives';
  return '; an adapter makes rows of keys, items, objects and messages';
}

/** What is neither bytes nor a slice would become NULs, or nothing. */
function checkBytes(key: unknown, value: unknown): void {
  if (!(key instanceof Uint8Array)) throw new ArgumentError(`the key of a row must be bytes, not ${kindOf(key)}`);
  if (key.length === 0) givenBytes(key, 'the key of a row');
  if (value instanceof Uint8Array) {
    if (value.length === 0) givenBytes(value, 'the value of a row');
    return;
  }
  if (typeof value !== 'object' || value === null || !('offset' in value) || !('path' in value))
    throw new ArgumentError(`the value of a row must be bytes or a slice of a file, not ${kindOf(value)}`);
}
