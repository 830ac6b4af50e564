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
  /** Rows whose older versions can still come: each begins with the one before. */
  readonly #open: { readonly key: Buffer; version: RowVersion }[] = [];

  constructor(tell: (timestamp: bigint, change: RowChange) => void) {
    this.#tell = tell;
  }

  /** @param key without its version; it is copied. */
  add(key: Buffer, version: RowVersion): void {
    for (let last = this.#open.at(-1); last !== undefined && !startsWith(key, last.key); last = this.#open.at(-1))
      this.#close();
    const same = this.#open.find((one) => one.key.length === key.length);
    if (same !== undefined) {
      this.#changed(same.version, version);
      same.version = version;
    } else this.#open.push({ key: Buffer.from(key), version });
  }

  /** No more versions come. */
  end(): void {
    while (this.#open.length > 0) this.#close();
  }

  #close(): void {
    this.#changed(this.#open.pop()!.version, undefined);
  }

  #changed(newer: RowVersion, older: RowVersion | undefined): void {
    this.#tell(newer.timestamp, {
      written: newer.isAlive ? 1 : 0,
      deleted: newer.isAlive ? 0 : 1,
      rows: Number(newer.isAlive) - Number(older?.isAlive ?? false),
      bytes: newer.size - (older?.size ?? 0),
    });
  }
}

function startsWith(key: Buffer, start: Buffer): boolean {
  return key.length >= start.length && key.compare(start, 0, start.length, 0, start.length) === 0;
}
