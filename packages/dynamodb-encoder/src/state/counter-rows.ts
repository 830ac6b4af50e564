import { readStateLines, type StateReading, U64_MAX } from '@ekv/adapter';
import { JsonReader, type TreeSource } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, SMALL_SORT_BYTES, type SnapshotRow } from '@ekv/snapshot';
import { GENERATION_ROWS } from '../layout/families.ts';
import { COUNTERS_FILE, FIRST_GENERATION } from './counter-lines.ts';

/**
 * Generation counters of the tables of a tree and of those that were deleted: both meet in a sort by key. A counter of a table that is
 * there is at least 1, the generation of its rows.
 */
export class CounterRows {
  readonly #sorter: ExternalSorter;
  readonly #edited: StateReading['edited'];

  /** Reads the lines. Throws DataError for one that breaks a rule. */
  constructor(tree: TreeSource, scratch: ScratchFolder, { edited }: StateReading) {
    this.#edited = edited;
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
    try {
      this.#readLines(tree);
    } catch (error) {
      this.#sorter.close();
      throw error;
    }
  }

  #readLines(tree: TreeSource): void {
    const reader = new JsonReader();
    let table: Buffer | undefined;
    let generation: bigint | undefined;
    readStateLines(tree, reader, {
      path: COUNTERS_FILE,
      fields: {
        table: () => {
          table = Buffer.from(reader.stringBytes('"table"'));
        },
        generation: () => {
          generation = reader.integer('"generation"', 0n, U64_MAX);
        },
      },
      begin: () => {
        table = generation = undefined;
      },
      take: (line) => {
        if (table === undefined || table.length === 0) return line.fail('"table" is missing or empty');
        if (generation === undefined) return line.fail('"generation" is missing');
        const key = Buffer.from(GENERATION_ROWS + table.toString('base64url'), 'latin1');
        line.ascend(key);
        this.#sorter.add(key, Buffer.from(String(generation)));
      },
    });
  }

  /** @param key of the counter of a table that is in the tree. */
  addTable(key: Uint8Array): void {
    this.#sorter.add(key, Buffer.from(String(FIRST_GENERATION)));
  }

  /** To be called once. */
  *records(): Generator<SnapshotRow> {
    const rows = this.#sorter.sorted();
    try {
      let key: Buffer | undefined;
      let counter = 0n;
      while (rows.next()) {
        const next = BigInt(rows.bytes.toString('latin1', rows.payloadStart, rows.payloadEnd));
        if (key !== undefined && rows.isRepeated()) {
          if (next > counter) counter = next;
          // Of a table that is there a decode has no such line.
          if (counter === FIRST_GENERATION) this.#edited(COUNTERS_FILE);
          continue;
        }
        if (key !== undefined) yield { key, value: Buffer.from(String(counter)) };
        key = Buffer.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
        counter = next;
      }
      if (key !== undefined) yield { key, value: Buffer.from(String(counter)) };
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#sorter.close();
  }
}
