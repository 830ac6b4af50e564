import type { AdapterName } from '@ekv/manifest';
import { DataError, type Warn } from '@ekv/snapshot';
import type { AsOf } from '../groups/as-of.ts';

/** What a decode expects of its selected adapters. */
export interface ExpectedData {
  /**
   * The adapters that somebody chose by their names: each of them should have data, of the others at least one. Default: none.
   */
  readonly namedAdapters?: readonly AdapterName[] | undefined;
  /** Missing data ends the run. */
  readonly requireData?: boolean | undefined;
  /** The moment that was asked for: there may have been no data yet. */
  readonly asOf?: AsOf | undefined;
}

const ADVICE =
  'check that it is the right group, file and adapter; a young node has only the empty snapshot of its start, and takes the next one after 10000 log entries';

const MOMENT_ADVICE = 'the moment of --as-of may be before its first write, then ask for a later one';

/**
 * Looks at how much each selected adapter has: a dump of nothing must not look like a good one. Says nothing of a single adapter
 * without data that nobody named. docs/format/08-cli.md, section 2.4.
 */
export class DataCheck {
  readonly #expected: ExpectedData;
  readonly #warn: Warn;
  readonly #advice: string;

  constructor(expected: ExpectedData, warn: Warn) {
    this.#expected = expected;
    this.#warn = warn;
    const isOfMoment = expected.asOf !== undefined && expected.asOf !== 'none';
    this.#advice = isOfMoment ? `${MOMENT_ADVICE}; ${ADVICE}` : ADVICE;
  }

  /** Early, before anything is decoded. Throws DataError when data is required. */
  rows(rows: ReadonlyMap<AdapterName, number>): void {
    if (this.#expected.requireData) this.#refuse(this.#missing(rows));
  }

  /** When all is decoded: rows that give no file are no data either. Throws DataError when data is required. */
  files(files: ReadonlyMap<AdapterName, number>): void {
    const missing = this.#missing(files);
    if (missing.length === 0) return;
    if (this.#expected.requireData) this.#refuse(missing);
    const isAll = missing.length === files.size;
    this.#warn({
      event: 'no_data',
      message: `the snapshot has no data of ${missing.join(', ')}${isAll ? ', so the dump is empty' : ''}: ${this.#advice}`,
      fields: { adapters: missing.join(',') },
      ...(isAll ? { doubt: true } : {}),
    });
  }

  #missing(counts: ReadonlyMap<AdapterName, number>): AdapterName[] {
    const empty = [...counts].filter(([, count]) => count === 0).map(([name]) => name);
    if (empty.length === counts.size) return empty;
    return empty.filter((name) => this.#expected.namedAdapters?.includes(name));
  }

  #refuse(missing: readonly AdapterName[]): void {
    if (missing.length === 0) return;
    throw new DataError(`--require-data: the snapshot has no data of ${missing.join(', ')}: ${this.#advice}`);
  }
}
