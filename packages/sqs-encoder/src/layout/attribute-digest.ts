import { hash } from 'node:crypto';

/** More than attributes of a message take on any server. */
const ROOM = 1 << 16;
/** Bytes beside the texts of an attribute: three lengths and the transport type. */
const BESIDE = 13;
const STRING = 1;

/** What the MD5 of attributes is taken of, for attributes that are texts and come sorted; docs/format/06-sqs.md, section 2.2. */
export class AttributeDigest {
  #room: Buffer | undefined;
  #used = 0;
  /** Where the name added last stands in the room. */
  #name = 0;
  #nameEnd = 0;

  clear(): void {
    this.#used = this.#name = this.#nameEnd = 0;
  }

  /** Adds an attribute by where its three texts stand. @returns false when its name is not above the one before, or there is no room. */
  add(
    bytes: Buffer,
    name: number,
    nameEnd: number,
    type: number,
    typeEnd: number,
    value: number,
    valueEnd: number,
  ): boolean {
    const isFirst = this.#used === 0;
    const length = BESIDE + nameEnd - name + typeEnd - type + valueEnd - value;
    if (length > ROOM - this.#used || (!isFirst && !this.#isAbove(bytes, name, nameEnd))) return false;
    this.#room ??= Buffer.allocUnsafeSlow(ROOM);
    this.#add(bytes, name, nameEnd);
    this.#name = this.#used - nameEnd + name;
    this.#nameEnd = this.#used;
    this.#add(bytes, type, typeEnd);
    this.#room[this.#used++] = STRING;
    this.#add(bytes, value, valueEnd);
    return true;
  }

  /** As 32 lower-case hex digits. */
  md5(): string {
    return hash('md5', this.#room!.subarray(0, this.#used), 'hex');
  }

  #isAbove(bytes: Buffer, name: number, nameEnd: number): boolean {
    return bytes.compare(this.#room!, this.#name, this.#nameEnd, name, nameEnd) > 0;
  }

  /** A length, and the text. */
  #add(bytes: Buffer, start: number, end: number): void {
    const room = this.#room!;
    let to = room.writeUInt32BE(end - start, this.#used);
    for (let from = start; from < end; from++, to++) room[to] = bytes[from]!;
    this.#used = to;
  }
}
