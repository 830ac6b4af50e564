import type { AdapterName } from '@ekv/manifest';
import { catalogRows } from '@ekv/routing';
import type { ScratchFolder, WrittenSnapshot } from '@ekv/snapshot';
import { FileSink } from '@ekv/snapshot/publish';
import { selectedAdapters } from '../adapters/adapters.ts';
import { BodyChecks } from '../encode/body-checks.ts';
import { collectRows, editsOf } from '../encode/collect-rows.ts';
import type { EncodeRequest } from '../encode/encode-request.ts';
import { countingDestination } from '../files/counting-destination.ts';
import type { DumpInput } from '../files/dump-input.ts';
import type { Run } from '../run/run.ts';
import type { RowFingerprint } from '../self-test/row-fingerprint.ts';
import type { SelfTestMismatch } from '../self-test/self-test.ts';
import { selfTestOfGroups } from '../self-test/self-test-of-groups.ts';
import type { GivenGroups } from './given-groups.ts';
import { GroupDivider } from './group-divider.ts';

/** Where the snapshot of one group is written. */
export interface GroupPlace {
  readonly group: bigint;
  /** Of the file that is made. */
  readonly path: string;
  /** That the operator knows. */
  readonly shown: string;
}

/** Snapshots in files that are on the disk. */
export interface TestedGroups {
  /** By group, in the order of the places. */
  readonly written: readonly WrittenSnapshot[];
  /** Rows by selected adapter, in the canonical order. */
  readonly rows: ReadonlyMap<AdapterName, number>;
  /** Of the files, as the file system has it. */
  readonly mode: number;
  /** Where the files differ from the tree; `undefined` as well when no self-test was asked for. */
  readonly mismatch: SelfTestMismatch | undefined;
}

interface Job {
  readonly request: EncodeRequest;
  readonly given: GivenGroups;
  readonly withCatalog: boolean;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly input: DumpInput;
}

/** For tests: is called between writing and testing the snapshots. */
export type BeforeGroupsTest = () => void;

/**
 * Collects the rows of a tree, sorts them once and writes each to the snapshot of its group; brings the files to the disk, and compares
 * all of them together with the tree if the request says so.
 *
 * Throws as `collectRows` does, and DataError for rows that belong to no group.
 */
export function writeGroups(places: readonly GroupPlace[], job: Job, beforeSelfTest: BeforeGroupsTest): TestedGroups {
  const files = openAll(places);
  const { written, rows, fingerprint, editedState } = writeAndCloseAll(files, () => writeRows(files, job));
  const result = { written, rows, mode: files[0]!.mode };
  if (fingerprint === undefined) return { ...result, mismatch: undefined };
  beforeSelfTest();
  const { request, given, run, scratch, input } = job;
  const mismatch = selfTestOfGroups({
    files: places.map(({ path, shown }, i) => ({ path, name: shown, written: written[i]! })),
    tree: input.tree(),
    adapters: selectedAdapters(request.adapters),
    lastCommitTs: request.lastCommitTs,
    guards: request.guards,
    edits: editsOf(request),
    acceptFormatting: request.acceptFormatting ?? false,
    editedState,
    built: fingerprint,
    groupOf: new GroupDivider(given).find,
    scratch,
    run,
  });
  input.checkUnchanged();
  return { ...result, mismatch };
}

interface WrittenRows {
  readonly written: readonly WrittenSnapshot[];
  readonly rows: ReadonlyMap<AdapterName, number>;
  readonly fingerprint: RowFingerprint | undefined;
  readonly editedState: ReadonlySet<string> | undefined;
}

function writeRows(files: readonly FileSink[], { request, given, withCatalog, run, scratch, input }: Job): WrittenRows {
  const bodies = new BodyChecks();
  try {
    const { writer, rows, fingerprint, editedState } = collectRows(request, run, scratch, bodies, input);
    for (const { key, value } of withCatalog ? catalogRows(given.ranges) : []) {
      writer.add(key, value);
      fingerprint?.add(key, value);
    }
    run.progress.begin('writing the snapshot', writer.bytes);
    const divider = new GroupDivider(given);
    const sinks = files.map((file) => countingDestination(file, run.progress));
    const written = writer.divideTo(sinks, divider.find, { take: bodies.take });
    divider.report(run.warn);
    bodies.report(run.warn);
    input.checkUnchanged();
    if (request.strict) run.refuseLossAndDoubt();
    return { written, rows, fingerprint, editedState };
  } finally {
    bodies.close();
  }
}

function openAll(places: readonly GroupPlace[]): FileSink[] {
  const files: FileSink[] = [];
  try {
    for (const { path, shown } of places) files.push(new FileSink(path, shown));
    return files;
  } catch (error) {
    for (const file of files) file.abandon();
    throw error;
  }
}

function writeAndCloseAll<T>(files: readonly FileSink[], write: () => T): T {
  let result: T;
  try {
    result = write();
    for (const file of files) file.sync();
  } catch (error) {
    for (const file of files) file.abandon();
    throw error;
  }
  for (const file of files) file.close();
  return result;
}
