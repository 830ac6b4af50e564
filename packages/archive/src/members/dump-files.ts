import {
  CHECKSUMS_NAME,
  type ChecksumsReport,
  type ChecksumsVerifier,
  DESCRIPTION_JSON,
  displayPath,
  MANIFEST_NAME,
  type PieceSink,
} from '@ekv/dump-tree';
import { type Manifest, readManifest } from '@ekv/manifest';
import { DataError, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { KeptList } from './kept-list.ts';
import type { MembersTree } from './members-to-tree.ts';

/** Of each kind of difference that a report names. */
export const MOST_EXAMPLES = 10;

/**
 * What a dump says of itself, taken from an archive as it passes: MANIFEST.json and CHECKSUMS, wherever they stand in it. All goes on to
 * the tree.
 */
export class DumpFiles implements MembersTree {
  readonly #tree: MembersTree;
  readonly #list: KeptList;
  #manifest: Buffer | undefined;
  /** A folder with a manifest: what was packed is perhaps not the dump but the folder around it. */
  #innerRoot: string | undefined;

  constructor(tree: MembersTree, scratch: ScratchFolder) {
    this.#tree = tree;
    this.#list = new KeptList(scratch);
  }

  /** Whether all of CHECKSUMS has passed. */
  get hasList(): boolean {
    return this.#list.isWhole;
  }

  file(path: string, bytes: Uint8Array): void {
    if (path.endsWith(INNER_MANIFEST)) this.#innerRoot ??= path.slice(0, -INNER_MANIFEST.length);
    this.#tree.file(path, bytes);
    if (path === MANIFEST_NAME) this.#manifest = Buffer.from(bytes);
    else if (path === CHECKSUMS_NAME) {
      this.#list.add(bytes);
      this.#list.end();
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
    if (this.#manifest === undefined)
      throw this.#innerRoot === undefined ? missing(name, MANIFEST_NAME) : wrapped(name, this.#innerRoot);
    return readManifest(this.#manifest, `${name}: ${MANIFEST_NAME}`, { warn });
  }

  /** Compares the files that have passed with CHECKSUMS. To be called once. Throws DataError when there is none. */
  compare(name: string, verifier: ChecksumsVerifier): ChecksumsReport {
    if (!this.hasList) throw missing(name, CHECKSUMS_NAME);
    return verifier.finish(this.#list.tree(), 'all', MOST_EXAMPLES)!;
  }

  close(): void {
    this.#list.close();
  }

  #listPieces(file: PieceSink): PieceSink {
    const { write, close } = tee(file, (bytes) => this.#list.add(bytes));
    const closeAll = () => {
      close();
      this.#list.end();
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
}

const INNER_MANIFEST = `/${MANIFEST_NAME}`;

function wrapped(name: string, folder: string): DataError {
  return new DataError(
    `${name}: no ${MANIFEST_NAME} is at its top: the dump in it stands in "${displayPath(folder)}"; pack what is in that folder, as tar -C does`,
  );
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
