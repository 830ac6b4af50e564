import type { InputTree } from '@ekv/dump-tree';
import type { Exclusions } from '@ekv/manifest';
import { DataError, openSnapshot, type ScratchFolder, type Snapshot } from '@ekv/snapshot';
import { type Adapter, isSupported, type UnsupportedAdapter } from './adapters.ts';
import { decodeAdapter } from './decode-snapshot.ts';
import { type MismatchLines, MOST_LINES } from './mismatch-lines.ts';
import { RowFingerprint } from './row-fingerprint.ts';
import type { Run } from './run.ts';
import { TreeComparison } from './tree-comparison.ts';

export interface SelfTestOptions {
  /** The snapshot file that was written. */
  readonly path: string;
  readonly tree: InputTree;
  readonly adapters: ReadonlyArray<Adapter | UnsupportedAdapter>;
  readonly lastCommitTs: bigint;
  /** What the tree holds, as its manifest says. */
  readonly exclusions: Exclusions;
  /** Of the rows that were built. */
  readonly built: RowFingerprint;
  readonly scratch: ScratchFolder;
  readonly run: Run;
}

export interface SelfTestMismatch {
  /** Content of `<output>.mismatch.txt`; docs/format/08-cli.md, section 6.4. */
  readonly report: Buffer;
  /** Differing files; 1 when the snapshot as a whole is wrong. */
  readonly differences: number;
  /** The first difference and how it shows, for people. */
  readonly first: string;
}

/**
 * Decodes a snapshot that was just written and compares the result with the tree it was made from: timestamp, rows, and
 * every file, byte by byte, without a second tree on disk. docs/format/08-cli.md, section 6.
 *
 * @returns `undefined` when all is equal. Throws EnvironmentError when the test cannot run.
 */
export function selfTest(options: SelfTestOptions): SelfTestMismatch | undefined {
  options.run.progress.begin('self-test');
  try {
    const source = openSnapshot(options.path, { scratch: options.scratch });
    try {
      return wrongRows(source, options) ?? compareTrees(source, options);
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return whole(`decode refused the snapshot: ${error.message}`);
  }
}

function wrongRows(
  source: Snapshot,
  { adapters, lastCommitTs, built, run }: SelfTestOptions,
): SelfTestMismatch | undefined {
  const found = new RowFingerprint();
  const summary = source.check({
    families: adapters.flatMap(({ families }) => families),
    onRow: (bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      found.add(bytes.subarray(keyStart, keyEnd), bytes.subarray(valueStart, valueEnd));
      run.progress.count(valueEnd - keyStart);
    },
  });
  if (summary.lastCommitTs !== lastCommitTs) {
    return whole(`the header holds the timestamp ${summary.lastCommitTs}, wanted was ${lastCommitTs}`);
  }
  if (found.equals(built)) return undefined;
  return whole(`the snapshot holds other rows than were built: ${found.rows} rows, ${built.rows} were built`);
}

function compareTrees(source: Snapshot, options: SelfTestOptions): SelfTestMismatch | undefined {
  const lines: string[] = [];
  let differences = 0;
  let first: string | undefined;
  for (const adapter of options.adapters.filter(isSupported)) {
    const found = compareAdapter(source, adapter, options);
    differences += found.count;
    first ??= found.first();
    lines.push(...found.sorted());
    if (differences <= MOST_LINES) continue;
    lines.splice(MOST_LINES, lines.length, `... (truncated; first ${MOST_LINES} paths shown)`);
    break;
  }
  if (first === undefined) return undefined;
  return { report: Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'), differences, first };
}

function compareAdapter(
  source: Snapshot,
  adapter: Adapter,
  { tree, scratch, exclusions }: SelfTestOptions,
): MismatchLines {
  const comparison = new TreeComparison(tree, { folder: adapter.name, isLineSet: adapter.isLineSet, scratch });
  const held = adapter.exclusionsOf?.(tree, exclusions) ?? exclusions;
  decodeAdapter(adapter, source, comparison, { warn: () => {}, scratch, exclusions: held });
  return comparison.finish();
}

function whole(line: string): SelfTestMismatch {
  return { report: Buffer.from(`${line}\n`), differences: 1, first: line };
}
