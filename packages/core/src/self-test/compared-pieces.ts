import type { TreeFile } from '@ekv/dump-tree';
import { blockFor } from '@ekv/snapshot';
import { firstDifference, sizes } from './first-difference.ts';
import { WhiteSpaceComparison } from './json-formatting.ts';

const BLOCK = 1 << 16;

/** Compares a file that comes in pieces with one of the input. Throws what reading that one throws. */
export class ComparedPieces {
  readonly #file: TreeFile;
  readonly #isJson: boolean;
  readonly #block: Buffer;
  #at = 0;
  #formatting: WhiteSpaceComparison | undefined;
  /** How they differ first, for people. */
  difference: string | undefined;
  /** Known after {@link end}: whether white space in JSON is all that differs. */
  isFormattedOtherwise = false;

  constructor(file: TreeFile, isJson: boolean) {
    this.#file = file;
    this.#block = blockFor(file, BLOCK);
    this.#isJson = isJson;
  }

  take(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += BLOCK) {
      const piece = bytes.subarray(from, from + BLOCK);
      this.#compare(piece, this.#at + from);
      this.#formatting?.take(piece);
    }
    this.#at += bytes.length;
  }

  /** To be called once, after the last piece. */
  end(): void {
    const { byteLength } = this.#file;
    if (this.difference === undefined && byteLength !== this.#at) this.#differs(this.#at, sizes(byteLength, this.#at));
    this.isFormattedOtherwise = this.#formatting?.isSame() ?? false;
  }

  #compare(piece: Uint8Array, at: number): void {
    if (this.difference !== undefined) return;
    // Of a file that is shorter than what is decoded, all that is left of it has room.
    const block = this.#block;
    const wanted = block.subarray(0, this.#file.read(at, block, 0, Math.min(piece.length, block.length)));
    if (!wanted.equals(piece)) this.#differs(at, firstDifference(wanted, piece, at));
  }

  #differs(at: number, how: string): void {
    this.difference = how;
    if (this.#isJson) this.#formatting = new WhiteSpaceComparison(this.#file, at);
  }
}
