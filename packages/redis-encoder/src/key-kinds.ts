import {
  ExternalSorter,
  ListedWarnings,
  printable,
  type ScratchFolder,
  SIDE_SORT_BYTES,
  type Warn,
} from '@ekv/snapshot';

/** Kinds of values that a Redis key can have, in the order in which a server looks for them; docs/format/03-redis.md, section 3. */
export const KINDS = ['hash', 'list', 'HyperLogLog', 'string', 'set', 'sorted set', 'stream'] as const;

export type Kind = (typeof KINDS)[number];

/** In the payload, beside the number of the kind: the key expires as that kind. */
const EXPIRES = 0x80;

/** A key that has values of several kinds. */
export interface SharedKey {
  readonly key: Uint8Array;
  /** In the order in which a server looks for them. */
  readonly kinds: readonly Kind[];
  /** Those as which it expires, as far as that is known. */
  readonly expiring: readonly Kind[];
}

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

  /** @param key valid during the call. Each key comes at least once for each of its kinds. */
  add(key: Uint8Array, kind: Kind): void {
    this.#add(key, KINDS.indexOf(kind));
  }

  /** As {@link add}, of a key that expires as that kind; beside it or in its place. */
  addExpiring(key: Uint8Array, kind: Kind): void {
    this.#add(key, KINDS.indexOf(kind) | EXPIRES);
  }

  /**
   * Warns of keys with several kinds: the first 20 with their names, then a number. To be called once, at the end.
   *
   * @param onShared gets each of these keys, ascending by their bytes.
   */
  report(warn: Warn, onShared: (shared: SharedKey) => void = () => {}): void {
    const warnings = new ListedWarnings(warn, 'redis_two_kinds', 'more keys have values of several kinds');
    for (const shared of this.#shared()) {
      warnings.add(...clash(shared));
      onShared(shared);
    }
    warnings.finish();
  }

  /** Lets go of memory and scratch in place of {@link report}. */
  close(): void {
    this.#sorter?.close();
  }

  *#shared(): Generator<SharedKey> {
    const rows = this.#sorter?.sorted();
    if (rows === undefined) return;
    try {
      for (let isPresent = rows.next(); isPresent; ) {
        const payloads = [rows.bytes[rows.payloadStart]!];
        isPresent = rows.next();
        // Nearly all keys have one row.
        if (!isPresent || !rows.isRepeated()) continue;
        const key = Buffer.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
        for (; isPresent && rows.isRepeated(); isPresent = rows.next()) payloads.push(rows.bytes[rows.payloadStart]!);
        const kinds = KINDS.filter((_, i) => payloads.includes(i) || payloads.includes(i | EXPIRES));
        if (kinds.length < 2) continue;
        yield { key, kinds, expiring: KINDS.filter((_, i) => payloads.includes(i | EXPIRES)) };
      }
    } finally {
      rows.close();
    }
  }

  #add(key: Uint8Array, payload: number): void {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: SIDE_SORT_BYTES });
    const slot = this.#sorter.reserve(key.length, 1);
    if (slot === undefined) return this.#sorter.add(key, Buffer.from([payload]));
    slot.bytes.set(key, slot.at);
    slot.bytes[slot.at + key.length] = payload;
  }
}

function clash({ key, kinds }: SharedKey): [string, { key: string; kinds: string }] {
  const name = printable(key);
  return [
    `the key ${name} has values of several kinds (${kinds.join(', ')}); a server shows the ${kinds[0]} and keeps the rest below it, where it comes back when the ${kinds[0]} is deleted`,
    { key: name, kinds: kinds.join(',') },
  ];
}
