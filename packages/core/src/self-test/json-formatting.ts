import { type ByteSource, DataError } from '@ekv/snapshot';

const BLOCK = 1 << 16;
/** A value is held whole; with a larger one a file counts as different, whatever it is that differs. */
const LARGEST_VALUE = 2 ** 30;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const IS_WHITE_SPACE = new Uint8Array(256);
for (const byte of Buffer.from(' \t\n\r')) IS_WHITE_SPACE[byte] = 1;
/** Change of depth by a byte that stands outside of a string. */
const DEPTH = new Int8Array(256);
for (const byte of Buffer.from('{[')) DEPTH[byte] = 1;
for (const byte of Buffer.from('}]')) DEPTH[byte] = -1;

/** Where a scan over JSON text stands. Text that is no JSON is scanned without complaint: others judge it. */
class JsonScan {
  #isInString = false;
  #isEscaped = false;
  depth = 0;

  /** Moves over the next byte. @returns whether it counts: it is no white space, or stands in a string. */
  take(byte: number): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isInString = false;
      return true;
    }
    if (byte === QUOTE) this.#isInString = true;
    this.depth += DEPTH[byte]!;
    return IS_WHITE_SPACE[byte] === 0;
  }
}

/** JSON text that comes in pieces, without the white space between its values. */
export class CompactJson {
  readonly #scan = new JsonScan();

  /** What counts of the next piece. */
  strip(piece: Uint8Array): Buffer {
    const kept = Buffer.allocUnsafe(piece.length);
    let length = 0;
    for (const byte of piece) if (this.#scan.take(byte)) kept[length++] = byte;
    return kept.subarray(0, length);
  }
}

/** Whether two JSON texts differ in the white space between values alone. */
export function sameButForWhiteSpace(one: Uint8Array, other: Uint8Array): boolean {
  return new CompactJson().strip(one).equals(new CompactJson().strip(other));
}

/** A file, block by block from `offset` on. A block is valid until the next one is asked for. */
function* blocksOf(file: ByteSource, offset: number, end = Number.POSITIVE_INFINITY): Generator<Buffer> {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  for (let at = offset; at < end; ) {
    const read = file.read(at, block, 0, Math.min(BLOCK, end - at));
    if (read === 0) return;
    at += read;
    yield block.subarray(0, read);
  }
}

/**
 * Goes on comparing a JSON file of the input with the pieces of a decode where they are no longer byte-equal: from there on
 * white space between values does not count.
 */
export class WhiteSpaceComparison {
  readonly #decoded = new CompactJson();
  readonly #input: Generator<Buffer>;
  #waiting: Buffer = Buffer.alloc(0);
  #isSame = true;

  /** @param offset up to which both are byte-equal. */
  constructor(file: ByteSource, offset: number) {
    for (const block of blocksOf(file, 0, offset)) this.#decoded.strip(block);
    this.#input = this.#stripped(file, offset);
  }

  /** Takes the next piece of the decode. */
  take(piece: Uint8Array): void {
    let decoded = this.#decoded.strip(piece);
    while (this.#isSame && decoded.length > 0) {
      const input = this.#more();
      const length = Math.min(input.length, decoded.length);
      this.#isSame = length > 0 && input.subarray(0, length).equals(decoded.subarray(0, length));
      this.#waiting = input.subarray(length);
      decoded = decoded.subarray(length);
    }
  }

  /** To be asked after the last piece. */
  isSame(): boolean {
    return this.#isSame && this.#more().length === 0;
  }

  /** Bytes of the input that were not compared yet; none at its end. */
  #more(): Buffer {
    while (this.#waiting.length === 0) {
      const next = this.#input.next();
      if (next.done) return this.#waiting;
      this.#waiting = next.value;
    }
    return this.#waiting;
  }

  *#stripped(file: ByteSource, offset: number): Generator<Buffer> {
    const compact = new CompactJson();
    for (const block of blocksOf(file, 0, offset)) compact.strip(block);
    for (const block of blocksOf(file, offset)) yield compact.strip(block);
  }
}

/**
 * The objects and arrays of a file one by one, without white space, however they are spread over lines. Each is valid
 * until the next one is asked for.
 */
export function* compactValues(file: ByteSource, offset: number): Generator<Buffer> {
  const scan = new JsonScan();
  let value = Buffer.allocUnsafe(BLOCK);
  let length = 0;
  for (const block of blocksOf(file, offset)) {
    for (const byte of block) {
      if (!scan.take(byte)) continue;
      if (length === value.length) value = widened(value, file.name);
      value[length++] = byte;
      if (scan.depth !== 0 || DEPTH[byte] !== -1) continue;
      yield value.subarray(0, length);
      length = 0;
    }
  }
  if (length > 0) yield value.subarray(0, length);
}

function widened(value: Buffer<ArrayBuffer>, path: string): Buffer<ArrayBuffer> {
  if (value.length >= LARGEST_VALUE) throw new DataError(`${path}: a value is longer than ${LARGEST_VALUE} bytes`);
  const wider = Buffer.allocUnsafe(value.length * 2);
  value.copy(wider);
  return wider;
}
