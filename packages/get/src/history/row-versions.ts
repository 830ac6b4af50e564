const TIMESTAMP_BYTES = 8;

/** A version of a row. */
export interface RowVersion {
  readonly timestamp: bigint;
  /** False: a deletion. */
  readonly isAlive: boolean;
  /** Bytes of its body. */
  readonly size: number;
}

/** What a version changed against the one before it. */
export interface RowChange {
  readonly written: number;
  readonly deleted: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Tells what each version of rows changed, while versions come as they stand in a snapshot: those of one row the newest first, with those of rows between
 * them whose keys begin with its key.
 */
export class RowVersions {
  readonly #tell: (timestamp: bigint, change: RowChange) => void;
  /** Rows whose older versions can still come: the encoded key that came last begins with each of them. docs/format/01-snapshot.md, section 6.2. */
  readonly #open: { readonly key: Buffer; version: RowVersion }[] = [];

  constructor(tell: (timestamp: bigint, change: RowChange) => void) {
    this.#tell = tell;
  }

  /** @param encoded key with its version; what is needed of it is copied. */
  add(encoded: Buffer, version: RowVersion): void {
    for (const [i, { key }] of [...this.#open.entries()].reverse()) if (!startsWith(encoded, key)) this.#close(i);
    const length = encoded.length - TIMESTAMP_BYTES;
    const same = this.#open.find(({ key }) => key.length === length);
    if (same !== undefined) {
      this.#changed(same.version, version);
      same.version = version;
    } else this.#open.push({ key: Buffer.from(encoded.subarray(0, length)), version });
  }

  /** No more versions come. */
  end(): void {
    while (this.#open.length > 0) this.#close(0);
  }

  #close(i: number): void {
    const [closed] = this.#open.splice(i, 1);
    this.#changed(closed!.version, undefined);
  }

  #changed(newer: RowVersion, older: RowVersion | undefined): void {
    this.#tell(newer.timestamp, {
      written: newer.isAlive ? 1 : 0,
      // DEL of a server deletes what a key of each type would have.
      deleted: !newer.isAlive && older?.isAlive ? 1 : 0,
      rows: Number(newer.isAlive) - Number(older?.isAlive ?? false),
      bytes: newer.size - (older?.size ?? 0),
    });
  }
}

function startsWith(key: Buffer, start: Buffer): boolean {
  return key.length >= start.length && key.compare(start, 0, start.length, 0, start.length) === 0;
}
