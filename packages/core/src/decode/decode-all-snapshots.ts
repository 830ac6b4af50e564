import { closeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ContainerHeader,
  EnvironmentError,
  fewOf,
  openSnapshot,
  ScratchFolder,
  type Snapshot,
  SnapshotFormatError,
  UsageError,
  type Warn,
} from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { pause } from '../files/folder-look.ts';
import { groupFoldersIn } from '../groups/group-folders.ts';
import { refuseWithoutToken } from '../node-folder/examine-candidate.ts';
import { noSnapshot } from '../node-folder/no-snapshot.ts';
import {
  folderPassedOver,
  type OpenCandidate,
  openAll,
  TOKEN_PATIENCE_MS,
  type UnopenedCandidate,
} from '../node-folder/open-candidate.ts';
import {
  candidatesIn,
  findSnapshotFolder,
  IrregularSnapshotError,
  warnOfNoTokens,
} from '../node-folder/snapshot-folder.ts';
import { snapshotIndexOf } from '../node-folder/snapshot-index.ts';
import { type SnapshotTime, snapshotTime } from '../node-folder/snapshot-time.ts';
import { refuseStandardStream } from '../output/standard-stream.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { checkedAdapters, type DecodeRequest, type DecodeResult } from './decode-request.ts';
import { decodeOpened, rehearseDecode } from './decode-snapshot.ts';
import { type DecodeFolderRequest, naming, namingWarnings, opened } from './decode-snapshot-folder.ts';
import { type EarlierDump, findEarlierDump, type OtherDump } from './earlier-dump.ts';

/** What became of one snapshot of a folder. */
export type SnapshotOutcome =
  | (DecodeResult & { readonly state: 'decoded' })
  | KeptDump
  | (Place & { readonly state: 'failed'; readonly error: Error })
  /** It has the name of a snapshot and is no regular file: a link, a pipe; in a strict run also a folder. */
  | (Place & { readonly state: 'irregular'; readonly error: Error })
  /** It has the name of a snapshot and is a folder, which can be none. */
  | (Place & { readonly state: 'folder' })
  /** The node removed it before it could be opened. */
  | (Place & { readonly state: 'vanished' });

interface Place {
  readonly input: string;
  readonly output: string;
}

/** The dump of this snapshot was there already, with the same options, and as its CHECKSUMS lists it. */
export interface KeptDump extends Place, SnapshotTime {
  readonly state: 'kept';
  readonly snapshotIndex: bigint;
  readonly lastCommitTs: bigint;
  readonly warnings: number;
}

/** Held open at the same time. A node keeps three. */
const OPEN_TOGETHER = 8;

/**
 * Decodes every snapshot that a node left, from the oldest on, each to a folder of its own inside `output`, named by its 16 hex digits.
 * A failure of one does not end the run. A dump that is there already is kept, unless `force` is set. docs/format/01-snapshot.md,
 * section 8.2.
 *
 * @returns what became of each. Throws UsageError for the request, EnvironmentError when no snapshot is there.
 */
export function decodeAllSnapshots(request: DecodeFolderRequest, options: RunOptions = {}): SnapshotOutcome[] {
  checkedAdapters({ ...request, input: request.folder });
  refuseGroups(request);
  refuseStandardStream(request.output, '--output', 'the folder of the dumps');
  const folder = findSnapshotFolder(request.folder);
  warnOfNoTokens(folder, options.warn);
  const patienceMs = request.tokenPatienceMs ?? TOKEN_PATIENCE_MS;
  const end = performance.now() + patienceMs;
  const outcomes = new Map<string, SnapshotOutcome>();
  for (;;) {
    const isLast = performance.now() >= end;
    const names = candidatesIn(folder).filter((name) => !outcomes.has(name));
    for (let at = 0; at < names.length; at += OPEN_TOGETHER) {
      const together = openAll(folder, names.slice(at, at + OPEN_TOGETHER), patienceMs);
      decodeTogether(together, request, options, outcomes);
    }
    const states = new Set([...outcomes.values()].map(({ state }) => state));
    const hasVanished = states.delete('vanished');
    states.delete('folder');
    if (states.size > 0) return [...outcomes.values()];
    if (!hasVanished && (isLast || !folder.isOfNode)) throw noSnapshot(request.folder);
    if (isLast) throw allVanished(request.folder);
    pause();
  }
}

/** Snapshots of several groups belong together, and nothing says which ones. Throws UsageError. */
function refuseGroups({ folder, asOf = 'none' }: DecodeFolderRequest): void {
  if (asOf !== 'none')
    throw new UsageError('--all leaves --as-of out: each snapshot is decoded in its newest state; name one snapshot');
  const groups = groupFoldersIn(folder);
  if (groups !== undefined)
    throw new UsageError(
      `${folder} holds several groups (${fewOf(
        groups.slice(0, EXAMPLES).map(({ path }) => path),
        groups.length,
      )}), and --all is for the snapshots of one: leave it out to decode the newest of all groups together, or name the folder of one group`,
    );
}

function allVanished(folder: string): EnvironmentError {
  return new EnvironmentError(
    `all snapshots in ${folder} vanished before they could be opened; copy the folder with the node stopped, and decode the copy`,
  );
}

function decodeTogether(
  candidates: ReadonlyArray<OpenCandidate | UnopenedCandidate>,
  request: DecodeFolderRequest,
  options: RunOptions,
  outcomes: Map<string, SnapshotOutcome>,
): void {
  const open = new Set(candidates.flatMap((candidate) => ('fd' in candidate ? [candidate.fd] : [])));
  try {
    for (const candidate of candidates) {
      outcomes.set(candidate.name, outcomeOf(candidate, request, options));
      if (!('fd' in candidate)) continue;
      // The room of a file that the node has removed comes back now.
      closeSync(candidate.fd);
      open.delete(candidate.fd);
    }
  } finally {
    for (const fd of open) closeSync(fd);
  }
}

function outcomeOf(
  candidate: OpenCandidate | UnopenedCandidate,
  { tokenPatienceMs = TOKEN_PATIENCE_MS, ...shared }: DecodeFolderRequest,
  options: RunOptions,
): SnapshotOutcome {
  const format = shared.format ?? 'folder';
  const output = shared.check ? '' : join(shared.output, `${candidate.name}${format === 'folder' ? '' : `.${format}`}`);
  const place = { input: candidate.path, output };
  if ('why' in candidate) return unopened(candidate, place, shared, options.warn);
  try {
    refuseWithoutToken(candidate, tokenPatienceMs);
    return decodeCandidate(candidate, { ...shared, ...place, format }, namingWarnings(options, candidate));
  } catch (error) {
    return { state: 'failed', ...place, error: error as Error };
  }
}

function unopened(
  { path, why }: UnopenedCandidate,
  place: Place,
  { strict }: Pick<DecodeRequest, 'strict'>,
  warn?: Warn,
): SnapshotOutcome {
  if (why instanceof IrregularSnapshotError) {
    if (!why.isFolder || strict) return { state: 'irregular', ...place, error: why };
    warn?.(folderPassedOver(why));
    return { state: 'folder', ...place };
  }
  if (why !== 'vanished') return { state: 'failed', ...place, error: why };
  warn?.(
    naming(path, {
      event: 'snapshot_vanished',
      message: `${path} was removed before it could be opened, as a node at work does; it was passed over`,
      fields: { count: 1 },
    }),
  );
  return { state: 'vanished', ...place };
}

function decodeCandidate(candidate: OpenCandidate, request: DecodeRequest, options: RunOptions): SnapshotOutcome {
  const kept = request.force || request.check ? undefined : keptDump(candidate, request, options);
  if (kept === undefined) return { state: 'decoded', ...decodeOpened(request, options, opened(candidate)) };
  if (!request.strict && !request.requireData) return kept;
  // Nothing in a dump says what was left out of it.
  return { ...kept, warnings: kept.warnings + rehearseDecode(request, options, opened(candidate)) };
}

function keptDump({ fd }: OpenCandidate, request: DecodeRequest, options: RunOptions): KeptDump | undefined {
  const { input, output, scratchRoot } = request;
  const run = new Run(options);
  const name = scratchName(run.runId);
  const snapshot = openSnapshot(input, { fd, scratch: new ScratchFolder(scratchRoot || undefined, name) });
  const header = readableHeader(snapshot, request);
  if (header === undefined) return undefined;
  const snapshotIndex = snapshotIndexOf(input);
  const { lastCommitTs } = header;
  const dump = findEarlierDump({ request, snapshotIndex, lastCommitTs, scratchName: name });
  if (dump.state === 'other') warnOfOther(dump, output, run);
  if (dump.state !== 'same') return undefined;
  warnOfUnlisted(dump, output, run);
  if (request.strict) run.refuseLossAndDoubt();
  const { warnings } = run;
  return { state: 'kept', input, output, snapshotIndex, lastCommitTs, ...snapshotTime(header), warnings };
}

/** `undefined` for one that is damaged, of a snapshot that is salvaged: which dump is its own cannot be told. */
function readableHeader(snapshot: Snapshot, { salvage }: DecodeRequest): ContainerHeader | undefined {
  try {
    return snapshot.header();
  } catch (error) {
    if (!salvage || !(error instanceof SnapshotFormatError)) throw error;
    return undefined;
  }
}

/** The decode that follows will not replace it, and why it does not take it for its own must be known. */
function warnOfOther({ why }: OtherDump, output: string, run: Run): void {
  run.warn({
    event: 'other_dump',
    message: `the dump ${output} is not kept as that of this snapshot: ${why}; --force replaces it`,
    fields: {},
  });
}

/** All of the snapshot is there, so the dump is kept; but encode would take more, or something else, than the snapshot had. */
function warnOfUnlisted({ unlisted: { count, examples } }: EarlierDump, output: string, run: Run): void {
  if (count === 0) return;
  run.warn({
    event: 'kept_dump_unlisted',
    message: `the dump ${output} was kept, but more stands in it than its CHECKSUMS lists: ${fewOf(examples.slice(0, EXAMPLES), count)}; look at what it is, and remove it`,
    fields: { count },
    doubt: true,
  });
}

const EXAMPLES = 3;
