import { createHash } from 'node:crypto';
import { CHECKSUMS_NAME, type PieceSink, type ReadDigests, sha256Of } from '@ekv/dump-tree';
import type { MembersTree } from './members-to-tree.ts';

/** A tree that takes digests of its files and keeps nothing of them. */
export class DigestSink implements MembersTree {
  readonly #digests: ReadDigests;

  constructor(digests: ReadDigests) {
    this.#digests = digests;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#digests.add(path, sha256Of(bytes));
  }

  pieces(path: string): PieceSink {
    const hash = createHash('sha256');
    const close = () => this.#digests.add(path, hash.digest('hex'));
    return { write: (bytes) => void hash.update(bytes), close };
  }

  folder(): void {}
}

/** All digests but that of CHECKSUMS, which lists all files but itself. */
export function withoutList(digests: ReadDigests): ReadDigests {
  return {
    add: (path, sha256) => {
      if (path !== CHECKSUMS_NAME) digests.add(path, sha256);
    },
  };
}
