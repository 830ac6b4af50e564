import { ExternalSorter, ListedWarnings, printable, type ScratchFolder, type Warn } from '@ekv/snapshot';

/** Kinds of values that a Redis key can have, in the order in which a server looks for them; docs/format/03-redis.md, section 3. */
export const KINDS = ['hash', 'list', 'HyperLogLog', 'string', 'set', 'sorted set', 'stream'] as const;

export type Kind = (typeof KINDS)[number];

const ARENA_BYTES = 8 << 20;

/**
 * Finds keys that have values of two kinds. A healthy server has none; one that was changed inside of a transaction can:
 * it shows the first kind and keeps the other below it. All keys go through a sort, on disk when they are many.
 */
export class KeyKinds {
  readonly #scratch: ScratchFolder;
  #sorter: ExternalSorter | undefined;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  /** @param key valid during the call. Each key comes once for each of its kinds. */
  add(key: Uint8Array, kind: Kind): void {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: ARENA_BYTES });
    const place = this.#sorter.reserve(key.length, 1);
    if (place === undefined) return this.#sorter.add(key, Buffer.from([KINDS.indexOf(kind)]));
    place.bytes.set(key, place.at);
    place.bytes[place.at + key.length] = KINDS.indexOf(kind);
  }

  /** Warns of keys with several kinds: the first 20 with their names, then a number. To be called once, at the end. */
  report(warn: Warn): void {
    const rows = this.#sorter?.sorted();
    if (rows === undefined) return;
    const warnings = new ListedWarnings(warn, 'redis_two_kinds', 'more keys have values of several kinds');
    let key = Buffer.alloc(0);
    let kinds: Kind[] = [];
    const end = () => {
      if (kinds.length > 1) warnings.add(...clash(key, kinds));
    };
    while (rows.next()) {
      const kind = KINDS[rows.bytes[rows.payloadStart]!]!;
      if (rows.isRepeated()) {
        kinds.push(kind);
        if (kinds.length === 2) key = Buffer.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
        continue;
      }
      end();
      kinds = [kind];
    }
    end();
    rows.close();
    warnings.finish();
  }
}

function clash(key: Uint8Array, found: readonly Kind[]): [string, { key: string; kinds: string }] {
  const kinds = KINDS.filter((kind) => found.includes(kind));
  const name = printable(key);
  return [
    `the key ${name} has values of several kinds (${kinds.join(', ')}); a server shows the ${kinds[0]} and keeps the rest below it, where it comes back when the ${kinds[0]} is deleted`,
    { key: name, kinds: kinds.join(',') },
  ];
}
