import type { RowCursor } from '@ekv/snapshot';
import type { BlobType } from '../blob-types.ts';
import { blobExpiry, blobHeaderBytes } from '../layout/blob-value.ts';
import { isShown, type ValueContext } from './value-context.ts';

/** Strings or HyperLogLogs, one at a time, in the order of the file; docs/format/03-redis.md, sections 4 and 5. */
export class BlobWalk {
  /** The Redis key at hand, valid until the next one. */
  readonly key: { bytes: Buffer; keyStart: number; keyEnd: number };
  /** Where the value at hand stands in the key's bytes. */
  valueStart = 0;
  valueEnd = 0;
  /** Whether the value has a header, which says whether the key expires; else an index row does. */
  hasHeader = false;
  /** Of the header, ms since 1970; 0 = none. */
  expireAtMs = 0n;
  readonly #context: ValueContext;
  readonly #type: BlobType;
  readonly #rows: RowCursor;

  constructor(context: ValueContext, type: BlobType) {
    this.#context = context;
    this.#type = type;
    this.#rows = context.source.rows(type.prefix);
    this.key = { bytes: this.#rows.bytes, keyStart: 0, keyEnd: 0 };
  }

  /** File offset of the row at hand. */
  get offset(): number {
    return this.#rows.offset;
  }

  /** Goes to the next value; false after the last one. Throws RowError. */
  next(): boolean {
    const rows = this.#rows;
    const { prefix, headerByte, kind } = this.#type;
    while (rows.next()) {
      this.key.bytes = rows.bytes;
      this.key.keyStart = rows.keyStart + prefix.length;
      this.key.keyEnd = rows.keyEnd;
      if (!this.#context.isWanted(this.key)) continue;
      const headerBytes = blobHeaderBytes(rows, headerByte, prefix);
      this.hasHeader = headerBytes > 0;
      this.expireAtMs = blobExpiry(rows, headerBytes);
      if (this.#isDropped() || !isShown(this.#context, kind, this.key)) continue;
      this.valueStart = rows.valueStart + headerBytes;
      this.valueEnd = rows.valueEnd;
      return true;
    }
    return false;
  }

  #isDropped(): boolean {
    const { expired } = this.#context;
    return expired?.limit.drops(this.hasHeader ? this.expireAtMs : expired.bare.take(this.offset)) ?? false;
  }
}
