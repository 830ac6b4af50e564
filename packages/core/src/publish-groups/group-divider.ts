import { MOST_PROBLEMS, TreeProblemsError } from '@ekv/dump-tree';
import { Router, routeKey } from '@ekv/routing';
import { DataError, fewOf, printable, type Warn } from '@ekv/snapshot';
import type { GivenGroups } from './given-groups.ts';

/** Queues that a warning names. */
const MOST_NAMES = 8;

/** Gives each row of a tree to its group, and collects rows that belong to none. */
export class GroupDivider {
  readonly #router: Router;
  readonly #isMapEmpty: boolean;
  /** Stored keys without a group: the first ones. */
  readonly #lost: Buffer[] = [];
  #lostCount = 0;
  readonly #unmapped = new Set<string>();

  constructor({ ranges, partitions }: GivenGroups) {
    this.#router = new Router(ranges, { partitions, onUnmapped: (queue) => this.#unmapped.add(queue) });
    this.#isMapEmpty = partitions.size === 0;
  }

  /** Index of the group of the row with the user key `bytes[start, end)`, below 0 for none. */
  readonly find = (bytes: Uint8Array, start: number, end: number): number => {
    const index = this.#router.find(bytes, start, end);
    if (index < 0) this.#lose(bytes, start, end);
    return index;
  };

  /** Throws DataError when rows had no group; warns of queues that the partition map lacks. */
  report(warn: Warn): void {
    if (this.#lostCount > 0) throw this.#lostRows();
    if (this.#unmapped.size === 0) return;
    const names = [...this.#unmapped];
    const shown = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name));
    warn({
      event: 'queue_not_in_partition_map',
      message: `queues with several partitions are not in --partition-map: ${fewOf(shown, names.length)}; their messages go by --groups, where a server finds them that runs without --sqsFifoPartitionMap, and no other; name them in --partition-map as the server has them`,
      fields: { count: names.length, example: names[0]! },
      // With a map that has others a server does not look there at all.
      ...(this.#isMapEmpty ? {} : { doubt: true }),
    });
  }

  #lose(bytes: Uint8Array, start: number, end: number): void {
    this.#lostCount++;
    if (this.#lost.length < MOST_PROBLEMS) this.#lost.push(Buffer.from(bytes.subarray(start, end)));
  }

  #lostRows(): DataError {
    const byRanges = new Router(this.#router.ranges);
    const lines = this.#lost.map((key) => lostRow(key, byRanges));
    if (this.#lostCount === 1) return new DataError(lines[0]!);
    return new TreeProblemsError(lines, this.#lostCount <= MOST_PROBLEMS);
  }
}

function lostRow(key: Buffer, byRanges: Router): string {
  const name = `the row ${printable(key)} has no route`;
  return byRanges.groupOf(key) === undefined
    ? `${name}: no range of --groups holds ${printable(routeKey(key))}, by which it goes; let a range hold it`
    : `${name}: --partition-map names fewer partitions of its queue than the queue has; name all of them`;
}
