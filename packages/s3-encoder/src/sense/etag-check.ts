import type { LargeFile, TreeSource } from '@ekv/dump-tree';
import type { FileSlice, Findings } from '@ekv/snapshot';
import type { Sidecar } from '../files/object-sidecar.ts';
import type { BodyDigest, BodyMd5 } from '../md5/body-md5.ts';
import { isEtagOf, isMd5, mismatchOf } from '../md5/md5-etag.ts';
import type { LaterEtags } from './later-etags.ts';
import { ETAG_ABSENT, ETAG_MISMATCH } from './object-findings.ts';

export interface EtagCheckOptions {
  readonly tree: TreeSource;
  readonly md5: BodyMd5;
  readonly findings: Findings;
  /** Etags that are absent are computed. */
  readonly complete: boolean;
  /** Compares the etags of bodies that are not held in memory when they are written. Absent: they are compared at once. */
  readonly later: LaterEtags | undefined;
}

/**
 * Etags of objects beside their bodies: one of 32 hex digits must be the MD5, an absent one can be computed. Others, such as
 * those of multipart uploads, tell nothing of a body alone. docs/format/05-s3.md, section 7.4.
 */
export class EtagCheck {
  readonly #options: EtagCheckOptions;

  constructor(options: EtagCheckOptions) {
    this.#options = options;
  }

  /** Takes the bytes of a body that is not held in memory; `undefined` when its MD5 does not matter, or not yet. */
  begin({ etag, size }: Sidecar): BodyDigest | undefined {
    if (this.#options.later !== undefined && !isAbsent(etag)) return undefined;
    return this.#needsMd5(etag) ? this.#options.md5.begin(Number(size)) : undefined;
  }

  /** A body that is not held in memory, with a note if its etag is to be compared later. */
  sliceOf(file: LargeFile, { etag }: Sidecar): FileSlice {
    const slice = file.slice(0, file.size);
    const { later } = this.#options;
    return later === undefined || isAbsent(etag) || !isMd5(etag!) ? slice : { ...slice, note: later.noteOf(etag!) };
  }

  /**
   * The etag that the object gets.
   *
   * @param digest what {@link begin} gave, of a body that was not held in memory. @param path of the sidecar, relative to the root.
   */
  settle(
    { etag }: Sidecar,
    body: Uint8Array | LargeFile,
    digest: BodyDigest | undefined,
    path: string,
  ): Uint8Array | undefined {
    const { tree, findings, md5, complete } = this.#options;
    if (isAbsent(etag) && !complete) findings.add(ETAG_ABSENT, () => tree.display(path));
    if (!this.#needsMd5(etag)) return etag;
    const found = body instanceof Uint8Array ? md5.of(body) : digest?.hex();
    if (found === undefined) return etag;
    if (isAbsent(etag)) return Buffer.from(found, 'latin1');
    if (!isEtagOf(found, etag!)) this.#addMismatch(() => mismatchOf(tree.display(path), etag!, found));
    return etag;
  }

  #addMismatch(example: () => string): void {
    const { later, findings } = this.#options;
    if (later === undefined) findings.add(ETAG_MISMATCH, example);
    else later.addMismatch(example);
  }

  #needsMd5(etag: Uint8Array | undefined): boolean {
    return isAbsent(etag) ? this.#options.complete : isMd5(etag!);
  }
}

function isAbsent(etag: Uint8Array | undefined): boolean {
  return etag === undefined || etag.length === 0;
}
