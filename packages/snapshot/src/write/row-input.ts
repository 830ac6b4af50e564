import { givenUnread, isAsyncIterable, isIterable, kindOf } from '../arguments.ts';
import { ArgumentError } from '../errors.ts';
import type { Pace } from './pace.ts';
import type { SnapshotRow, SnapshotWriter } from './snapshot-writer.ts';

/** A row, or rows that belong together, such as those of one object. */
export type RowOrRows = SnapshotRow | Iterable<SnapshotRow> | AsyncIterable<SnapshotRow>;

/** Rows, at once or as they come. */
export type RowInput = Iterable<RowOrRows> | AsyncIterable<RowOrRows>;

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

  /** Throws what the source throws, ArgumentError for what is no row, and what the writer throws. */
  async addAll(input: RowInput): Promise<void> {
    if (isAsyncIterable<RowOrRows>(input)) {
      givenUnread(input, 'the stream of rows');
      for await (const given of this.#pace.untilAborted(input)) {
        const waiting = this.#take(given);
        if (waiting !== undefined) await waiting;
      }
    } else if (isIterable<RowOrRows>(input)) {
      for (const given of input) {
        const waiting = this.#take(given);
        if (waiting !== undefined) await waiting;
      }
    } else throw new ArgumentError(`rows must be an iterable or an async iterable of rows, not ${kindOf(input)}`);
  }

  /** A promise only where there is something to wait for: one for each row would cost more than the row. */
  #take(given: RowOrRows): Promise<void> | undefined {
    if (isRow(given)) return this.#add(given);
    if (isAsyncIterable<SnapshotRow>(given) || isIterable<SnapshotRow>(given)) return this.#addGroup(given);
    throw new ArgumentError(`a row must be an object with key and value, not ${kindOf(given)}`);
  }

  async #addGroup(rows: Iterable<SnapshotRow> | AsyncIterable<SnapshotRow>): Promise<void> {
    if (isAsyncIterable(rows)) {
      for await (const row of this.#pace.untilAborted(rows)) {
        const waiting = this.#add(checkedRow(row));
        if (waiting !== undefined) await waiting;
      }
      return;
    }
    for (const row of rows) {
      const waiting = this.#add(checkedRow(row));
      if (waiting !== undefined) await waiting;
    }
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

function checkedRow(row: SnapshotRow): SnapshotRow {
  if (!isRow(row)) throw new ArgumentError(`a row must be an object with key and value, not ${kindOf(row)}`);
  return row;
}

/** What is neither bytes nor a slice would become NULs, or nothing. */
function checkBytes(key: unknown, value: unknown): void {
  if (!(key instanceof Uint8Array)) throw new ArgumentError(`the key of a row must be bytes, not ${kindOf(key)}`);
  if (value instanceof Uint8Array) return;
  if (typeof value !== 'object' || value === null || !('offset' in value) || !('path' in value))
    throw new ArgumentError(`the value of a row must be bytes or a slice of a file, not ${kindOf(value)}`);
}
