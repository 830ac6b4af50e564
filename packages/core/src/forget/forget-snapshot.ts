import { encodeInfoBytes, extensionOf } from '@ekv/manifest';
import { type CheckedSnapshot, DataError, openSnapshot } from '@ekv/snapshot';
import {
  acceptSnapshot,
  checkOutput,
  checkPublishLock,
  encodeInfoWithoutTree,
  FileSink,
  isFileName,
  type OutputPaths,
  outputPathsOf,
  removeTemporariesQuietly,
  temporaryPath,
  writeAndClose,
  writeOwner,
} from '@ekv/snapshot/publish';
import { CheckedInput } from '../decode/checked-input.ts';
import { namingSalvage, SALVAGE_OF_DECODE } from '../decode/damage-hint.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { lookBesideSnapshot } from '../publish/beside-snapshot.ts';
import {
  copyWithout,
  entriesLeft,
  type ForgetJob,
  findForgotten,
  type Outcome,
  outcomeOf,
  warnOfFilters,
  warnOfRanges,
} from './forget-job.ts';
import { ForgottenKeys } from './forgotten-keys.ts';
import { refuseThere } from './output-there.ts';

/** All entries but those that go are copied as they are. */
export function forgetInSnapshot(job: ForgetJob): Outcome {
  const { request, run, scratch } = job;
  const place = request.check ? undefined : outputPathsOf(request.output);
  if (place !== undefined) {
    if (isFileName(place.output)) lookBesideSnapshot(place, request, run);
    refuseExisting(place);
    checkPublishLock(place.output);
  }
  const input = new CheckedInput({ path: request.input }, { run, scratch, damage: undefined });
  try {
    const source = namingSalvage(undefined, () => input.check(), SALVAGE_OF_DECODE);
    warnOfFilters(input.filters, job);
    warnOfRanges(input.part !== undefined, job);
    const keys = findForgotten(source, job);
    if (place === undefined) return outcomeOf(job, keys, { entries: entriesLeft(source, keys, run) });
    return publishRest({ place, input, source, keys }, job);
  } finally {
    input.close();
  }
}

interface Found {
  readonly place: OutputPaths;
  readonly input: CheckedInput;
  readonly source: CheckedSnapshot;
  readonly keys: ForgottenKeys;
}

function publishRest({ place, input, source, keys }: Found, job: ForgetJob): Outcome {
  const { request, run } = job;
  const { runId } = run;
  const { output } = place;
  let file: FileSink | undefined;
  try {
    writeOwner(output, runId);
    const made = new FileSink(temporaryPath(output, runId), output);
    file = made;
    made.hold();
    const copied = writeAndClose(made, () => copyWithout(source, keys, made, run));
    refuseRest(made.path, job);
    input.refuseChanged();
    run.progress.begin('publishing');
    const { sha256 } = copied;
    const { lastCommitTs } = source;
    const written = encodeInfoWithoutTree({ output, sha256, lastCommitTs, writtenBy: request.toolVersion });
    const info = encodeInfoBytes({ ...written, ...extensionOf({ partial: input.lost }) });
    acceptSnapshot({ place, runId, file, info }, () => {
      refuseExisting(place);
      run.gate.pass();
    });
    return outcomeOf(job, keys, copied);
  } finally {
    file?.release();
    removeTemporariesQuietly(place, runId);
  }
}

/** Looks into what was written before it is shown. Throws DataError. */
function refuseRest(path: string, { request, selection, run, scratch, walked }: ForgetJob): void {
  run.progress.begin('self-test: rows');
  const snapshot = openSnapshot(path, { scratch });
  try {
    const source = snapshot.check({ families: KNOWN_FAMILIES });
    const left = ForgottenKeys.find(source, selection, scratch, () => run.progress.advance(1));
    walked.push(left);
    if (!left.hasAny && left.contents.gone === 0) return;
    throw new DataError(
      `${request.output}: some of what was to be forgotten was still in the new snapshot, so it was not published; this is a defect of ekv`,
    );
  } finally {
    snapshot.close();
  }
}

/** Throws UsageError. */
function refuseExisting(place: OutputPaths): void {
  checkOutput(place);
  for (const path of [place.output, place.sidecar]) refuseThere(path);
}
