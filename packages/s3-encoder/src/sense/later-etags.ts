import type { BodyCheck, EncodeRun } from '@ekv/adapter';
import type { TreeSource } from '@ekv/dump-tree';
import { type FileSlice, Findings, type Warn } from '@ekv/snapshot';
import { SIDECAR_SUFFIX } from '../files/paths.ts';
import type { BodyDigest, BodyMd5 } from '../md5/body-md5.ts';
import { isEtagOf, mismatchOf } from '../md5/md5-etag.ts';
import { ETAG_MISMATCH } from './object-findings.ts';

/** In a note: the byte it must begin with, f64 number of the object in the walk, etag. */
const ORDINAL_AT = 1;
const ETAG_AT = 9;

/**
 * Compares etags with bodies while these are read for the snapshot. Rows come in another order than objects are found in: the
 * example is the first one of the walk all the same, whenever its body was read.
 */
export class LaterEtags implements BodyCheck {
  readonly #tree: TreeSource;
  readonly #md5: BodyMd5;
  readonly #tag: number;
  #objects = 0;
  /** Of the body at hand: what is left of it, in bytes. */
  #left = 0;
  #digest: BodyDigest | undefined;
  #mismatches = 0;
  #firstOrdinal = Number.POSITIVE_INFINITY;
  #example = '';

  /** @param md5 is closed with this check. */
  constructor(tree: TreeSource, md5: BodyMd5, register: NonNullable<EncodeRun['checkLater']>) {
    this.#tree = tree;
    this.#md5 = md5;
    this.#tag = register(this);
  }

  /** For the slices of the next body, which has this etag, if it is the MD5. */
  noteOf(etag: Uint8Array): Uint8Array {
    const note = Buffer.allocUnsafe(ETAG_AT + etag.length);
    note[0] = this.#tag;
    note.writeDoubleLE(this.#objects++, ORDINAL_AT);
    note.set(etag, ETAG_AT);
    return note;
  }

  /** Takes a body that was compared at once. */
  addMismatch(example: () => string): void {
    this.#add(this.#objects++, example);
  }

  /** The slices of a body follow each other. */
  take(slice: FileSlice, piece: Buffer): void {
    const size = slice.fileBytes!;
    if (piece.length === size) return this.#compare(slice, this.#md5.of(piece));
    if (this.#digest === undefined) {
      this.#digest = this.#md5.begin(size);
      this.#left = size;
    }
    this.#digest.take(piece);
    this.#left -= piece.length;
    if (this.#left > 0) return;
    this.#compare(slice, this.#digest.hex());
    this.#digest = undefined;
  }

  report(warn: Warn): void {
    const findings = new Findings();
    for (let i = 0; i < this.#mismatches; i++) findings.add(ETAG_MISMATCH, () => this.#example);
    findings.report(warn);
  }

  close(): void {
    this.#md5.close();
  }

  #compare(slice: FileSlice, md5: string): void {
    const bytes = slice.note as Buffer;
    const etag = bytes.subarray(ETAG_AT);
    if (isEtagOf(md5, etag)) return;
    const shown = this.#tree.display(this.#tree.pathOf(slice) + SIDECAR_SUFFIX);
    this.#add(bytes.readDoubleLE(ORDINAL_AT), () => mismatchOf(shown, etag, md5));
  }

  #add(ordinal: number, example: () => string): void {
    this.#mismatches++;
    if (ordinal > this.#firstOrdinal) return;
    this.#firstOrdinal = ordinal;
    this.#example = example();
  }
}
