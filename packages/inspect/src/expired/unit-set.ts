import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import type { Owner, RowOwner } from '@ekv/adapter';
import {
  ExternalSorter,
  environmentError,
  openUnlinked,
  type ScratchFolder,
  SIDE_SORT_BYTES,
  writeAll,
} from '@ekv/snapshot';
import { unitId } from '../census/unit-of-row.ts';

const DIGEST_BYTES = 16;
/** Digests are looked up by their first bits: what stands between two starts is read. */
const BUCKET_BITS = 20;
const BUCKETS = 2 ** BUCKET_BITS;
const BLOCK = 1 << 16;
const NOTHING = Buffer.alloc(0);

/** Collects units, any number of them, as digests of 128 bits. */
export class UnitCollector {
  readonly #sorter: ExternalSorter;
  readonly #scratch: ScratchFolder;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  /** An owner with a key. */
  add(unit: Owner): void {
    this.#sorter.add(digestOf(unitId(unit)!), NOTHING);
  }

  /** Once, after the last one. Throws EnvironmentError. */
  collected(): UnitSet {
    return new UnitSet(this.#sorter, this.#scratch);
  }

  close(): void {
    this.#sorter.close();
  }
}

/** Units that can be asked for, in 4 MiB: their digests are in a scratch file. */
export class UnitSet {
  readonly #fd: number;
  readonly #path: string;
  /** By first bits of the digest: how many digests stand before. */
  readonly #starts = new Uint32Array(BUCKETS + 1);
  #bucket: Buffer = NOTHING;
  #bucketNumber = -1;
  /** The unit that was asked for last: names of rows of one unit are the same objects. */
  #last: Pick<Owner, 'adapter' | 'scope' | 'key'> | undefined;
  #hasLast = false;

  constructor(sorter: ExternalSorter, scratch: ScratchFolder) {
    const { fd, path } = openUnlinked(scratch, 'units');
    this.#fd = fd;
    this.#path = path;
    try {
      this.#write(sorter);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  has({ adapter, scope, key, sortKey }: RowOwner): boolean {
    const last = this.#last;
    if (key === undefined) return false;
    if (last !== undefined && last.key === key && last.scope === scope && last.adapter === adapter && !sortKey)
      return this.#hasLast;
    this.#last = { adapter, scope, key };
    this.#hasLast = this.#find(digestOf(unitId({ adapter, scope, key, sortKey })!));
    return this.#hasLast;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(sorter: ExternalSorter): void {
    const rows = sorter.sorted();
    const block = Buffer.alloc(BLOCK);
    let filled = 0;
    const flush = () => {
      this.#attempt('write', () => writeAll(this.#fd, block.subarray(0, filled)));
      filled = 0;
    };
    try {
      while (rows.next()) {
        if (rows.isRepeated()) continue;
        rows.bytes.copy(block, filled, rows.keyStart, rows.keyEnd);
        this.#starts[bucketOf(block, filled) + 1]!++;
        filled += DIGEST_BYTES;
        if (filled === BLOCK) flush();
      }
      flush();
    } finally {
      rows.close();
    }
    for (let i = 1; i <= BUCKETS; i++) this.#starts[i]! += this.#starts[i - 1]!;
  }

  #find(digest: Buffer): boolean {
    const number = bucketOf(digest, 0);
    const start = this.#starts[number]!;
    const count = this.#starts[number + 1]! - start;
    if (count === 0) return false;
    if (number !== this.#bucketNumber) {
      this.#bucket = Buffer.alloc(count * DIGEST_BYTES);
      this.#bucketNumber = number;
      this.#attempt('read', () => readSync(this.#fd, this.#bucket, 0, this.#bucket.length, start * DIGEST_BYTES));
    }
    for (let at = 0; at < this.#bucket.length; at += DIGEST_BYTES)
      if (this.#bucket.compare(digest, 0, DIGEST_BYTES, at, at + DIGEST_BYTES) === 0) return true;
    return false;
  }

  #attempt(what: 'read' | 'write', action: () => void): void {
    try {
      action();
    } catch (error) {
      throw environmentError(error, what, this.#path);
    }
  }
}

function digestOf(id: string): Buffer {
  return createHash('sha256').update(id, 'latin1').digest().subarray(0, DIGEST_BYTES);
}

function bucketOf(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) >>> (32 - BUCKET_BITS);
}
