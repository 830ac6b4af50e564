import { sharedEnd } from './sort-record.ts';
import type { SortedRows, SortedRun } from './sorted-run.ts';

/**
 * Offset-value coding (Conner 1977; Graefe): the code of a key relative to an earlier or equal one says where the two differ
 * first, and which byte stands there. Of two keys coded relative to the same one, that with the smaller code comes first; the
 * bytes themselves are looked at only when the codes are equal. Relative to `abc`, `abd` is (2, d) and `ac` is (1, c): `abd` shares
 * more with `abc`, so it comes before `ac`.
 *
 * `(FARTHEST - offset) << 9 | digit`, the digit being the byte + 1, or 0 where the key ends: then the two are the same. From
 * `FARTHEST` on, further than keys of rows go, the code is {@link DIFFERS_BEYOND}, which says neither offset nor byte.
 */
const FARTHEST = (1 << 21) - 1;
const DIGIT_BITS = 9;
const DIGIT_MASK = (1 << DIGIT_BITS) - 1;
/** The two differ, at `FARTHEST` or after it: their bytes are compared from there. */
const DIFFERS_BEYOND = 1;
/** Of a run that has ended. */
const ENDED = 0x7fffffff;

/**
 * Several sorted runs as one, by a tree of losers with offset-value codes: a row costs a walk over what its key shares with
 * the row before it in its run, and a comparison of two integers per level. Equal keys come in the order of the runs.
 */
export class MergedRows implements SortedRows {
  readonly #runs: readonly SortedRun[];
  /** Code of the row that each run stands at, relative to the row that came out or beat it last. */
  readonly #codes: Int32Array;
  /** Runs that lost at a node: node 1 is the top, leaves are not stored. */
  readonly #losers: Int32Array;
  #winner: number;
  #current: SortedRun;
  #rows = 0;

  /** @param runs at least one, none of them begun. */
  constructor(runs: readonly SortedRun[]) {
    this.#runs = runs;
    this.#codes = Int32Array.from(runs, (run) => (run.next() ? codeOf(run, 0) : ENDED));
    this.#losers = new Int32Array(runs.length);
    this.#winner = this.#play(1);
    this.#current = runs[this.#winner]!;
  }

  /** Index of the run that the current row is of. */
  get run(): number {
    return this.#winner;
  }

  get bytes(): Buffer {
    return this.#current.bytes;
  }

  get keyStart(): number {
    return this.#current.keyStart;
  }

  get keyEnd(): number {
    return this.#current.keyEnd;
  }

  get payloadStart(): number {
    return this.#current.payloadStart;
  }

  get payloadEnd(): number {
    return this.#current.payloadEnd;
  }

  next(): boolean {
    if (this.#rows++ > 0) this.#advance();
    return this.#codes[this.#winner] !== ENDED;
  }

  isRepeated(): boolean {
    return this.#rows > 1 && (this.#codes[this.#winner]! & DIGIT_MASK) === 0;
  }

  close(): void {
    for (const run of this.#runs) run.close();
  }

  /** Takes the next row of the run that won, and lets it play against those that lost to it. */
  #advance(): void {
    const losers = this.#losers;
    let winner = this.#winner;
    const run = this.#runs[winner]!;
    this.#codes[winner] = run.next() ? codeOf(run, run.shared()) : ENDED;
    for (let node = (winner + losers.length) >> 1; node > 0; node >>= 1) {
      const other = losers[node]!;
      if (this.#isBefore(other, winner)) {
        losers[node] = winner;
        winner = other;
      }
    }
    this.#winner = winner;
    this.#current = this.#runs[winner]!;
  }

  /** Plays all games below a node for the first time and gives the winner. */
  #play(node: number): number {
    const leaves = this.#losers.length;
    if (node >= leaves) return node - leaves;
    const left = this.#play(2 * node);
    const right = this.#play(2 * node + 1);
    const isLeft = this.#isBefore(left, right);
    this.#losers[node] = isLeft ? right : left;
    return isLeft ? left : right;
  }

  /** Both codes are relative to the same key; afterwards that of the loser is relative to the winner. */
  #isBefore(a: number, b: number): boolean {
    const code = this.#codes[a]!;
    const difference = code - this.#codes[b]!;
    if (difference !== 0) return difference < 0;
    if (code === ENDED || (code & DIGIT_MASK) === 0) return a < b;
    const x = this.#runs[a]!;
    const y = this.#runs[b]!;
    const offset = FARTHEST - (code >> DIGIT_BITS);
    const from = offset === FARTHEST ? offset : offset + 1;
    const end = Math.min(x.keyEnd - x.keyStart, y.keyEnd - y.keyStart);
    const at = sharedEnd(x.bytes, x.keyStart, y.bytes, y.keyStart, from, end);
    const order = digitAt(x, at) - digitAt(y, at);
    const isBefore = order < 0 || (order === 0 && a < b);
    if (isBefore) this.#codes[b] = codeOf(y, at);
    else this.#codes[a] = codeOf(x, at);
    return isBefore;
  }
}

/** @param offset where the current key of `rows` differs from the other one, or ends. */
function codeOf(rows: SortedRows, offset: number): number {
  const digit = digitAt(rows, offset);
  return offset < FARTHEST ? ((FARTHEST - offset) << DIGIT_BITS) | digit : Math.min(digit, DIFFERS_BEYOND);
}

/** Byte + 1, or 0 where the key ends. */
function digitAt({ bytes, keyStart, keyEnd }: SortedRows, offset: number): number {
  const at = keyStart + offset;
  return at < keyEnd ? bytes[at]! + 1 : 0;
}
