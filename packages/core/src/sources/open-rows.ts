import { closeSync } from 'node:fs';
import { keysFrom, type Owner } from '@ekv/adapter';
import type { AdapterName, GroupMembers } from '@ekv/manifest';
import {
  type CheckedSnapshot,
  type Damage,
  type EntryRange,
  type ScratchFolder,
  type SnapshotSummary,
  UsageError,
  type Warning,
} from '@ekv/snapshot';
import { selectedAdapters } from '../adapters/adapters.ts';
import { CheckedInput, type CheckListener } from '../decode/checked-input.ts';
import { namingSalvage, SALVAGE_OF_DECODE } from '../decode/damage-hint.ts';
import type { DecodeInput } from '../decode/decode-request.ts';
import { opened } from '../decode/decode-snapshot-folder.ts';
import { warnOfOpenTransactions, warnOfSnapshot } from '../decode/decode-warnings.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { checkGroupFiles, type GroupFile, groupOfPath } from '../groups/group-file.ts';
import { groupFoldersIn, openGroup } from '../groups/group-folders.ts';
import { asItIs, type GroupReading, readTogether } from '../groups/read-together.ts';
import { openNewest, TOKEN_PATIENCE_MS } from '../node-folder/open-candidate.ts';
import { findSnapshotFolder } from '../node-folder/snapshot-folder.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { dumpRows } from './dump-rows.ts';
import { type InputKind, inputKindOf } from './input-kind.ts';

/** What is looked at without being decoded. */
export interface RowsRequest extends GroupReading {
  /** A dump (a folder or an archive), a node's folder, a snapshot file; or the snapshot files of several groups. */
  readonly inputs: readonly GroupFile[];
  readonly adapters: readonly AdapterName[];
  /**
   * `given`: entries whose body is encrypted are in {@link OpenedRows.walked}; where there are any, snapshots are not brought together, and cursors over
   * rows throw at them. Default: they are refused.
   */
  readonly encrypted?: 'given' | undefined;
  /** Leaves out what is damaged, of one snapshot, and counts it. */
  readonly damage?: Damage | undefined;
  /**
   * The rows that are looked for: of a large snapshot nothing else is read, see the option `ranges` of `openSnapshot`. The rows of the catalog and of
   * transactions are read too. Other inputs are read as a whole.
   */
  readonly ranges?: readonly EntryRange[] | undefined;
  /**
   * Of a dump: units and scopes that are looked for. Files that by their names are of others are not read, so a file that is not named as decode
   * names it may be missed, and nothing is compared with CHECKSUMS. Snapshots are not narrowed by it.
   */
  readonly units?: readonly Owner[] | undefined;
  /** With ranges: a snapshot of at most so many bytes is read as a whole. Default: 16 MiB. */
  readonly wholeUpTo?: number | undefined;
  /** Looks at a single snapshot while it is checked, or at that of a dump: {@link OpenedRows.wereHeard} says whether what it got holds. */
  readonly listener?: CheckListener | undefined;
}

/** One of the inputs. */
export interface OpenedInput {
  /** As given; of a node's folder the file. */
  readonly path: string;
  readonly group: bigint | undefined;
  /** Of the snapshot; of a dump 0. */
  readonly bytes: number;
  readonly summary: SnapshotSummary;
}

/** The rows of an input, whatever it is: those of a dump are what encode makes of it. */
export interface OpenedRows {
  readonly kind: InputKind;
  /** For people. */
  readonly name: string;
  readonly source: CheckedSnapshot;
  /** What holds all versions of the rows: the source, but for several snapshots with encrypted entries each of these. */
  readonly walked: readonly CheckedSnapshot[];
  readonly inputs: readonly OpenedInput[];
  /** What is known of the groups, when several snapshots were read or one as of a moment. */
  readonly members: GroupMembers | undefined;
  /** Of the adapters that were asked for those that it can have rows of: a dump may be made without some. */
  readonly adapters: readonly AdapterName[];
  /** Whether the part alone was read that was looked for: the summary counts no more, and no checksum was compared. */
  readonly isNarrowed: boolean;
  /** Whether the listener got all versions of what is walked over, and no others. */
  readonly wereHeard: boolean;
  /** Throws EnvironmentError when the input was written to since it was opened. */
  refuseChanged(): void;
  /** Lets go of all. May be called twice. */
  close(): void;
}

/**
 * Opens and checks what has rows. Warnings name the input that they are about; of a dump those alone are given that weigh something.
 *
 * @param scratch for what has to be sorted or brought together. It must stay until the rows are closed.
 * @throws UsageError, EnvironmentError, DataError.
 */
export function openRows(request: RowsRequest, options: RunOptions, scratch: ScratchFolder): OpenedRows {
  const { inputs } = request;
  const [first] = inputs;
  const kinds = inputs.map(({ path }) => inputKindOf(path));
  checkGroupFiles(inputs);
  const other = kinds.findIndex((kind) => kind !== 'snapshot');
  if (inputs.length > 1 && other !== -1)
    throw new UsageError(
      `${inputs[other]!.path} is a ${kinds[other]}, and only snapshot files of several groups are read together`,
    );
  if (inputs.length > 1 && request.damage !== undefined)
    throw new UsageError(
      '--salvage reads one snapshot: look at the damaged one alone, or take another snapshot of its group',
    );
  const name = inputs.map(({ path }) => path).join(', ');
  refuseMomentOfDump(name, kinds[0]!, request);
  const run = new Run(namingInput(options, name, kinds[0]!));
  if (kinds[0] === 'snapshot')
    return { kind: 'snapshot', name, ...snapshotRows(filesOf(inputs), request, run, scratch, inputs.length > 1) };
  if (kinds[0] === 'node folder') return { kind: 'node folder', name, ...nodeRows(first!.path, request, run, scratch) };
  const rows = dumpRows(first!.path, request, run, scratch);
  const { source } = rows;
  const opened = { path: first!.path, group: undefined, bytes: 0, summary: source.summary };
  return {
    kind: kinds[0]!,
    name,
    walked: [source],
    inputs: [opened],
    members: undefined,
    isNarrowed: request.units !== undefined,
    wereHeard: request.listener !== undefined,
    refuseChanged: () => {},
    ...rows,
  };
}

/** A dump has no older versions; what it has now would be taken for what it was then. */
function refuseMomentOfDump(name: string, kind: InputKind, { asOf = 'none', asOfOption = 'asOf' }: GroupReading): void {
  if (asOf !== 'none' && (kind === 'dump' || kind === 'archive'))
    throw new UsageError(
      `the option ${asOfOption} is for snapshots, which hold the versions of some time: ${name} is ${kind === 'dump' ? 'a dump' : 'an archive'}, of one moment`,
    );
}

function namingInput(options: RunOptions, name: string, kind: InputKind): RunOptions {
  const { warn } = options;
  const isDump = kind === 'dump' || kind === 'archive';
  const named = (warning: Warning) => ({ ...warning, fields: { input: name, ...warning.fields } });
  return {
    ...options,
    warn: (warning) => {
      if (!isDump || warning.loss || warning.doubt) warn?.(named(warning));
    },
  };
}

/** Somebody who names one file need not know in what folder it lies. */
function filesOf(inputs: readonly GroupFile[]): DecodeInput[] {
  return inputs.map(({ path, group }) => ({
    path,
    group: group ?? (inputs.length > 1 ? groupOfPath(path) : undefined),
  }));
}

/** The rows that say which group a row belongs to, and how transactions ended. */
const OF_THE_CLUSTER: readonly EntryRange[] = ['!dist|', '!txn|'].map((prefix) => keysFrom(Buffer.from(prefix)));

type Rows = Omit<OpenedRows, 'kind' | 'name'>;

function snapshotRows(
  files: readonly DecodeInput[],
  request: RowsRequest,
  run: Run,
  scratch: ScratchFolder,
  isWhole: boolean,
): Rows {
  const inputs: CheckedInput[] = [];
  const closeInputs = () => {
    for (const input of inputs.splice(0)) input.close();
  };
  try {
    const { encrypted, damage, wholeUpTo } = request;
    const ranges = request.ranges && [...request.ranges, ...OF_THE_CLUSTER];
    const listener = files.length === 1 && damage === undefined ? request.listener : undefined;
    const inputRun = { run, scratch, damage, encrypted, listener, ranges, wholeUpTo };
    for (const file of files) inputs.push(new CheckedInput(file, inputRun));
    const sources = inputs.map((input, i) => ({
      path: input.path,
      group: files[i]!.group,
      source: namingSalvage(damage, () => input.check(), SALVAGE_OF_DECODE),
      part: input.part,
    }));
    const reader = { warn: run.warn, progress: run.progress, scratch, families: KNOWN_FAMILIES, isWhole };
    const isApart = damage !== undefined || sources.some(({ source }) => source.summary.encrypted > 0);
    const rows = isApart ? asItIs(sources[0]!.source) : readTogether(sources, request, reader);
    if (!rows.areTransactionsResolved) warnOfOpenTransactions(rows.summary, run.warn);
    warnOfSnapshot(rows.summary, run.warn);
    const isNarrowed = inputs.some((input) => input.isNarrowed);
    if (!isNarrowed) warnOfNothingThen(rows.source, request, run);
    const checks = inputs.map(({ refuseChanged }) => refuseChanged);
    return {
      source: rows.source,
      walked: isApart ? sources.map(({ source }) => source) : [rows.source],
      inputs: sources.map(({ path, group, part, source }, i) => ({
        path,
        group: group ?? part?.group,
        bytes: inputs[i]!.bytes,
        summary: source.summary,
      })),
      members: rows.members,
      isNarrowed,
      wereHeard: listener !== undefined && rows.source === sources[0]!.source && rows.source.place !== 'copied',
      adapters: request.adapters,
      refuseChanged: () => {
        for (const check of checks) check();
      },
      close: () => {
        rows.close();
        closeInputs();
      },
    };
  } catch (error) {
    closeInputs();
    throw error;
  }
}

/** A mistyped moment must not be taken for a state without data. */
function warnOfNothingThen(
  source: CheckedSnapshot,
  { adapters, asOf = 'none', asOfOption = 'asOf' }: RowsRequest,
  run: Run,
): void {
  const families = selectedAdapters(adapters).flatMap((adapter) => adapter.families.data);
  if (asOf === 'none' || families.some((family) => source.count(family) > 0)) return;
  run.warn({
    event: 'no_data',
    message: `there is no data as of then: the moment of the option ${asOfOption} may be before the first write, then ask for a later one`,
    fields: {},
    doubt: true,
  });
}

/** The newest snapshot of a node, or those of its groups. */
function nodeRows(folder: string, request: RowsRequest, run: Run, scratch: ScratchFolder): Rows {
  const newest = { patienceMs: TOKEN_PATIENCE_MS, folders: 'passed over', warn: run.warn } as const;
  const fds: number[] = [];
  const close = () => {
    for (const fd of fds.splice(0)) closeSync(fd);
  };
  const taken = (candidate: ReturnType<typeof openNewest>, group?: bigint): DecodeInput => {
    fds.push(candidate.fd);
    return { path: candidate.path, group, ...opened(candidate) };
  };
  try {
    const groups = groupFoldersIn(folder);
    const missing = request.allowMissingGroups ? 'passed over' : 'refused';
    const files =
      groups === undefined
        ? [taken(openNewest(folder, findSnapshotFolder(folder), newest))]
        : groups.flatMap((one) => {
            const group = openGroup(one, newest, missing);
            return group === undefined ? [] : [taken(group.candidate, group.group)];
          });
    const rows = snapshotRows(files, request, run, scratch, true);
    return {
      ...rows,
      close: () => {
        rows.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}
