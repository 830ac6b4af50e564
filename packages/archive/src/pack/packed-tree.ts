import {
  CHECKSUMS_NAME,
  DESCRIPTION_JSON,
  filesBelow,
  InputTree,
  MANIFEST_NAME,
  Problems,
  type ReadDigests,
  refusedEntry,
} from '@ekv/dump-tree';
import { type Manifest, readManifest } from '@ekv/manifest';
import { DataError, ExternalSorter, type ScratchFolder, type SortedRows, UsageError, type Warn } from '@ekv/snapshot';
import { lookThrough } from '@ekv/snapshot/publish';
import { LEFT_SCRATCH } from '../members/member-rules.ts';

const FILE = 1;
const FOLDER = 0;

/** Opens the tree that is to be packed or verified. Throws UsageError for what is no dump, ManifestError, EnvironmentError. */
export function openDump(input: string, digests: ReadDigests): InputTree {
  const stat = lookThrough(input);
  if (stat === undefined) throw new UsageError(`there is no folder ${input}`);
  if (!stat.isDirectory())
    throw new UsageError(`${input} is not a folder; name the root of the dump tree that is to be packed`);
  return new InputTree(input, { verifier: digests });
}

/** Throws UsageError when MANIFEST.json or CHECKSUMS is missing, DataError, ManifestError. */
export function readDumpManifest(tree: InputTree, warn: Warn): Manifest {
  const bytes = tree.readOptional(MANIFEST_NAME, DESCRIPTION_JSON);
  if (bytes === undefined)
    throw new UsageError(
      `${tree.display(MANIFEST_NAME)} is missing: ${tree.root} is not the root of a dump tree, or the decode that made it failed`,
    );
  return readManifest(bytes, tree.display(MANIFEST_NAME), { warn });
}

/** Throws UsageError when it is missing, DataError for what is no plain file. */
export function refuseUnlisted(tree: InputTree): void {
  const list = tree.openOptional(CHECKSUMS_NAME, 'left out');
  if (list === undefined)
    throw new UsageError(
      `${tree.display(CHECKSUMS_NAME)} is missing, so nothing tells whether the tree is whole; a tree that was made by hand gets one with ekv-encode --update-checksums`,
    );
  list.close();
}

/** A file or folder of a tree. */
export interface PackedEntry {
  /** Byte string relative to the root. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

/**
 * The files and folders of a tree, in ascending byte order of their paths, in bounded memory. What is neither is refused, all of it
 * together. docs/format/07-restore.md, section 7.2.
 */
export class PackedTree {
  readonly #rows: SortedRows;
  readonly count: number;

  /** Walks over the tree. Throws DataError, EnvironmentError. */
  constructor(tree: InputTree, scratch: ScratchFolder) {
    const sorter = new ExternalSorter({ scratch });
    try {
      collect(tree, sorter);
    } catch (error) {
      sorter.close();
      throw error;
    }
    this.count = sorter.count;
    this.#rows = sorter.sorted();
  }

  *entries(): Generator<PackedEntry> {
    const rows = this.#rows;
    while (rows.next()) {
      const path = rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd);
      yield { path, kind: rows.bytes[rows.payloadStart] === FILE ? 'file' : 'folder' };
    }
  }

  close(): void {
    this.#rows.close();
  }
}

function collect(tree: InputTree, sorter: ExternalSorter): void {
  const problems = new Problems();
  const onFolder = (path: string) => {
    if (!isLeftScratch(path)) add(sorter, path, FOLDER);
  };
  for (const { path, kind } of filesBelow(tree, '', (entries) => problems.guard(entries), onFolder)) {
    if (kind === 'file') add(sorter, path, FILE);
    else problems.add(refusedEntry(tree.display(path), kind));
  }
  problems.throwIfAny();
}

/** A file in it would be refused, as CHECKSUMS does not list it. */
function isLeftScratch(path: string): boolean {
  return path === LEFT_SCRATCH || path.startsWith(`${LEFT_SCRATCH}/`);
}

function add(sorter: ExternalSorter, path: string, kind: typeof FILE | typeof FOLDER): void {
  const place = sorter.reserve(path.length, 1);
  if (place === undefined) throw new DataError(`a path of ${path.length} bytes is beyond every file system`);
  place.bytes.write(path, place.at, 'latin1');
  place.bytes[place.at + path.length] = kind;
}
