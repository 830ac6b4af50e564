import type { Problems } from '@ekv/dump-tree';
import { RowError, type RowSource } from '@ekv/snapshot';
import type { RowJson } from '../layout/row-json.ts';
import { attemptRows, type CheckedSource, type CountedRows } from './damaged-rows.ts';

/**
 * Makes problems of all rows whose key or value breaks a rule, each once, so that one run shows all of them. For a decode that
 * ended at the first of them: it costs one more walk over all rows, in that case alone.
 */
export class DamagedRows {
  readonly #problems: Problems;
  /** Offsets of the rows that became problems: two walks may find the same row. */
  readonly #offsets = new Set<number>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** Throws every other error on. */
  add(error: unknown): void {
    if (!(error instanceof RowError)) throw error;
    if (this.#offsets.has(error.offset)) return;
    this.#offsets.add(error.offset);
    this.#problems.add(error);
  }

  addAll(source: RowSource, json: RowJson, counted: CountedRows): void {
    const collecting: CheckedSource = {
      rows: (prefix, options) => source.rows(prefix, options),
      count: (prefix) => source.count(prefix),
      readAt: (offset, into) => source.readAt(offset, into),
      leaveOut: (error) => this.add(error),
      attempt: (check) => {
        try {
          check();
        } catch (error) {
          this.add(error);
        }
      },
    };
    attemptRows(collecting, json, counted);
  }
}
