import { CATALOG_ROWS, CATALOG_VERSION_KEY } from './key/catalog-key.ts';
import { beginsWith, prefixBytes } from './key/key-bytes.ts';
import { queueNameAt } from './key/partitioned-key.ts';
import { RouteKey } from './key/route-key.ts';
import { KeyPart } from './key/transaction-key.ts';
import { PartitionLookup, type PartitionMap } from './ranges/partition-map.ts';
import type { RouteRange } from './ranges/route-range.ts';
import { RouteTable } from './ranges/route-table.ts';

/** No range, or no partition, holds the row: a server refuses to write it, and never finds it. */
export const NO_GROUP = -1;
/** The row may lie in any group, as its key does not say which. */
export const ANY_GROUP = -2;

/** What a {@link Router} goes by besides the ranges. */
export interface RouterOptions {
  /**
   * Of queues with partitions; with an empty one their rows go by the ranges, as a server without that flag has them. `unknown` for
   * who reads the rows of a server whose flag nobody knows: they may lie anywhere then. Default: empty.
   */
  readonly partitions?: PartitionMap | 'unknown';
  /**
   * Is told of each row of a queue with partitions that the map does not have; the row then goes by the ranges, where a server without
   * a map looks for it. Default: such a row has no group, but for an empty map.
   */
  readonly onUnmapped?: (queue: string) => void;
}

/**
 * Says which Raft group a row belongs to, by ranges and partition map. Made once for many rows; quickest for keys in order.
 * docs/format/10-routing.md, sections 1 to 4.
 */
export class Router {
  /** Ascending by start. */
  readonly ranges: readonly RouteRange[];
  /** Ids of all groups of the ranges and of the partition map, ascending. */
  readonly groups: readonly bigint[];
  readonly #table: RouteTable;
  readonly #indexes: ReadonlyMap<bigint, number>;
  readonly #partitions: PartitionLookup | 'unknown' | 'none';
  readonly #onUnmapped: ((queue: string) => void) | undefined;
  readonly #part = new KeyPart();
  readonly #routeKey = new RouteKey();
  /** Index of the group that holds the catalog. */
  readonly #catalog: number;

  /** Throws ArgumentError for ranges with which no server starts. */
  constructor(ranges: readonly RouteRange[], { partitions = new Map(), onUnmapped }: RouterOptions = {}) {
    this.#onUnmapped = onUnmapped;
    this.#table = new RouteTable(ranges);
    this.ranges = this.#table.ranges;
    const mapped = partitions === 'unknown' ? [] : [...partitions.values()].flat();
    this.groups = [...new Set([...ranges.map(({ group }) => group), ...mapped])].sort((a, b) => (a < b ? -1 : 1));
    this.#indexes = new Map(this.groups.map((group, i) => [group, i]));
    if (partitions === 'unknown') this.#partitions = partitions;
    else if (partitions.size === 0 && onUnmapped === undefined) this.#partitions = 'none';
    else this.#partitions = new PartitionLookup(partitions);
    this.#catalog = this.#findByRanges(CATALOG_VERSION_KEY, 0, CATALOG_VERSION_KEY.length);
  }

  /** Index in {@link groups} of the group of the row with the stored key `bytes[start, end)`; {@link NO_GROUP} or {@link ANY_GROUP} without one. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const part = this.#part;
    part.look(bytes, start, end);
    const second = bytes[part.start + 1];
    if (second === 0x73) {
      const special = this.#findQueueOrChunk(bytes, part.start, part.end);
      if (special !== undefined) return special;
    } else if (second === 0x64 && beginsWith(bytes, part.start, part.end, CATALOG)) return this.#catalog;
    return this.#findByRanges(bytes, part.start, part.end);
  }

  /** The group of a row by its stored key (without the timestamp of a version); nothing when it has none, or may lie in any. */
  groupOf(storedKey: Uint8Array): bigint | undefined {
    return this.groups[this.find(storedKey, 0, storedKey.length)];
  }

  #findByRanges(bytes: Uint8Array, start: number, end: number): number {
    this.#routeKey.look(bytes, start, end);
    const range = this.#table.find(this.#routeKey);
    return range === undefined ? NO_GROUP : this.#indexes.get(range.group)!;
  }

  #findQueueOrChunk(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (beginsWith(bytes, start, end, CHUNK_BLOBS)) return ANY_GROUP;
    if (this.#partitions === 'none') return undefined;
    const name = queueNameAt(bytes, start, end);
    if (name === -1) return undefined;
    if (this.#partitions === 'unknown') return ANY_GROUP;
    const group = this.#partitions.groupOf(bytes, name, end);
    if (group !== undefined) return this.#indexes.get(group)!;
    const queue = this.#onUnmapped === undefined ? undefined : this.#partitions.unmapped(bytes, name, end);
    if (queue === undefined) return NO_GROUP;
    this.#onUnmapped?.(queue);
    return undefined;
  }
}

/** These lie with the version of the catalog. */
const CATALOG = prefixBytes(CATALOG_ROWS);

/** These lie beside the rows that refer to them. */
const CHUNK_BLOBS = prefixBytes('!s3|chunkblob|');

/** What a server compares with its ranges for a row, by its stored key; the key of a transaction row counts as that of the row it is about. */
export function routeKey(storedKey: Uint8Array): Buffer {
  const part = new KeyPart();
  const found = new RouteKey();
  part.look(storedKey, 0, storedKey.length);
  found.look(storedKey, part.start, part.end);
  return found.toBuffer();
}
