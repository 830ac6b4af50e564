import { closeSync, readSync } from 'node:fs';
import {
  CHECKSUMS_NAME,
  type ChecksumsReport,
  type ChecksumsVerifier,
  DESCRIPTION_JSON,
  displayPath,
  type ListedTree,
  MANIFEST_NAME,
  type PieceSink,
  type TreeFile,
} from '@ekv/dump-tree';
import { type Manifest, readManifest } from '@ekv/manifest';
import {
  DataError,
  environmentError,
  type OpenScratchFile,
  openUnlinked,
  type ScratchFolder,
  type Warn,
  writeAll,
} from '@ekv/snapshot';
import type { MembersTree } from './members-to-tree.ts';

/** Of each kind of difference that a report names. */
export const MOST_EXAMPLES = 10;

/**
 * What a dump says of itself, taken from an archive as it passes: MANIFEST.json and CHECKSUMS, wherever they stand in it. All goes on to
 * the tree.
 */
export class DumpFiles implements MembersTree {
  readonly #tree: MembersTree;
  readonly #scratch: ScratchFolder;
  #manifest: Buffer | undefined;
  #list: OpenScratchFile | undefined;
  #listBytes = 0;
  #isListWhole = false;

  constructor(tree: MembersTree, scratch: ScratchFolder) {
    this.#tree = tree;
    this.#scratch = scratch;
  }

  /** Whether all of CHECKSUMS has passed. */
  get hasList(): boolean {
    return this.#isListWhole;
  }

  file(path: string, bytes: Uint8Array): void {
    this.#tree.file(path, bytes);
    if (path === MANIFEST_NAME) this.#manifest = Buffer.from(bytes);
    else if (path === CHECKSUMS_NAME) {
      this.#takeList(bytes);
      this.#isListWhole = true;
    }
  }

  pieces(path: string): PieceSink {
    const file = this.#tree.pieces(path);
    if (path === CHECKSUMS_NAME) return this.#listPieces(file);
    return path === MANIFEST_NAME ? this.#manifestPieces(file) : file;
  }

  folder(path: string): void {
    if (path === MANIFEST_NAME || path === CHECKSUMS_NAME) throw new DataError(`${path} is a folder`);
    this.#tree.folder(path);
  }

  /** Throws DataError when there is none, ManifestError. @param name of the archive. */
  manifest(name: string, warn: Warn): Manifest {
    if (this.#manifest === undefined) throw missing(name, MANIFEST_NAME);
    return readManifest(this.#manifest, `${name}: ${MANIFEST_NAME}`, { warn });
  }

  /** Compares the files that have passed with CHECKSUMS. To be called once. Throws DataError when there is none. */
  compare(name: string, verifier: ChecksumsVerifier): ChecksumsReport {
    if (this.#list === undefined || !this.#isListWhole) throw missing(name, CHECKSUMS_NAME);
    return verifier.finish(listedBy(this.#list, this.#listBytes), 'all', MOST_EXAMPLES)!;
  }

  close(): void {
    if (this.#list !== undefined) closeSync(this.#list.fd);
    this.#list = undefined;
  }

  #listPieces(file: PieceSink): PieceSink {
    const { write, close } = tee(file, (bytes) => this.#takeList(bytes));
    const closeAll = () => {
      close();
      this.#isListWhole = true;
    };
    return { write, close: closeAll };
  }

  #manifestPieces(file: PieceSink): PieceSink {
    const kept: Buffer[] = [];
    let size = 0;
    const { write, close } = tee(file, (bytes) => {
      size += bytes.length;
      if (size > DESCRIPTION_JSON.bytes)
        throw new DataError(`${MANIFEST_NAME} is too large, the limit is ${DESCRIPTION_JSON.bytes} bytes`);
      kept.push(Buffer.from(bytes));
    });
    const closeAll = () => {
      close();
      this.#manifest = Buffer.concat(kept);
    };
    return { write, close: closeAll };
  }

  #takeList(bytes: Uint8Array): void {
    this.#list ??= openUnlinked(this.#scratch, 'checksums');
    const { fd, path } = this.#list;
    try {
      writeAll(fd, bytes);
    } catch (error) {
      throw environmentError(error, 'write the scratch file', path);
    }
    this.#listBytes += bytes.length;
  }
}

function missing(name: string, file: string): DataError {
  return new DataError(`${name}: no ${file} is in it, so it is no archive of a dump, or not all of one`);
}

function tee(file: PieceSink, take: (bytes: Uint8Array) => void): PieceSink {
  const write = (bytes: Uint8Array) => {
    file.write(bytes);
    take(bytes);
  };
  return { write, close: () => file.close() };
}

/** All files of an archive have passed: of those that are listed, the others are not there. */
function listedBy({ fd, path }: OpenScratchFile, byteLength: number): ListedTree {
  const read = (position: number, into: Uint8Array, at: number, length: number) => {
    try {
      return readSync(fd, into, at, length, position);
    } catch (error) {
      throw environmentError(error, 'read the scratch file', path);
    }
  };
  const list: TreeFile = { name: CHECKSUMS_NAME, byteLength, read, checkUnchanged: () => {}, close: () => {} };
  return { display: displayPath, openOptional: (name) => (name === CHECKSUMS_NAME ? list : undefined) };
}
