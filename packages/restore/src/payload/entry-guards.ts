import { SnapshotFormatError } from '@ekv/snapshot';
import {
  FLAGS_ENCRYPTION,
  FLAGS_RESERVED,
  KEY_CAP,
  LENGTH_BYTES,
  TIMESTAMP_BYTES,
  VALUE_CAP,
  VALUE_HEADER_BYTES,
} from '@ekv/snapshot/format';

/** What comes next in the entries, and how many bytes of it are looked at. */
type Part = 'key length' | 'timestamp' | 'value length' | 'flags';
const PART_BYTES: Readonly<Record<Part, number>> = {
  'key length': LENGTH_BYTES,
  timestamp: TIMESTAMP_BYTES,
  'value length': LENGTH_BYTES,
  flags: 1,
};

/**
 * Checks entries as they pass, block by block, without holding any: lengths, the timestamp of keys, the flags of values. Order is not
 * looked at, a node sorts. docs/format/07-restore.md, section 2.3.
 */
export class EntryGuards {
  readonly #path: string;
  readonly #lastHigh: number;
  readonly #lastLow: number;
  /** Of the next byte, from the start of the file. */
  #offset: number;
  #entryOffset: number;
  #part: Part = 'key length';
  /** Bytes that are not looked at, before the next part. */
  #skipped = 0;
  readonly #held = Buffer.alloc(LENGTH_BYTES);
  #heldBytes = 0;
  #ordinal = 0;
  /** Of the value at hand, its header among them. */
  #valueBytes = 0;

  /** @param path for messages. @param start of the entries, in bytes from the start of the file. */
  constructor(path: string, lastCommitTs: bigint, start: number) {
    this.#path = path;
    this.#lastHigh = Number(lastCommitTs >> 32n);
    this.#lastLow = Number(lastCommitTs & 0xffff_ffffn);
    this.#offset = this.#entryOffset = start;
  }

  /** Entries so far, tombstones included. */
  get entries(): number {
    return this.#ordinal;
  }

  /** Takes the next bytes. Throws SnapshotFormatError with offset and ordinal of the entry that is wrong. */
  take(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#skipped > 0) {
        const passed = Math.min(this.#skipped, end - at);
        this.#skipped -= passed;
        at += passed;
        continue;
      }
      const wanted = PART_BYTES[this.#part];
      if (this.#heldBytes === 0 && end - at >= wanted) {
        this.#look(bytes, at, at - start + wanted);
        at += wanted;
        continue;
      }
      const taken = Math.min(wanted - this.#heldBytes, end - at);
      bytes.copy(this.#held, this.#heldBytes, at, at + taken);
      this.#heldBytes += taken;
      at += taken;
      if (this.#heldBytes < wanted) continue;
      this.#heldBytes = 0;
      this.#look(this.#held, 0, at - start);
    }
    this.#offset += end - start;
  }

  /** To be called after the last byte. Throws SnapshotFormatError when an entry is cut short. */
  end(): void {
    const isInside = this.#part !== 'key length' || this.#skipped > 0;
    if (!isInside && this.#heldBytes === 0) return;
    if (!isInside) this.#begin(this.#offset - this.#heldBytes);
    this.#fail('is cut short: the file ends inside it, or has a footer, which a file of encode has not');
  }

  /** @param passed bytes of this block up to the end of the part. */
  #look(bytes: Buffer, at: number, passed: number): void {
    switch (this.#part) {
      case 'key length': {
        this.#begin(this.#offset + passed - LENGTH_BYTES);
        const length = lengthAt(bytes, at);
        if (length > KEY_CAP) this.#fail(`has a key of ${length} bytes with its timestamp, the limit is ${KEY_CAP}`);
        if (length < TIMESTAMP_BYTES) this.#fail(`has a key of ${length} bytes, which holds no timestamp`);
        this.#skipped = length - TIMESTAMP_BYTES;
        this.#part = 'timestamp';
        return;
      }
      case 'timestamp':
        this.#checkTimestamp(bytes, at);
        this.#part = 'value length';
        return;
      case 'value length': {
        const length = lengthAt(bytes, at);
        if (length > VALUE_CAP) this.#fail(`has a value of ${length} bytes with its header, the limit is ${VALUE_CAP}`);
        if (length < VALUE_HEADER_BYTES) this.#fail(`has a value of ${length} bytes, which holds no value header`);
        this.#valueBytes = length;
        this.#part = 'flags';
        return;
      }
      case 'flags':
        this.#checkFlags(bytes[at]!);
        this.#skipped = this.#valueBytes - 1;
        this.#part = 'key length';
    }
  }

  #begin(offset: number): void {
    this.#ordinal++;
    this.#entryOffset = offset;
  }

  #checkTimestamp(bytes: Buffer, at: number): void {
    const high = ~bytes.readUInt32BE(at) >>> 0;
    const low = ~bytes.readUInt32BE(at + 4) >>> 0;
    if (high < this.#lastHigh || (high === this.#lastHigh && low <= this.#lastLow)) return;
    const [timestamp, last] = [joined(high, low), joined(this.#lastHigh, this.#lastLow)];
    this.#fail(
      `has the commit timestamp ${timestamp}, above the last_commit_ts of the file, ${last}: it would be invisible`,
    );
  }

  #checkFlags(flags: number): void {
    if ((flags & FLAGS_RESERVED) !== 0) this.#fail(`has the flags 0x${flags.toString(16)}, of which some mean nothing`);
    if ((flags & FLAGS_ENCRYPTION) !== 0) this.#fail('has an encrypted value; a snapshot of encode has none');
  }

  #fail(rule: string): never {
    const ordinal = this.#ordinal;
    throw new SnapshotFormatError(
      `${this.#path}: entry ${ordinal} at offset ${this.#entryOffset} ${rule}; no snapshot of encode is so: copy it again, with its sidecar`,
      {
        offset: this.#entryOffset,
        ordinal,
      },
    );
  }
}

/** Little-endian, 64 bits; beyond 2^53 as near as a double is: it is refused in any case. */
function lengthAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

function joined(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
