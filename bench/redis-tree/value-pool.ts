import { Dice } from './dice.ts';

export const WORDS = (
  'anchor beacon canyon dune estuary ferry glacier heron inlet jetty kelp lagoon marsh narrows otter pier quay reef ' +
  'shoal tide upland vale wharf yacht zenith'
).split(' ');

/** Each needs an escape in JSON, or more than one byte in UTF-8. */
const ODD = [
  '"said"',
  'back\\slash',
  '<b>',
  'r&d',
  'tab\there',
  'line\nbreak',
  'bell\u0007',
  'naïve',
  '漢字',
  '🚢',
  'a\u2028b',
];
const ODD_SHARE = 32;

const PLACES = 1 << 18;
const LONGEST_CHARACTER = 4;
/** Bytes between two places where binary values begin. */
const GRAIN = 64;
/** A byte that occurs nowhere in UTF-8. */
const NEVER_UTF8 = 0xfe;

/** Values are cut out of two fixed pieces of data: a value costs no copy. */
export class ValuePool {
  readonly #text: Buffer;
  readonly #noise: Buffer;

  /** @param longest longest value that will be asked for, in bytes. */
  constructor(seed: number, longest: number) {
    const dice = new Dice(seed);
    this.#text = words(dice, PLACES + longest + LONGEST_CHARACTER);
    this.#noise = noise(dice, PLACES + longest);
  }

  /** Words in UTF-8, about `length` bytes: a character is never cut. */
  text(dice: Dice, length: number): Buffer {
    const start = this.#boundary(dice.below(PLACES));
    return this.#text.subarray(start, this.#boundary(start + length));
  }

  /** Bytes that are not UTF-8, unless there are none. */
  binary(dice: Dice, length: number): Buffer {
    const start = dice.below(PLACES / GRAIN) * GRAIN;
    return this.#noise.subarray(start, start + length);
  }

  #boundary(at: number): number {
    let next = at;
    while ((this.#text[next]! & 0xc0) === 0x80) next++;
    return next;
  }
}

function words(dice: Dice, length: number): Buffer {
  dice.begin(1, 0);
  const pieces: string[] = [];
  for (let bytes = 0; bytes < length; ) {
    const piece = `${dice.pick(dice.oneIn(ODD_SHARE) ? ODD : WORDS)} `;
    pieces.push(piece);
    bytes += Buffer.byteLength(piece);
  }
  return Buffer.from(pieces.join(''));
}

function noise(dice: Dice, length: number): Buffer {
  dice.begin(2, 0);
  const bytes = Buffer.alloc(Math.ceil(length / GRAIN) * GRAIN);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(dice.next(), at);
  for (let at = 0; at < bytes.length; at += GRAIN) bytes[at] = NEVER_UTF8;
  return bytes;
}
