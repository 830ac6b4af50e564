import { type Adapter, type GuardFields, type Owner, STATE_FOLDER, type TreeEdits } from '@ekv/adapter';
import { CHECKSUMS_NAME, type ChecksumsVerifier, type ReadDigests, type TreeSource } from '@ekv/dump-tree';
import type { AdapterName } from '@ekv/manifest';
import { DataError, type ScratchFolder, SnapshotWriter, type Warn } from '@ekv/snapshot';
import { selectedAdapters } from '../adapters/adapters.ts';
import { jsonlOf } from '../adapters/guards.ts';
import { type DumpInput, folderInput } from '../files/dump-input.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import type { Run } from '../run/run.ts';
import { chosenRecords } from '../selection/chosen-records.ts';
import { expiryLimitOf } from '../selection/filters.ts';
import { Selection, type SelectionOptions } from '../selection/selection.ts';
import { RowFingerprint } from '../self-test/row-fingerprint.ts';
import { readUnclaimedRows } from '../whole-state/rows-file.ts';
import { warnOfStrayState, warnOfUnusedState } from '../whole-state/whole-state-rules.ts';
import type { BodyChecks } from './body-checks.ts';
import { reportChecksums } from './checksums-findings.ts';
import { encodeRows, type RowTargets, type TreeReading } from './encode-rows.ts';
import { listedDigests } from './listed-digests.ts';
import { warnOfTopLevel } from './top-level.ts';

/** What decides the rows of a snapshot. */
export interface CollectRequest {
  /** Root of the dump tree; or an archive of it, `-` being standard input. */
  readonly input: string;
  /** Not empty; order and repeats do not matter. */
  readonly adapters: readonly AdapterName[];
  /** Commit timestamp of the header and of every key. */
  readonly lastCommitTs: bigint;
  /** `last_commit_ts` of the manifest, the lower bound; 0 or nothing = no bound. */
  readonly manifestLastCommitTs?: bigint | undefined;
  /** How the tree was made, as its manifest says. */
  readonly guards: GuardFields;
  readonly selfTest?: boolean | undefined;
  /** Lets the self-test take JSON files that differ in white space alone for the same. */
  readonly acceptFormatting?: boolean | undefined;
  /** Makes what differs from CHECKSUMS an error. */
  readonly verify?: boolean | undefined;
  /** Makes input that is left out an error. */
  readonly strict?: boolean | undefined;
  /** Added to all absolute times of expiries and messages, ms. Default: 0. */
  readonly shiftMs?: bigint | undefined;
  /** Fills in what is absent and can be computed: digests, ids, sequence numbers. */
  readonly complete?: boolean | undefined;
  /** Also reads what the adapters' folders have no place for; the manifest must say that it is there. */
  readonly wholeState?: boolean | undefined;
  /** Takes tables of the layout `jsonl` that hold other items than the manifest says. */
  readonly acceptEdited?: boolean | undefined;
  /** Which part of the tree is encoded. Default: all. */
  readonly selection?: SelectionOptions | undefined;
  /** Makes it an error when no selected adapter has a row, or one of {@link namedAdapters} has none. */
  readonly requireData?: boolean | undefined;
  /**
   * The adapters that somebody chose by their names. An adapter that is selected because all are may well have no data.
   * Default: none.
   */
  readonly namedAdapters?: readonly AdapterName[] | undefined;
}

/** All rows of a tree, collected and not yet sorted. */
export interface CollectedRows {
  readonly writer: SnapshotWriter;
  /** Rows by selected adapter, in the canonical order. */
  readonly rows: ReadonlyMap<AdapterName, number>;
  /** Only with a self-test. */
  readonly fingerprint: RowFingerprint | undefined;
  /** Files of the whole state that do not fit the edited tree line by line. */
  readonly editedState: ReadonlySet<string>;
}

/** Bodies above 256 MiB fit into a snapshot, yet no node writes them itself. */
const LARGE_ROWS = 'values are larger than 256 MiB, more than a node writes itself; it may refuse to serve them';

/**
 * Reads the selected adapters' folders of a tree. Nothing is written but spilled rows.
 *
 * Throws AdapterError and TreeProblemsError for the tree, StrictError, EnvironmentError for scratch.
 *
 * @param bodies takes checks for which the caller gives bodies when they are written. Absent: they are read and checked now.
 * @param input the tree, when it is open already.
 */
export function collectRows(
  request: CollectRequest,
  run: Run,
  scratch: ScratchFolder,
  bodies?: BodyChecks,
  input: DumpInput = folderInput(request.input),
): CollectedRows {
  // Without a list to compare with, files need not be hashed.
  const verifier = input.has(CHECKSUMS_NAME) ? listedDigests(scratch) : undefined;
  try {
    return collectVerified(request, run, scratch, bodies, input, verifier);
  } finally {
    verifier?.close();
  }
}

function collectVerified(
  request: CollectRequest,
  run: Run,
  scratch: ScratchFolder,
  bodies: BodyChecks | undefined,
  input: DumpInput,
  verifier: ChecksumsVerifier | undefined,
): CollectedRows {
  const adapters = selectedAdapters(request.adapters);
  const tree = input.tree(verifier && counted(verifier, run));
  const listed = verifier?.follow(tree);
  const writer = new SnapshotWriter({ lastCommitTs: request.lastCommitTs, scratch });
  const fingerprint = request.selfTest ? new RowFingerprint() : undefined;
  const editedState = new Set<string>();
  const selection = request.selection && new Selection(request.selection);
  const chosen = selection && !selection.takesAll ? chosenRecords(selection, scratch) : undefined;
  const targets = { writer, fingerprint, bodies, chosen };
  const rows = encodeRows(tree, adapters, targets, readingOf(request, selection, editedState), run, scratch, listed);
  const stateFolders = request.wholeState ? encodeState(tree, adapters, targets, selection, run.warn) : [];
  if (!request.wholeState) warnOfUnusedState(tree, run.warn);
  fingerprint?.close();
  chosen?.finish(request.input, run.warn);
  warnOfTopLevel(tree, run.warn);
  const folders = [...adapters.map(({ name }) => name), ...stateFolders];
  reportChecksums(verifier?.finish(tree, folders), request.verify ?? false, run.warn);
  reportEmpty(rows, request, run);
  if (writer.largeRows > 0) run.warn({ event: 'large_rows', message: LARGE_ROWS, fields: { count: writer.largeRows } });
  if (request.strict) run.refuseLossAndDoubt();
  return { writer, rows, fingerprint, editedState };
}

/** How the tree is to be read. */
function readingOf(request: CollectRequest, selection: Selection | undefined, editedState: Set<string>): TreeReading {
  const { guards, acceptEdited, wholeState } = request;
  const state = wholeState ? { edited: (path: string) => void editedState.add(path) } : undefined;
  const takes = selection && !selection.takesAll ? (unit: Owner) => selection.takes(unit) : undefined;
  const expired = expiryLimitOf(selection, request.manifestLastCommitTs ?? 0n);
  return { ...editsOf(request), dynamodbJsonl: jsonlOf(guards), acceptEdited, takes, expired, state };
}

/** What of the whole state is of no adapter; the adapters have read their own. @returns the folders that are read now. */
function encodeState(
  tree: TreeSource,
  adapters: readonly Adapter[],
  targets: RowTargets,
  selection: Selection | undefined,
  warn: Warn,
): string[] {
  const isAll = adapters.length === ADAPTER_NAMES.length;
  if (isAll && (selection?.takesUnowned ?? true)) encodeUnclaimedRows(tree, targets);
  warnOfStrayState(tree, adapters, warn);
  return isAll ? [STATE_FOLDER] : adapters.map(({ name }) => `${STATE_FOLDER}/${name}`);
}

/** Rows that no adapter knows. */
function encodeUnclaimedRows(tree: TreeSource, { writer, fingerprint }: RowTargets): void {
  readUnclaimedRows(tree, ({ key, value }) => {
    writer.add(key, value);
    fingerprint?.add(key, value);
  });
}

/** What the request changes against the tree. */
export function editsOf({ shiftMs = 0n, complete = false }: CollectRequest): TreeEdits {
  return { shiftMs, complete };
}

/** Files of which the digest is known are read: that is how far an encode is. */
function counted(verifier: ChecksumsVerifier, { progress }: Run): ReadDigests {
  return {
    add: (path, sha256) => {
      verifier.add(path, sha256);
      progress.advance(1);
    },
  };
}

function reportEmpty(rows: ReadonlyMap<AdapterName, number>, request: CollectRequest, run: Run): void {
  const empty = [...rows].filter(([, count]) => count === 0).map(([name]) => name);
  if (empty.length === 0) return;
  const said = `the tree has no data of ${empty.join(', ')}`;
  const isAll = empty.length === rows.size;
  if (request.requireData && (isAll || request.namedAdapters?.some((name) => empty.includes(name)))) {
    throw new DataError(`--require-data: ${said}; check that the folders are there, or leave them out with --adapter`);
  }
  run.warn({
    event: 'no_data',
    message: isAll ? `${said}: the snapshot is empty, and restoring it wipes the target` : said,
    fields: { adapters: empty.join(',') },
  });
}
