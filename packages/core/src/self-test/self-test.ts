import { type Adapter, type DynamodbParts, type GuardFields, STATE_FOLDER, type TreeEdits } from '@ekv/adapter';
import { TreeReadError, type TreeSource } from '@ekv/dump-tree';
import {
  type CheckedSnapshot,
  DataError,
  openSnapshot,
  type RowSource,
  type ScratchFolder,
  type Snapshot,
  type WrittenSnapshot,
} from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';
import { countingSink } from '../adapters/counting-sink.ts';
import { decodeAdapter, workOf } from '../adapters/decode-adapter.ts';
import { jsonlOf } from '../adapters/guards.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { fileSha256 } from '../files/file-blocks.ts';
import type { Run } from '../run/run.ts';
import { ROWS_FILE, writeUnclaimedRows } from '../whole-state/rows-file.ts';
import { type MismatchLines, MOST_LINES } from './mismatch-lines.ts';
import { RowFingerprint } from './row-fingerprint.ts';
import { TreeComparison } from './tree-comparison.ts';

/** A tree, and what was made of it. */
export interface TestedTree {
  readonly tree: TreeSource;
  readonly adapters: readonly Adapter[];
  /** What the tree holds, as its manifest says. */
  readonly guards: GuardFields;
  /** What encode changed against the tree. */
  readonly edits: TreeEdits;
  /** Takes JSON files that differ in white space alone for the same. */
  readonly acceptFormatting: boolean;
  /** Of the whole state, when it was read: its files that are not compared. */
  readonly editedState?: ReadonlySet<string> | undefined;
  readonly scratch: ScratchFolder;
  readonly run: Run;
}

export interface SelfTestOptions extends TestedTree {
  /** The snapshot file that was written. */
  readonly path: string;
  readonly lastCommitTs: bigint;
  /** Of the rows that were built. */
  readonly built: RowFingerprint;
  /** What the writer says of the file. */
  readonly written: WrittenSnapshot;
}

export interface SelfTestMismatch {
  /** Content of `<output>.mismatch.txt`; docs/format/08-cli.md, section 6.4. */
  readonly report: Buffer;
  /** Differing files; 1 when the snapshot as a whole is wrong. */
  readonly differences: number;
  /** How many of these differ in white space alone. */
  readonly formattingOnly: number;
  /** The first difference and how it shows, for people. */
  readonly first: string;
}

/**
 * Decodes a snapshot that was just written and compares the result with the tree it was made from: timestamps, rows, and
 * every file, byte by byte, without a second tree on disk. The file must hold the very bytes that were written, too, for
 * it is what gets published. docs/format/08-cli.md, section 6.
 *
 * @returns `undefined` when all is equal. Throws EnvironmentError when the test cannot run, TreeReadError when the tree changes meanwhile.
 */
export function selfTest(options: SelfTestOptions): SelfTestMismatch | undefined {
  options.run.progress.begin('self-test: rows', options.written.entries);
  try {
    const snapshot = openSnapshot(options.path, { scratch: options.scratch });
    try {
      const read = readRows(snapshot, options);
      return wrongRows(read, options) ?? otherBytes(options) ?? compareTrees(read.source, options);
    } finally {
      snapshot.close();
    }
  } catch (error) {
    return decodeRefusal('the snapshot', error);
  }
}

/** What one pass over the snapshot found. */
interface ReadRows {
  readonly source: CheckedSnapshot;
  readonly found: RowFingerprint;
  /** Rows with a timestamp or a value header that was not built. */
  readonly odd: number;
}

function readRows(snapshot: Snapshot, { adapters, editedState, lastCommitTs, run }: SelfTestOptions): ReadRows {
  const found = new RowFingerprint();
  const isPlain = plainRow(lastCommitTs);
  let odd = 0;
  const source = snapshot.check({
    families: editedState === undefined ? adapters.flatMap(({ families }) => families.data) : KNOWN_FAMILIES,
    onRow: (bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      found.add(bytes.subarray(keyStart, keyEnd), bytes.subarray(valueStart, valueEnd));
      if (!isPlain(bytes, keyEnd, valueStart)) odd++;
      run.progress.count(valueEnd - keyStart);
      run.progress.advance(1);
    },
  });
  return { source, found, odd };
}

/** Compares header and rows, each with its timestamp and its value header, with those that were built. */
function wrongRows(
  { source: { summary }, found, odd }: ReadRows,
  { lastCommitTs, built, written }: SelfTestOptions,
): SelfTestMismatch | undefined {
  if (summary.lastCommitTs !== lastCommitTs) {
    return whole(`the header holds the timestamp ${summary.lastCommitTs}, wanted was ${lastCommitTs}`);
  }
  if (odd > 0) return whole(`the snapshot holds ${odd} rows with a timestamp or a value header that was not built`);
  if (summary.entries === written.entries && found.equals(built)) return undefined;
  return whole(
    `the snapshot holds other rows than were built: ${found.rows} rows in ${summary.entries} entries, ${built.rows} were built`,
  );
}

const EMPTY_VALUE_HEADER = Buffer.alloc(9);

/** Whether a row has this timestamp and an empty value header; docs/format/01-snapshot.md, section 9. */
export function plainRow(timestamp: bigint): (bytes: Buffer, keyEnd: number, valueStart: number) => boolean {
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  return (bytes, keyEnd, valueStart) =>
    bytes.compare(suffix, 0, suffix.length, keyEnd, keyEnd + suffix.length) === 0 &&
    bytes.compare(
      EMPTY_VALUE_HEADER,
      0,
      EMPTY_VALUE_HEADER.length,
      valueStart - EMPTY_VALUE_HEADER.length,
      valueStart,
    ) === 0;
}

function otherBytes({ path, written }: SelfTestOptions): SelfTestMismatch | undefined {
  const sha256 = fileSha256(path);
  if (sha256 === written.sha256) return undefined;
  return whole(`the file holds other bytes than were written: its SHA-256 is ${sha256}, ${written.sha256} was written`);
}

/** Decodes rows and compares the files with those of the tree. @returns `undefined` when all are equal. */
export function compareTrees(source: CheckedSnapshot, options: TestedTree): SelfTestMismatch | undefined {
  const { adapters, run } = options;
  const work = adapters.reduce((sum, adapter) => sum + workOf(source, adapter), 0);
  source.countRowsIn(run.progress.doneCell);
  run.progress.begin('self-test: files', work);
  const lines: string[] = [];
  let differences = 0;
  let formatted = 0;
  let firstFormatted = '';
  let first: string | undefined;
  for (const compare of comparisonsOf(options)) {
    const found = compare(source);
    differences += found.count;
    formatted += found.formatted;
    firstFormatted ||= found.firstFormatted;
    first ??= found.first();
    lines.push(...found.sorted());
    if (differences <= MOST_LINES) continue;
    lines.splice(MOST_LINES, lines.length, `... (truncated; first ${MOST_LINES} paths shown)`);
    break;
  }
  if (options.acceptFormatting && formatted > 0) tellAccepted(formatted, ofBytes(firstFormatted), options.run);
  if (first === undefined) return undefined;
  return {
    report: Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'),
    differences,
    formattingOnly: options.acceptFormatting ? 0 : formatted,
    first: ofBytes(first),
  };
}

function tellAccepted(count: number, example: string, run: Run): void {
  run.warn({
    event: 'formatting_differs',
    message: `JSON files of the tree have other white space than decode writes, for example ${example}; their values are the same, and --accept-formatting accepts that`,
    fields: { count, example },
  });
}

/** A byte string for people. */
function ofBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString();
}

/** Of each adapter, and then of the rows that none of them knows. */
function comparisonsOf(options: TestedTree): Array<(source: CheckedSnapshot) => MismatchLines> {
  const { adapters, editedState } = options;
  const comparisons = adapters.map((adapter) => (source: CheckedSnapshot) => compareAdapter(source, adapter, options));
  if (editedState === undefined || adapters.length < ADAPTERS.length) return comparisons;
  return [...comparisons, (source) => compareUnclaimedRows(source, options)];
}

function compareUnclaimedRows(source: CheckedSnapshot, { tree, scratch, acceptFormatting }: TestedTree): MismatchLines {
  const none = () => undefined;
  const rules = {
    isJson: () => true,
    acceptFormatting,
    isLineSet: () => true,
    comparedLine: none,
    completed: none,
    wholeOf: none,
  };
  const comparison = new TreeComparison(tree, { file: ROWS_FILE, ...rules, scratch });
  writeUnclaimedRows(source, comparison);
  return comparison.finish();
}

function compareAdapter(
  source: RowSource,
  adapter: Adapter,
  { tree, scratch, guards, edits, acceptFormatting, editedState, run }: TestedTree,
): MismatchLines {
  const { name: folder, isJson, isLineSet, comparedLine = () => undefined, wholeOf = () => undefined } = adapter;
  const completed = (edits.complete ? adapter.completed : undefined) ?? (() => undefined);
  const rules = { isJson, acceptFormatting, isLineSet, comparedLine, completed, wholeOf };
  const stateFolder = editedState && `${STATE_FOLDER}/${folder}`;
  const comparison = new TreeComparison(tree, {
    folder,
    stateFolder,
    passedOver: editedState,
    ...rules,
    scratch,
    threads: run.workers - 1,
  });
  const exclusions = adapter.exclusionsOf?.(tree, guards) ?? guards;
  const sink = countingSink(comparison, run.progress);
  // Times go back by what encode moved them, so that they meet those of the tree.
  const shiftMs = -edits.shiftMs;
  try {
    const state = editedState && sink;
    decodeAdapter(adapter, source, sink, {
      warn: () => {},
      scratch,
      workers: run.workers,
      exclusions,
      shiftMs,
      dynamodbParts: partsOf(guards),
      state,
    });
    return comparison.finish();
  } catch (error) {
    // What an earlier file says comes first.
    comparison.settle();
    throw error;
  } finally {
    comparison.close();
  }
}

function partsOf(guards: GuardFields): DynamodbParts | undefined {
  const jsonl = jsonlOf(guards);
  return jsonl === undefined ? undefined : { bytes: Number(jsonl.part_bytes), wrote: () => {} };
}

/** What ended a decode that had to succeed. Rethrows what is no fault of the snapshot: the machine's, and those of the tree. */
export function decodeRefusal(what: string, error: unknown): SelfTestMismatch {
  if (!(error instanceof DataError) || error instanceof TreeReadError) throw error;
  return whole(`decode refused ${what}: ${error.message}`);
}

/** The snapshot as a whole is wrong: one line, whatever a path in it holds. */
export function whole(what: string): SelfTestMismatch {
  const line = what.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  return { report: Buffer.from(`${line}\n`), differences: 1, formattingOnly: 0, first: line };
}
