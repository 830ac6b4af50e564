import { OpenKeys } from '@ekv/snapshot';

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

/** Tells what each version of rows changed, while versions come as they stand in a snapshot: those of one row the newest first. */
export class RowVersions {
  readonly #tell: (timestamp: bigint, change: RowChange) => void;
  readonly #open: OpenKeys<{ version: RowVersion | undefined }>;

  constructor(tell: (timestamp: bigint, change: RowChange) => void) {
    this.#tell = tell;
    this.#open = new OpenKeys({
      open: () => ({ version: undefined }),
      close: ({ version }) => this.#changed(version!, undefined),
    });
  }

  /** Of the row with the key `bytes[start, end)`, behind which the version stands. What is needed of it is copied. */
  add(bytes: Buffer, start: number, end: number, version: RowVersion): void {
    const row = this.#open.of(bytes, start, end);
    if (row.version !== undefined) this.#changed(row.version, version);
    row.version = version;
  }

  /** No more versions come. */
  end(): void {
    this.#open.end();
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
