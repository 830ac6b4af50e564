import type { WrittenSnapshot } from '@ekv/snapshot';
import { type CheckedSnapshot, mergeSnapshots, openSnapshot, type Snapshot } from '@ekv/snapshot';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { fileSha256 } from '../files/file-blocks.ts';
import { RowFingerprint } from './row-fingerprint.ts';
import { compareTrees, decodeRefusal, plainRow, type SelfTestMismatch, type TestedTree, whole } from './self-test.ts';

/** One of the snapshots that were written. */
interface TestedFile {
  readonly path: string;
  /** For people. */
  readonly name: string;
  readonly written: WrittenSnapshot;
}

export interface GroupsSelfTestOptions extends TestedTree {
  /** By index of the group. */
  readonly files: readonly TestedFile[];
  readonly lastCommitTs: bigint;
  /** Of the rows that were built, of all groups. */
  readonly built: RowFingerprint;
  /** The group that a row belongs to, an index in `files`; asked anew. */
  readonly groupOf: (bytes: Buffer, start: number, end: number) => number;
}

/**
 * As `selfTest`, of the snapshots of several groups: each is checked for itself, then all are decoded together, as a cluster has them,
 * and compared with the tree. docs/format/08-cli.md, section 6.
 *
 * @returns `undefined` when all is equal. Throws EnvironmentError when the test cannot run, TreeReadError when the tree changes meanwhile.
 */
export function selfTestOfGroups(options: GroupsSelfTestOptions): SelfTestMismatch | undefined {
  const { files, run, scratch } = options;
  run.progress.begin(
    'self-test: rows',
    files.reduce((sum, { written }) => sum + written.entries, 0),
  );
  const opened: Snapshot[] = [];
  try {
    const found = new RowFingerprint();
    const sources: CheckedSnapshot[] = [];
    for (const [group, file] of files.entries()) {
      const snapshot = openSnapshot(file.path, { scratch });
      opened.push(snapshot);
      const read = checkFile(snapshot, { group, file, found, options });
      if (read.mismatch !== undefined) return read.mismatch;
      sources.push(read.source);
    }
    if (!found.equals(options.built)) {
      return whole(
        `the snapshots hold other rows than were built: ${found.rows} rows, ${options.built.rows} were built`,
      );
    }
    return compareMerged(sources, options);
  } catch (error) {
    return decodeRefusal('the snapshots', error);
  } finally {
    for (const snapshot of opened) snapshot.close();
  }
}

interface FileCheck {
  readonly group: number;
  readonly file: TestedFile;
  /** Takes the rows. */
  readonly found: RowFingerprint;
  readonly options: GroupsSelfTestOptions;
}

function checkFile(
  snapshot: Snapshot,
  { group, file: { path, name, written }, found, options }: FileCheck,
): { readonly source: CheckedSnapshot; readonly mismatch: SelfTestMismatch | undefined } {
  const { lastCommitTs, run, groupOf } = options;
  const isPlain = plainRow(lastCommitTs);
  let odd = 0;
  let elsewhere = 0;
  const source = snapshot.check({
    families: familiesOf(options),
    onRow: (bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      found.add(bytes.subarray(keyStart, keyEnd), bytes.subarray(valueStart, valueEnd));
      if (!isPlain(bytes, keyEnd, valueStart)) odd++;
      if (groupOf(bytes, keyStart, keyEnd) !== group) elsewhere++;
      run.progress.count(valueEnd - keyStart);
      run.progress.advance(1);
    },
  });
  const { summary } = source;
  const problem = () => {
    if (summary.lastCommitTs !== lastCommitTs)
      return `its header holds the timestamp ${summary.lastCommitTs}, wanted was ${lastCommitTs}`;
    if (odd > 0) return `it holds ${odd} rows with a timestamp or a value header that was not built`;
    if (elsewhere > 0) return `it holds ${elsewhere} rows of other groups`;
    if (summary.entries !== written.entries)
      return `it holds ${summary.entries} entries, ${written.entries} were written`;
    const sha256 = fileSha256(path);
    return sha256 === written.sha256
      ? undefined
      : `it holds other bytes than were written: its SHA-256 is ${sha256}, ${written.sha256} was written`;
  };
  const said = problem();
  return { source, mismatch: said === undefined ? undefined : whole(`${name}: ${said}`) };
}

function compareMerged(
  sources: readonly CheckedSnapshot[],
  options: GroupsSelfTestOptions,
): SelfTestMismatch | undefined {
  const merged = mergeSnapshots(sources, {
    name: 'the snapshots together',
    families: familiesOf(options),
    scratch: options.scratch,
  });
  try {
    return compareTrees(merged.source, options);
  } finally {
    merged.close();
  }
}

function familiesOf({ adapters, editedState }: TestedTree): readonly string[] {
  return editedState === undefined ? adapters.flatMap(({ families }) => families.data) : KNOWN_FAMILIES;
}
