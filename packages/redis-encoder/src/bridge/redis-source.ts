import { Findings, ScratchFolder, type Warn } from '@ekv/snapshot';
import {
  givenBytes,
  givenFields,
  givenInteger,
  givenObject,
  givenWarn,
  type TextOrBytes,
} from '@ekv/snapshot/arguments';
import type { Redis } from './commands.ts';
import { FactsReader, type KeyFacts } from './key-facts.ts';
import { type KeyRows, KeyRowsReader } from './key-rows.ts';
import { nextKeys, scannedKeys } from './scanned-keys.ts';
import type { Skipped } from './skipped.ts';

/** Which keys of a server are wanted, and how they are read. */
export interface RedisSourceOptions {
  /** Only keys that match, as MATCH of SCAN has it: `user:*`. Default: all. */
  readonly match?: TextOrBytes | undefined;
  /**
   * Keys that SCAN looks at, and elements that are read, at once. A larger collection is read page by page. Default: 1000.
   */
  readonly count?: number | undefined;
  /** Gets what was left out, once for each kind of it (docs/errors.md), when the last key was given. */
  readonly warn?: Warn | undefined;
  /** Folder for names of keys and elements when they are many, in unlinked files. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

const OPTIONS: ReadonlyArray<keyof RedisSourceOptions> = ['match', 'count', 'warn', 'scratchRoot'];
const COUNT = 1000;
/** Keys that are asked about at once. */
const KEYS_AT_ONCE = 100;
/** Of values that are read at once, about; a larger value is read alone. */
const BYTES_AT_ONCE = 4 << 20;
/** What an element of a collection may have, about. */
const ELEMENT_BYTES = 256;
/** How often a key that changes its type while it is read is tried. */
const TRIES = 3;

/**
 * The keys of a Redis server as groups of rows, one for each key, for `writeSnapshot`. Each is read at its own moment: a server that is written
 * to meanwhile gives no state of one time.
 *
 * Keys are scanned first, and each is given once, though SCAN may give one again. Memory is bounded: a value at a time, or the elements
 * of a page.
 */
export class RedisSource implements AsyncIterable<KeyRows> {
  /** What was passed over so far. */
  readonly skipped: Skipped = { hyperLogLog: 0, module: 0, binaryEntry: 0, vanished: 0 };
  readonly #redis: Redis;
  readonly #match: Buffer | undefined;
  readonly #count: number;
  readonly #warn: Warn | undefined;
  readonly #scratchRoot: string | undefined;

  /** Throws ArgumentError. */
  constructor(redis: Redis, options: RedisSourceOptions) {
    const { match, count = COUNT, warn, scratchRoot } = givenObject(options, 'the options of redisSource');
    givenFields(options, OPTIONS, 'redisSource', 'option');
    this.#redis = redis;
    this.#match = match === undefined ? undefined : Buffer.from(givenBytes(match, 'the option "match"'));
    this.#count = Number(givenInteger(count, 'the option "count"', { min: 1n, max: 1_000_000n }));
    this.#warn = givenWarn(warn, 'redisSource');
    this.#scratchRoot = scratchRoot;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<KeyRows, void, undefined> {
    const redis = this.#redis;
    const { skipped } = this;
    for (const kind of Object.keys(skipped) as Array<keyof Skipped>) skipped[kind] = 0;
    const scratch = new ScratchFolder(this.#scratchRoot);
    const findings = new Findings();
    const facts = new FactsReader(redis);
    const values = new KeyRowsReader({ redis, count: this.#count, scratch, skipped, findings });
    try {
      const keys = await scannedKeys(redis, { match: this.#match, count: this.#count }, scratch);
      try {
        for (let names = nextKeys(keys, KEYS_AT_ONCE); names.length > 0; names = nextKeys(keys, KEYS_AT_ONCE)) {
          const found = await Promise.all(names.map((name) => facts.read(name)));
          for (const few of readAtOnce(found, this.#count))
            yield* await Promise.all(few.map((one) => this.#rows(one, facts, values)));
        }
      } finally {
        keys.close();
      }
      if (this.#warn !== undefined) findings.report(this.#warn);
    } finally {
      values.close();
      scratch.remove();
    }
  }

  /** None for a key that is gone. */
  async #rows(found: KeyFacts, facts: FactsReader, values: KeyRowsReader): Promise<KeyRows> {
    let rows = await values.read(found);
    for (let i = 1; rows === 'gone' && i < TRIES; i++) {
      const again = await facts.read(found.key);
      if (again.type === 'none') break;
      rows = await values.read(again);
    }
    if (rows !== 'gone') return rows;
    this.skipped.vanished++;
    return [];
  }
}

/** Keys whose values are read at once: many small ones, or a large one alone. */
function* readAtOnce(found: readonly KeyFacts[], count: number): Generator<KeyFacts[]> {
  let few: KeyFacts[] = [];
  let bytes = 0;
  for (const facts of found) {
    const isLarge = facts.type !== 'string' && facts.size > count;
    const size = facts.type === 'string' ? facts.size : facts.size * ELEMENT_BYTES;
    if (few.length > 0 && (isLarge || bytes + size > BYTES_AT_ONCE)) {
      yield few;
      few = [];
      bytes = 0;
    }
    few.push(facts);
    bytes += isLarge ? BYTES_AT_ONCE : size;
  }
  if (few.length > 0) yield few;
}
