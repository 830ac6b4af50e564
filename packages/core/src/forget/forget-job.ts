import type { Filters } from '@ekv/manifest';
import {
  type ByteSink,
  type CheckedSnapshot,
  type CopiedSnapshot,
  copySnapshot,
  type EntryReader,
  type ScratchFolder,
  type Warn,
} from '@ekv/snapshot';
import type { Run } from '../run/run.ts';
import type { Selection } from '../selection/selection.ts';
import { tellOfUnmatched } from '../selection/unmatched.ts';
import type { ForgetRequest, ForgetResult, TellForgotten } from './forget-request.ts';
import type { ContentCounts } from './forgotten-contents.ts';
import { ForgottenKeys } from './forgotten-keys.ts';
import type { UnreadKeys } from './unread-keys.ts';

/** What a run takes out of what. */
export interface ForgetJob {
  readonly request: ForgetRequest;
  readonly selection: Selection;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly tell: TellForgotten;
  /** To be closed. */
  readonly walked: ForgottenKeys[];
}

export type Outcome = Omit<ForgetResult, 'kind'>;

/** Who looks at a part should not take it for all. */
export function warnOfFilters(filters: Filters, { request, run }: ForgetJob): void {
  if (filters.length === 0) return;
  run.warn({
    event: 'filter_not_kept',
    message: `${request.input} holds what selections took, as is said with it; that is not said of what is made, for the words may be what is forgotten`,
    fields: { count: filters.length },
  });
}

/** Bounds of ranges are keys, too. */
export function warnOfRanges(areSaid: boolean, { request, run }: ForgetJob): void {
  if (!areSaid) return;
  run.warn({
    event: 'ranges_not_kept',
    message: `by which ranges of keys the cluster of ${request.input} was divided is said with it; that is not said of what is made, for the bounds may be what is forgotten: give the ranges yourself where they are needed`,
    fields: { count: 1 },
  });
}

export function findForgotten(source: CheckedSnapshot, job: ForgetJob): ForgottenKeys {
  const { request, selection, run, scratch, tell } = job;
  run.progress.begin('looking for what is forgotten', source.summary.entries);
  const keys = ForgottenKeys.find(source, selection, scratch, (bytes) => {
    run.progress.count(bytes);
    run.progress.advance(1);
  });
  job.walked.push(keys);
  tellOfUnmatched(
    selection,
    { hasUnits: keys.hasAny, known: keys.known, place: request.input, addresses: request.addresses },
    run.warn,
  );
  warnOfUnread(keys.unread, run.warn);
  if (selection.mayHold({ adapter: 's3' })) warnOfUnnamed(keys.contents, run.warn);
  for (const owner of keys.owners()) tell(owner);
  return keys;
}

/** The node drops what names a content before the content itself. */
function warnOfUnnamed({ unnamed }: ContentCounts, warn: Warn): void {
  if (unnamed === 0) return;
  warn({
    event: 'forget_unnamed_contents',
    message: `${unnamed} S3 contents are named by no object that is there and stay as they are: whose they were is not known; all of S3, as the pattern s3, takes them too`,
    fields: { count: unnamed },
    doubt: true,
  });
}

function warnOfUnread({ unknown, malformed }: UnreadKeys, warn: Warn): void {
  if (unknown + malformed === 0) return;
  const kinds = [
    ...(unknown > 0 ? [`${unknown} keys are of no known kind`] : []),
    ...(malformed > 0 ? [`${malformed} keys break the format of their kind`] : []),
  ];
  warn({
    event: 'forget_unknown_rows',
    message: `${kinds.join(', ')}: they stay as they are, and what they hold is not known`,
    fields: { count: unknown + malformed, unknown, malformed },
    doubt: true,
  });
}

export function copyWithout(
  source: CheckedSnapshot,
  keys: ForgottenKeys,
  sink: ByteSink,
  { progress }: Run,
): CopiedSnapshot {
  progress.begin('writing the snapshot', source.summary.entries);
  const walk = keys.walk();
  return copySnapshot(source, sink, (entry: EntryReader) => {
    progress.advance(1);
    return walk.goes(entry);
  });
}

/** How many a copy would have. */
export function entriesLeft(source: CheckedSnapshot, keys: ForgottenKeys, { progress }: Run): number {
  progress.begin('counting all versions', source.summary.entries);
  const walk = keys.walk();
  let left = 0;
  for (const entries = source.entries({ bodies: 'passed over' }); entries.next(); progress.advance(1))
    if (!walk.goes(entries)) left++;
  return left;
}

/** What stays, and what was made of it. */
type Kept = Pick<ForgetResult, 'entries'> & Partial<Pick<ForgetResult, 'bytes' | 'sha256'>>;

export function outcomeOf({ request, run }: ForgetJob, keys: ForgottenKeys, kept: Kept): Outcome {
  const { check = false, input, output } = request;
  const { entries, bytes = 0, sha256 } = kept;
  return {
    outcome: check ? 'checked' : 'forgotten',
    input,
    output,
    forgotten: keys.sums,
    contents: keys.contents.gone,
    entries,
    bytes,
    sha256,
    warnings: run.warnings,
  };
}
