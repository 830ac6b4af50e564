import type { Adapter } from '@ekv/adapter';
import type { AdapterName, DynamodbLayout, Exclusions, Filters, GroupMembers, LostCounts } from '@ekv/manifest';
import { parseRanges } from '@ekv/routing';
import { type Damage, type SnapshotSummary, UsageError } from '@ekv/snapshot';
import { selectedAdapters } from '../adapters/adapters.ts';
import type { GroupFile } from '../groups/group-file.ts';
import type { GroupReading } from '../groups/read-together.ts';
import type { SnapshotTime } from '../node-folder/snapshot-time.ts';
import type { SelectionOptions } from '../selection/selection.ts';
import { refusePartsOfState } from '../whole-state/whole-state-rules.ts';
import type { DecodeCounts } from './decode-counts.ts';
import { type DumpFormat, refuseDumpToStream } from './dump-format.ts';
import type { ExpectedData } from './missing-data.ts';

/** What is decoded, and how. */
export interface DecodeRequest extends ExpectedData, GroupReading {
  /** Path of the snapshot file, or `-` for standard input. */
  readonly input: string;
  /**
   * Root of the tree that is made: it must not exist, or be an empty folder. Or an archive: it must not exist; `-` is standard output.
   * Empty when `check` is set.
   */
  readonly output: string;
  /** Default: as the suffix of the output says (`.tar`, `.tar.zst`), else a folder. */
  readonly format?: DumpFormat | undefined;
  /** Does all that a decode does, and writes nothing. */
  readonly check?: boolean | undefined;
  readonly adapters: readonly AdapterName[];
  readonly exclusions: Exclusions;
  readonly dynamodbLayout?: DynamodbLayout | undefined;
  /** For the layout `jsonl`: size that a file passes with a single longer line alone, bytes. Default: 64 MiB. */
  readonly dynamodbPartBytes?: number | undefined;
  /** Also writes what the adapters' folders have no place for, so that encode can restore the state as a whole. */
  readonly wholeState?: boolean | undefined;
  /** Which part of the data is decoded. Default: all. */
  readonly selection?: SelectionOptions | undefined;
  /** Snapshots of other nodes, for bytes of S3 objects that these keep: nothing else is read from them. */
  readonly payloadFrom?: readonly string[] | undefined;
  readonly clusterId?: string | undefined;
  /** Version of the tool, for the manifest. */
  readonly toolVersion: string;
  /** Replaces an earlier dump at `output`. */
  readonly force?: boolean | undefined;
  /** Removes what killed runs with this output have left whose processes are proven to be gone. */
  readonly removeLeftovers?: boolean | undefined;
  /** Refuses to leave user data out, and a snapshot that something beside it contradicts, or without any data. */
  readonly strict?: boolean | undefined;
  /** Leaves out what is damaged, and counts it, instead of refusing the file. */
  readonly salvage?: boolean | undefined;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

/** What became of it. */
export interface DecodeResult extends SnapshotTime {
  readonly outcome: 'decoded' | 'checked';
  /** Path of the snapshot; of several all paths, or the folder that was named. */
  readonly input: string;
  /** Empty when it was checked alone. */
  readonly output: string;
  readonly lastCommitTs: bigint;
  /** 0 when the name of the input tells none, and for several. */
  readonly snapshotIndex: bigint;
  readonly counts: DecodeCounts;
  readonly footer: 'ok' | 'none';
  /** Data files written, and their bytes; of a check, those that a decode would write. */
  readonly files: number;
  readonly bytes: number;
  readonly warnings: number;
  /** What is not in the tree of a snapshot that was salvaged, by kind; `undefined` when it is whole. */
  readonly partial: Readonly<Record<string, number>> | undefined;
  /** What the manifest says of groups, when several snapshots were read or one as of a moment. */
  readonly groups: GroupMembers | undefined;
  /** Keys and messages that a selection left out because they had expired. */
  readonly expiredUnits: number;
  /** The selections by which the data was taken, earlier ones first; empty when all of it is there. */
  readonly filters: Filters;
  /** What its sidecar says that the snapshot lacks, since it was encoded from a dump that was salvaged; `undefined` when nothing. */
  readonly lostBefore: LostCounts | undefined;
  /** Of the tree's DynamoDB items. Only ekv encodes a tree in the layout `jsonl`. */
  readonly dynamodbLayout: DynamodbLayout;
}

/** A look at the summary of a snapshot before anything is written; throws to refuse it, or adds to what is damaged. */
type Examine = (summary: SnapshotSummary, damage: Damage | undefined) => void;

/** A snapshot that is open already; it stays the caller's to close. */
export interface OpenedSnapshot {
  readonly fd?: number | undefined;
  readonly examine?: Examine | undefined;
  /** What its data lacks, where that is known without a sidecar. */
  readonly lost?: LostCounts | undefined;
}

/** One of the snapshots that a decode reads together. */
export interface DecodeInput extends GroupFile, OpenedSnapshot {}

/** The snapshots that a decode reads. */
export interface DecodeInputs {
  readonly files: readonly DecodeInput[];
  /** Whether they should be all groups of their cluster: what was named is a node, or more than one file. */
  readonly isWhole: boolean;
}

/** Checks what can be seen of a request alone. Throws UsageError. */
export function checkedAdapters(request: DecodeRequest): Adapter[] {
  if (request.input === '') throw new UsageError('--input is required: name the snapshot file');
  if (request.check) refuseOutputOfCheck(request);
  else if (request.output === '') throw new UsageError('--output is required: name the folder to make');
  refuseDumpToStream(request);
  if (request.adapters.length === 0) throw new UsageError('no adapter is selected');
  if (request.salvage && request.strict) {
    throw new UsageError(
      '--salvage and --strict contradict each other: one leaves out what is damaged, the other refuses that',
    );
  }
  checkPartBytes(request);
  checkPayloadFrom(request);
  refusePartsOfState(request.wholeState, request.exclusions);
  if (request.salvage && (request.asOf ?? 'none') !== 'none')
    throw new UsageError('--salvage leaves --as-of out: it reads the newest state of one snapshot');
  if (request.routes !== undefined) parseRanges(request.routes, '--routes');
  return selectedAdapters(request.adapters);
}

function checkPayloadFrom({ payloadFrom = [], adapters, input }: DecodeRequest): void {
  if (payloadFrom.length === 0) return;
  if (!adapters.includes('s3'))
    throw new UsageError('--payload-from goes with the adapter s3: it is for bytes of objects');
  if (payloadFrom.length > MOST_PAYLOAD_FILES)
    throw new UsageError(
      `--payload-from names ${payloadFrom.length} snapshots, ${MOST_PAYLOAD_FILES} at most can be read`,
    );
  if (payloadFrom.some((path) => path === '' || path === '-' || path === input))
    throw new UsageError('--payload-from must name another snapshot file than --input, of another node');
}

/** Each stays open. */
const MOST_PAYLOAD_FILES = 64;

/** 64 MiB. */
const DEFAULT_PART_BYTES = 2 ** 26;
/** Of the layout `jsonl`; `undefined` for the other one. */
export function partBytesOf({ dynamodbLayout, dynamodbPartBytes }: DecodeRequest): number | undefined {
  return dynamodbLayout === 'jsonl' ? (dynamodbPartBytes ?? DEFAULT_PART_BYTES) : undefined;
}

const [LEAST_PART_BYTES, MOST_PART_BYTES] = [4096, 2 ** 40];

function checkPartBytes({ dynamodbLayout = 'per-item', dynamodbPartBytes: bytes }: DecodeRequest): void {
  if (bytes === undefined) return;
  if (dynamodbLayout !== 'jsonl')
    throw new UsageError(
      '--dynamodb-bundle-size goes with --dynamodb-bundle-mode jsonl: other files hold one item each',
    );
  if (Number.isSafeInteger(bytes) && bytes >= LEAST_PART_BYTES && bytes <= MOST_PART_BYTES) return;
  throw new UsageError(
    `--dynamodb-bundle-size ${bytes} must be a whole number of bytes from ${LEAST_PART_BYTES} to ${MOST_PART_BYTES}`,
  );
}

/** Whoever names an output expects something there. */
function refuseOutputOfCheck({ output, force, removeLeftovers }: DecodeRequest): void {
  const flag = (output !== '' && '--output') || (force && '--force') || (removeLeftovers && '--remove-leftovers');
  if (flag) throw new UsageError(`--check writes nothing: leave ${flag} out, or decode without --check`);
}
