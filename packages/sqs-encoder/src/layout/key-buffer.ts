import { writeU64 } from '@ekv/adapter';
import { writeBase64Part } from './base64-parts.ts';
import { PARTITIONED } from './families.ts';
import { ENCODED_GENERATION, GENERATION_BYTES } from './generation.ts';

export const TIME_BYTES = 8;
export const PARTITION_BYTES = 4;
/** Room for the tail of most keys. */
const ORDINARY_TAIL = 64;

/** What the keys of one family of one queue begin with, and room for the rest, the tail. */
export class KeyBuffer {
  #bytes: Buffer;
  /** The key before this one; keys of one length need no other view. */
  #view: Buffer;
  readonly #head: number;
  /** Where the partition number is; -1 in a queue without. */
  readonly #partitionAt: number;
  #end: number;

  /** @param queue base64 part of its name. */
  constructor(family: string, queue: string, isPartitioned: boolean, generation: bigint = ENCODED_GENERATION) {
    const start = isPartitioned ? `${family}${PARTITIONED}${queue}|` : `${family}${queue}`;
    this.#partitionAt = isPartitioned ? start.length : -1;
    const generationAt = start.length + (isPartitioned ? PARTITION_BYTES : 0);
    this.#head = this.#end = generationAt + GENERATION_BYTES;
    this.#bytes = this.#view = Buffer.allocUnsafe(this.#head + TIME_BYTES + ORDINARY_TAIL);
    this.#bytes.write(start, 0, 'latin1');
    writeU64(this.#bytes, generationAt, generation);
  }

  get tailLength(): number {
    return this.#end - this.#head;
  }

  /** Begins a key whose tail has at most `longest` bytes. */
  start(partition: number, longest: number): void {
    if (this.#head + longest > this.#bytes.length) {
      const wider = Buffer.alloc((this.#head + longest) * 2);
      this.#bytes.copy(wider, 0, 0, this.#head);
      this.#bytes = this.#view = wider;
    }
    if (this.#partitionAt !== -1) this.#bytes.writeUInt32BE(partition, this.#partitionAt);
    this.#end = this.#head;
  }

  byte(byte: number): void {
    this.#bytes[this.#end++] = byte;
  }

  time(time: bigint): void {
    writeU64(this.#bytes, this.#end, time);
    this.#end += TIME_BYTES;
  }

  base64Part(name: Buffer, start: number, end: number): void {
    this.#end = writeBase64Part(this.#bytes, this.#end, name, start, end);
  }

  /** Copies the tail of another key. */
  tailOf(other: KeyBuffer): void {
    const source = other.#bytes;
    const end = other.#end;
    for (let from = other.#head; from < end; from++) this.#bytes[this.#end++] = source[from]!;
  }

  key(): Buffer {
    if (this.#view.length !== this.#end) this.#view = this.#bytes.subarray(0, this.#end);
    return this.#view;
  }
}
