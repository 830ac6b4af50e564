import type { Adapter, EncodeRun } from '@ekv/adapter';
import { MOST_PROBLEMS, TreeProblemsError, type TreeSource } from '@ekv/dump-tree';
import type { AdapterName } from '@ekv/manifest';
import { DataError, type ScratchFolder, type SnapshotWriter } from '@ekv/snapshot';
import type { Run } from '../run/run.ts';
import type { ChosenRecords } from '../selection/chosen-records.ts';
import type { RowFingerprint } from '../self-test/row-fingerprint.ts';
import type { BodyChecks } from './body-checks.ts';

/** Bad data that one adapter found; its own error is the `cause`. */
export class AdapterError extends DataError {
  static override readonly brand: string = 'AdapterError';

  readonly adapter: AdapterName;

  constructor(adapter: AdapterName, cause: DataError) {
    super(`${adapter}: ${cause.message}`, { cause });
    this.adapter = adapter;
  }
}

/** How a tree is read: what changes against it, and what its manifest says. */
export type TreeReading = Omit<EncodeRun, 'warn' | 'scratch' | 'workers' | 'checkLater'>;

export interface RowTargets {
  readonly writer: SnapshotWriter;
  /** Takes what the writer takes, for the self-test. */
  readonly fingerprint: RowFingerprint | undefined;
  /** Takes the checks that are made while the writer writes. Absent: adapters check all at once. */
  readonly bodies: BodyChecks | undefined;
  /** Says which rows of the adapters are taken. Absent: all. */
  readonly chosen?: ChosenRecords | undefined;
}

/**
 * Runs the adapters over a tree, in order, and gives their rows to the writer. A problem in one does not keep the others
 * from being looked at: an operator learns all of them.
 *
 * @param listed files by top-level folder, as far as they are known. @returns rows by adapter. Throws AdapterError, or TreeProblemsError for problems of several adapters.
 */
export function encodeRows(
  tree: TreeSource,
  adapters: readonly Adapter[],
  targets: RowTargets,
  reading: TreeReading,
  run: Run,
  scratch: ScratchFolder,
  listed: ReadonlyMap<string, number> = new Map(),
): Map<AdapterName, number> {
  const counts = new Map<AdapterName, number>();
  const errors: AdapterError[] = [];
  for (const adapter of adapters) {
    run.progress.begin(adapter.name, listed.get(adapter.name));
    try {
      counts.set(adapter.name, encodeAdapter(tree, adapter, targets, reading, run, scratch));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      errors.push(new AdapterError(adapter.name, error));
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw together(errors);
  return counts;
}

function encodeAdapter(
  tree: TreeSource,
  adapter: Adapter,
  { writer, fingerprint, bodies, chosen }: RowTargets,
  reading: TreeReading,
  run: Run,
  scratch: ScratchFolder,
): number {
  if (!mayHaveRows(tree, adapter, reading)) return 0;
  let rows = 0;
  const later = bodies === undefined ? {} : { checkLater: bodies.add };
  const all = adapter.encode(tree, { ...reading, ...later, warn: run.warn, workers: run.workers, scratch });
  for (const { key, value } of chosen?.of(all) ?? all) {
    writer.add(key, value);
    fingerprint?.add(key, value);
    run.progress.count(key.length + value.length);
    rows++;
  }
  return rows;
}

/** What is not there needs no adapter, which takes longer to load than a small tree to encode; but other files may say that it must be there. */
function mayHaveRows(tree: TreeSource, { name }: Adapter, { state, dynamodbJsonl }: TreeReading): boolean {
  if (state !== undefined || (name === 'dynamodb' && dynamodbJsonl !== undefined)) return true;
  try {
    return tree.isFolder(name);
  } catch (error) {
    // The adapter says it in its own words, with all else that is wrong.
    if (error instanceof DataError) return true;
    throw error;
  }
}

function together(errors: readonly AdapterError[]): TreeProblemsError {
  const lines = errors.flatMap(({ adapter, cause, message }) =>
    cause instanceof TreeProblemsError ? cause.problems.map((problem) => `${adapter}: ${problem}`) : [message],
  );
  const complete = errors.every(({ cause }) => !(cause instanceof TreeProblemsError) || cause.complete);
  return new TreeProblemsError(lines.slice(0, MOST_PROBLEMS), complete && lines.length <= MOST_PROBLEMS);
}
