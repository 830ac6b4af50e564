import type { Adapter } from '@ekv/adapter';
import type { AdapterName, DynamodbLayout, Exclusions, LostCounts } from '@ekv/manifest';
import { type Damage, type SnapshotSummary, UsageError } from '@ekv/snapshot';
import { selectedAdapters } from '../adapters/adapters.ts';
import type { SnapshotTime } from '../node-folder/snapshot-time.ts';
import type { DecodeCounts } from './decode-counts.ts';
import { type DumpFormat, refuseDumpToStream } from './dump-format.ts';
import type { ExpectedData } from './missing-data.ts';

/** What is decoded, and how. */
export interface DecodeRequest extends ExpectedData {
  /** Path of the snapshot file, or `-` for standard input. */
  readonly input: string;
  /**
   * Root of the tree that is made: it must not exist, or be an empty folder. Or an archive: it must not exist; `-` is standard output.
   * Empty when `check` is set.
   */
  readonly output: string;
  /** Default: as the suffix of the output says (`.tar`, `.tar.zst`), else a folder. */
  readonly format?: DumpFormat;
  /** Does all that a decode does, and writes nothing. */
  readonly check?: boolean;
  readonly adapters: readonly AdapterName[];
  readonly exclusions: Exclusions;
  readonly dynamodbLayout?: DynamodbLayout;
  readonly clusterId?: string;
  /** Version of the tool, for the manifest. */
  readonly toolVersion: string;
  /** Replaces an earlier dump at `output`. */
  readonly force?: boolean;
  /** Removes what killed runs with this output have left whose processes are proven to be gone. */
  readonly removeLeftovers?: boolean;
  /** Refuses to leave user data out, and a snapshot that something beside it contradicts, or without any data. */
  readonly strict?: boolean;
  /** Leaves out what is damaged, and counts it, instead of refusing the file. */
  readonly salvage?: boolean;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string;
}

/** What became of it. */
export interface DecodeResult extends SnapshotTime {
  readonly outcome: 'decoded' | 'checked';
  readonly input: string;
  /** Empty when it was checked alone. */
  readonly output: string;
  readonly lastCommitTs: bigint;
  /** 0 when the name of the input tells none. */
  readonly snapshotIndex: bigint;
  readonly counts: DecodeCounts;
  readonly footer: 'ok' | 'none';
  /** Data files written, and their bytes; of a check, those that a decode would write. */
  readonly files: number;
  readonly bytes: number;
  readonly warnings: number;
  /** What is not in the tree of a snapshot that was salvaged, by kind; `undefined` when it is whole. */
  readonly partial: Readonly<Record<string, number>> | undefined;
  /** What its sidecar says that the snapshot lacks, since it was encoded from a dump that was salvaged; `undefined` when nothing. */
  readonly lostBefore: LostCounts | undefined;
}

/** A look at the summary of a snapshot before anything is written; throws to refuse it, or adds to what is damaged. */
type Examine = (summary: SnapshotSummary, damage: Damage | undefined) => void;

/** A snapshot that is open already; it stays the caller's to close. */
export interface OpenedSnapshot {
  readonly fd?: number | undefined;
  readonly examine?: Examine | undefined;
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
  if (request.dynamodbLayout === 'jsonl') {
    throw new UsageError('the DynamoDB bundle mode jsonl is not implemented; use per-item');
  }
  return selectedAdapters(request.adapters);
}

/** Whoever names an output expects something there. */
function refuseOutputOfCheck({ output, force, removeLeftovers }: DecodeRequest): void {
  const flag = (output !== '' && '--output') || (force && '--force') || (removeLeftovers && '--remove-leftovers');
  if (flag) throw new UsageError(`--check writes nothing: leave ${flag} out, or decode without --check`);
}
