import type { InputTree, LargeFile } from '@ekv/dump-tree';
import { type Findings, printable } from '@ekv/snapshot';
import { isMd5 } from '../md5/md5-etag.ts';
import type { BodyDigest, BodyMd5 } from './body-md5.ts';
import { ETAG_ABSENT, ETAG_MISMATCH } from './object-findings.ts';
import type { Sidecar } from './sidecar-facts.ts';

export interface EtagCheckOptions {
  readonly tree: InputTree;
  readonly md5: BodyMd5;
  readonly findings: Findings;
  /** Etags that are absent are computed. */
  readonly complete: boolean;
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

  /** Takes the bytes of a body that is not held in memory; `undefined` when its MD5 does not matter. */
  begin({ etag, size }: Sidecar): BodyDigest | undefined {
    return this.#needsMd5(etag) ? this.#options.md5.begin(Number(size)) : undefined;
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
    const found = body instanceof Uint8Array ? md5.of(body) : digest!.hex();
    if (isAbsent(etag)) return Buffer.from(found, 'latin1');
    if (!isEqual(etag!, found))
      findings.add(
        ETAG_MISMATCH,
        () => `${tree.display(path)} (the etag is ${printable(etag!)}, the MD5 of the body is ${found})`,
      );
    return etag;
  }

  #needsMd5(etag: Uint8Array | undefined): boolean {
    return isAbsent(etag) ? this.#options.complete : isMd5(etag!);
  }
}

function isAbsent(etag: Uint8Array | undefined): boolean {
  return etag === undefined || etag.length === 0;
}

/** Hex digits of either case. */
function isEqual(etag: Uint8Array, md5: string): boolean {
  for (let i = 0; i < md5.length; i++) if ((etag[i]! | 0x20) !== (md5.charCodeAt(i) | 0x20)) return false;
  return true;
}
