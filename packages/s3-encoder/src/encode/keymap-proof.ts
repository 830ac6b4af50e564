import { CHECKSUMS_NAME, type TreeSource } from '@ekv/dump-tree';
import { DataError, type FindingKind, type Findings } from '@ekv/snapshot';
import { LEAF_SUFFIX, SIDECAR_SUFFIX, USER_DATA_SUFFIX } from '../files/paths.ts';

const UNPROVEN: FindingKind = {
  event: 'keymap_without_checksums',
  says: 'the tree has names that decode gives to renamed objects, and no CHECKSUMS that would tell whether the key map is whole',
  advice:
    'without its line an object gets such a name as its key; put the CHECKSUMS of the dump back, or make it anew when the tree is as it should be',
  doubt: true,
};

/** Looks for trees that need a key map and have no list of files that vouches for it. docs/format/05-s3.md, section 8. */
export class KeymapProof {
  readonly #tree: TreeSource;
  readonly #findings: Findings;
  readonly #isListed: boolean;

  constructor(tree: TreeSource, findings: Findings) {
    this.#tree = tree;
    this.#findings = findings;
    this.#isListed = hasChecksums(tree);
  }

  /** A key map with lines is there. @param path byte string relative to the root. */
  needs(path: string): void {
    if (!this.#isListed) this.#findings.add(UNPROVEN, () => this.#tree.display(path));
  }

  /** An object without a line is there. @param path byte string relative to the root. */
  look(path: string): void {
    if (!this.#isListed && looksRenamed(path)) this.needs(path);
  }
}

function looksRenamed(path: string): boolean {
  if (path.endsWith(LEAF_SUFFIX) || path.endsWith(SIDECAR_SUFFIX + USER_DATA_SUFFIX)) return true;
  // The folder of the bucket is no part of its key map.
  return path.includes('__') && /^s3\/[^/]*\/(.*\/)?[0-9a-f]{32}__/s.test(path);
}

/** One that cannot be read is reported by who verifies it. */
function hasChecksums(tree: TreeSource): boolean {
  try {
    const file = tree.openOptional(CHECKSUMS_NAME, 'left out');
    if (file === undefined) return false;
    file.close();
    return true;
  } catch (error) {
    if (error instanceof DataError) return true;
    throw error;
  }
}
