import { join } from 'node:path';
import { StagedFolder } from '@ekv/dump-tree';
import type { Manifest, SnapshotPart } from '@ekv/manifest';
import { partitionMapText } from '@ekv/routing';
import { environmentError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { outputPathsOf, replaceFile, scratchName, writeNewFile } from '@ekv/snapshot/publish';
import { lookBeside } from '../decode/beside-decode.ts';
import type { EncodeRequest } from '../encode/encode-request.ts';
import { filtersOfSnapshot, warnOfPartialSnapshot } from '../encode/partial-snapshot.ts';
import { type DumpInput, openDumpInput } from '../files/dump-input.ts';
import { refuseOutputInside } from '../files/inside.ts';
import { refuseStandardStream } from '../output/standard-stream.ts';
import { encodeInfoOf } from '../publish/encode-info-of.ts';
import { checkInput, checkScratchRoot, examineDump } from '../publish/examine-dump.ts';
import { removeOldReport } from '../publish/old-report.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { type GivenGroups, givenGroups, parseGroups } from './given-groups.ts';
import { reportOf } from './groups-clean-up.ts';
import type { PublishGroupsRequest, PublishGroupsResult } from './groups-request.ts';
import { type BeforeGroupsTest, type GroupPlace, type TestedGroups, writeGroups } from './written-groups.ts';

/**
 * Encodes a dump tree to a snapshot for each Raft group of a cluster, with their sidecars, in one folder; it appears with all of them or
 * not at all. docs/format/08-cli.md, section 3.10.
 *
 * Throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2), also for rows that belong to no group. After any error
 * the output is as it was. A mismatch of the self-test is a result.
 */
export function publishGroups(request: PublishGroupsRequest, options: RunOptions = {}): PublishGroupsResult {
  return publishGroupsWith(request, options, () => {});
}

/** As {@link publishGroups}, with a hook that a test needs to prove the promise of the self-test. */
export function publishGroupsWith(
  request: PublishGroupsRequest,
  options: RunOptions,
  beforeSelfTest: BeforeGroupsTest,
): PublishGroupsResult {
  checkInput(request);
  if (request.output === '') throw new UsageError('--output is required: name the folder to make');
  refuseStandardStream(request.output, '--output', 'the folder to make');
  const parsed = parseGroups(request);
  refuseOutputInside(request.input, request.output);
  removeOldReport(reportOf(request.output));
  const run = new Run(options);
  checkScratchRoot(request);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  let input: DumpInput | undefined;
  let folder: StagedFolder | undefined;
  try {
    input = openDumpInput(request.input, scratch, run.progress, run.workers);
    const { manifest, encode } = examineDump(request, input, run);
    const given = givenGroups(parsed, manifest, request);
    lookBeside(request, run);
    folder = StagedFolder.create(request.output, run.runId);
    return publish({ folder, request, encode, manifest, given, run, scratch, input }, beforeSelfTest);
  } catch (error) {
    throw folder?.explained(error) ?? error;
  } finally {
    input?.close();
    scratch.remove();
    folder?.abandon();
  }
}

interface Job {
  readonly folder: StagedFolder;
  readonly request: PublishGroupsRequest;
  readonly encode: EncodeRequest;
  readonly manifest: Manifest;
  readonly given: GivenGroups;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly input: DumpInput;
}

function publish(job: Job, beforeSelfTest: BeforeGroupsTest): PublishGroupsResult {
  const { folder, request, encode, given, run, scratch, manifest, input } = job;
  const places = given.groups.map((group) => placeOf(group, folder, request.output));
  const withCatalog = request.withCatalog ?? false;
  const tested = writeGroups(places, { request: encode, given, withCatalog, run, scratch, input }, beforeSelfTest);
  run.progress.begin('publishing');
  const facts = factsOf(job, places, tested);
  if (tested.mismatch !== undefined) {
    const report = reportOf(request.output);
    writeReport(report, tested.mismatch.report, run);
    return { outcome: 'groups mismatch', report, mismatch: tested.mismatch, ...facts, warnings: run.warnings };
  }
  const atMs = Date.now();
  for (const [i, place] of places.entries()) writeSidecar(place, tested.written[i]!.sha256, job, atMs);
  run.gate.pass();
  folder.publish();
  warnOfPartialSnapshot(request.adapters, filtersOfSnapshot(encode, encode.filters), run.warn);
  return {
    outcome: 'groups published',
    selfTest: request.selfTest ? 'passed' : 'not run',
    isPartial: manifest.ekv?.partial !== undefined,
    mode: tested.mode,
    ...facts,
    warnings: run.warnings,
  };
}

function placeOf(group: bigint, folder: StagedFolder, output: string): GroupPlace {
  const name = `group-${group}.fsm`;
  return { group, path: folder.pathOf(name), shown: join(output, name) };
}

function writeSidecar({ group, path, shown }: GroupPlace, sha256: string, job: Job, atMs: number): void {
  const { request, encode, manifest, given } = job;
  const tested = { sha256, mismatch: undefined };
  const info = encodeInfoOf({ ...request, output: shown }, encode, manifest, tested, partOf(group, given), atMs);
  writeNewFile(outputPathsOf(path).sidecar, info, outputPathsOf(shown).sidecar);
}

function partOf(group: bigint, { text, partitions }: GivenGroups): SnapshotPart {
  return { group, ranges: text, ...(partitions.size > 0 && { partition_map: partitionMapText(partitions) }) };
}

/** The mismatch is what the operator must learn: a report that cannot be written is a warning. */
function writeReport(path: string, bytes: Buffer, run: Run): void {
  try {
    run.gate.pass();
    replaceFile(path, run.runId, (file) => file.write(bytes));
  } catch (error) {
    const why = environmentError(error, 'write', path);
    run.warn({
      event: 'not_written',
      message: `${path} was not written: ${why instanceof Error ? why.message : String(why)}`,
      fields: {},
    });
  }
}

function factsOf({ request, encode, given }: Job, places: readonly GroupPlace[], { written, rows }: TestedGroups) {
  const groups = places.map(({ group, shown }, i) => {
    const { entries, bytes, sha256 } = written[i]!;
    return { group, output: shown, sidecar: outputPathsOf(shown).sidecar, entries, bytes, sha256 };
  });
  return {
    input: request.input,
    output: request.output,
    groups,
    ranges: given.text,
    withCatalog: request.withCatalog ?? false,
    lastCommitTs: encode.lastCommitTs,
    entries: groups.reduce((sum, { entries }) => sum + entries, 0),
    bytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
    rows,
  };
}
