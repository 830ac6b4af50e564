import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InputTree, MANIFEST_NAME } from '@ekv/dump-tree';
import {
  type AdapterName,
  adapterInManifest,
  encodeInfoBytes,
  lastCommitTs,
  type Manifest,
  readManifest,
  wallTimeIso,
} from '@ekv/manifest';
import { DataError, EnvironmentError, environmentError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { ADAPTER_NAMES, selectedAdapters } from './adapters.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { type BeforeSelfTest, checkEncodable, type EncodeRequest, writeAndClose } from './encode-snapshot.ts';
import { FileSink, writeNewFile } from './file-sink.ts';
import {
  checkOutputPlace,
  type OutputPlace,
  outputPlaceOf,
  refuseOutputInside,
  removeOldReport,
  temporariesBeside,
} from './output-place.ts';
import { withPublishLock } from './publish-lock.ts';
import { Run, type RunOptions } from './run.ts';
import { type SelfTestMismatch, selfTest } from './self-test.ts';
import { scratchName, temporaryPath } from './temporary-names.ts';

export interface PublishRequest
  extends Omit<EncodeRequest, 'lastCommitTs' | 'manifestLastCommitTs' | 'guards' | 'allowMissingManifest'> {
  /** Path of the snapshot file. */
  readonly output: string;
  /** Replaces the manifest's timestamp; not below it. */
  readonly lastCommitTs?: bigint;
  /** Version of the tool, for the sidecar. */
  readonly toolVersion: string;
}

interface PublishFacts {
  readonly input: string;
  readonly output: string;
  readonly sidecar: string;
  readonly lastCommitTs: bigint;
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: ReadonlyMap<AdapterName, number>;
  readonly warnings: number;
}

/** The snapshot and its sidecar are in place. */
export interface Published extends PublishFacts {
  readonly outcome: 'published';
  readonly selfTest: 'passed' | 'not run';
}

/** The self-test failed: no snapshot is at the output any more. */
export interface Rejected extends PublishFacts {
  readonly outcome: 'mismatch';
  readonly report: string;
  readonly mismatch: SelfTestMismatch;
}

export type PublishResult = Published | Rejected;

/** A timestamp further ahead than this is almost surely a typing error, ms. */
const FAR_AHEAD_MS = 24 * 60 * 60 * 1000;
/** Bits of a commit timestamp below the Unix milliseconds. */
const COUNTER_BITS = 16n;

/**
 * Encodes a dump tree with a manifest to a snapshot file with a sidecar; both appear complete or not at all.
 * docs/format/08-cli.md, sections 3 to 5.
 *
 * Throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any error an older output is as it
 * was. A mismatch of the self-test is a result.
 */
export function publishSnapshot(
  request: PublishRequest,
  options: RunOptions = {},
  beforeSelfTest: BeforeSelfTest = () => {},
): PublishResult {
  if (request.input === '') throw new UsageError('--input is required: name the root of a dump tree');
  if (request.output === '') throw new UsageError('--output is required: name the snapshot file to make');
  const place = outputPlaceOf(request.output);
  refuseOutputInside(request.input, request.output);
  removeOldReport(place.report);
  const run = new Run(options);
  const manifest = openManifest(request.input, run);
  checkSelection(request.adapters, manifest);
  const encode = encodeRequestOf(request, manifest);
  checkEncodable(encode, run);
  warnOfFarTimestamp(request, run);
  checkOutputPlace(place);
  if (request.selfTest && request.scratchRoot !== undefined) checkScratchRoot(request.scratchRoot);
  warnOfTemporaries(place, run);
  return new Publication(place, request, encode, manifest, run).run(beforeSelfTest);
}

/** One run from the temporary file to the published pair. */
class Publication {
  readonly #place: OutputPlace;
  readonly #request: PublishRequest;
  readonly #encode: EncodeRequest;
  readonly #manifest: Manifest;
  readonly #run: Run;
  readonly #temporary: string;

  constructor(place: OutputPlace, request: PublishRequest, encode: EncodeRequest, manifest: Manifest, run: Run) {
    this.#place = place;
    this.#request = request;
    this.#encode = encode;
    this.#manifest = manifest;
    this.#run = run;
    this.#temporary = temporaryPath(place.output, run.runId);
  }

  run(beforeSelfTest: BeforeSelfTest): PublishResult {
    const { output, sidecar, report } = this.#place;
    const scratch = new ScratchFolder(this.#request.scratchRoot, scratchName(this.#run.runId));
    const file = new FileSink(this.#temporary, output);
    try {
      const { rows, ...written } = this.#write(file, scratch);
      const mismatch = this.#test(written.fingerprint, scratch, beforeSelfTest);
      const { entries, bytes, sha256 } = written;
      const { input, lastCommitTs } = this.#encode;
      const facts = { input, output, sidecar, lastCommitTs, entries, bytes, sha256, rows };
      this.#run.progress.begin('publishing');
      const info = this.#info(sha256, mismatch === undefined);
      if (mismatch === undefined) {
        this.#publish(info);
        return {
          outcome: 'published',
          selfTest: this.#request.selfTest ? 'passed' : 'not run',
          ...facts,
          warnings: this.#run.warnings,
        };
      }
      this.#reject(info, mismatch.report);
      return { outcome: 'mismatch', mismatch, report, ...facts, warnings: this.#run.warnings };
    } finally {
      rmSync(this.#temporary, { force: true });
      rmSync(temporaryPath(sidecar, this.#run.runId), { force: true });
      rmSync(temporaryPath(report, this.#run.runId), { force: true });
      scratch.remove();
    }
  }

  #write(file: FileSink, scratch: ScratchFolder) {
    return writeAndClose(file, () => {
      const { writer, rows, fingerprint } = buildSnapshot(this.#encode, this.#run, scratch);
      this.#run.progress.begin('writing the snapshot');
      return { rows, fingerprint, ...writer.writeTo(file) };
    });
  }

  #test(
    built: Parameters<typeof selfTest>[0]['built'] | undefined,
    scratch: ScratchFolder,
    beforeSelfTest: BeforeSelfTest,
  ): SelfTestMismatch | undefined {
    if (built === undefined) return undefined;
    beforeSelfTest(this.#temporary);
    return selfTest({
      path: this.#temporary,
      tree: new InputTree(this.#encode.input),
      adapters: selectedAdapters(this.#encode.adapters),
      lastCommitTs: this.#encode.lastCommitTs,
      exclusions: this.#encode.guards,
      built,
      scratch,
      run: this.#run,
    });
  }

  /** Both files are complete under temporary names before the first of two renames. */
  #publish(info: Buffer): void {
    const { output, sidecar } = this.#place;
    const sidecarTemporary = temporaryPath(sidecar, this.#run.runId);
    writeNewFile(sidecarTemporary, info, sidecar);
    syncFolderOf(output);
    withPublishLock(output, this.#run.runId, () => {
      checkOutputPlace(this.#place);
      rename(this.#temporary, output);
      try {
        rename(sidecarTemporary, sidecar);
        syncFolderOf(output);
      } catch (error) {
        rmSync(output, { force: true });
        throw error;
      }
    });
  }

  /** No snapshot may stay under the name that the new sidecar speaks of. */
  #reject(info: Buffer, report: Buffer): void {
    const place = this.#place;
    // On a full disk its room is what the report needs.
    rmSync(this.#temporary, { force: true });
    withPublishLock(place.output, this.#run.runId, () => {
      this.#removeOutput();
      this.#replaceOrWarn(place.report, report);
      this.#replaceOrWarn(place.sidecar, info);
    });
  }

  #removeOutput(): void {
    const { output } = this.#place;
    const stat = lstatSync(output, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isFile() || stat.isSymbolicLink()) rmSync(output);
    else this.#warnOf('output_not_removed', `${output} is neither a file nor a link, so it stays`);
  }

  #replaceOrWarn(path: string, bytes: Buffer): void {
    try {
      if (path === this.#place.sidecar) checkOutputPlace(this.#place);
      writeNewFile(temporaryPath(path, this.#run.runId), bytes, path);
      rename(temporaryPath(path, this.#run.runId), path);
    } catch (error) {
      this.#warnOf('not_written', `${path} was not written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #warnOf(event: string, message: string): void {
    this.#run.warn({ event, message, fields: {} });
  }

  #info(sha256: string, matched: boolean): Buffer {
    const ran = this.#request.selfTest ?? false;
    return encodeInfoBytes({
      format_version: 1,
      encoder_version: this.#request.toolVersion,
      encoder_key_format_version: 1,
      wall_time_iso: wallTimeIso(BigInt(Date.now()) * 1_000_000n),
      input_root: this.#request.input,
      output_fsm_path: this.#request.output,
      output_fsm_sha256: sha256,
      last_commit_ts: this.#encode.lastCommitTs,
      last_commit_ts_overridden: this.#request.lastCommitTs !== undefined,
      manifest_last_commit_ts: lastCommitTs(this.#manifest),
      manifest_cluster_id: this.#manifest.cluster_id,
      adapters_enabled: ADAPTER_NAMES.filter((name) => this.#encode.adapters.includes(name)),
      self_test: { ran, matched: ran && matched },
    });
  }
}

function encodeRequestOf(request: PublishRequest, manifest: Manifest): EncodeRequest {
  const bound = lastCommitTs(manifest);
  return {
    ...request,
    lastCommitTs: request.lastCommitTs ?? bound,
    manifestLastCommitTs: bound,
    guards: { ...manifest.exclusions, dynamodb_layout: manifest.dynamodb_layout },
  };
}

const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Reads MANIFEST.json. What cannot be opened is the operator's mistake, everything else bad data. */
function openManifest(input: string, run: Run): Manifest {
  const path = join(input, MANIFEST_NAME);
  let fd: number;
  try {
    fd = openSync(path, OPEN_FLAGS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw new DataError(`${path} is a symlink; links are not followed, copy the file itself`);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UsageError(
        `${path} cannot be opened: ${input} is not the root of a dump tree, or the decode that made it failed`,
      );
    }
    throw environmentError(error, 'read', path);
  }
  try {
    if (!fstatSync(fd).isFile()) throw new DataError(`${path} must be a regular file`);
    return readManifest(readFileSync(fd), path, { warn: run.warn });
  } finally {
    closeSync(fd);
  }
}

/** docs/format/08-cli.md, section 3.4, row 3. */
function checkSelection(adapters: readonly AdapterName[], manifest: Manifest): void {
  if (adapters.length === 0) throw new UsageError('no adapter is selected; the snapshot would be valid and empty');
  const missing = (['dynamodb', 's3', 'redis', 'sqs'] as const).find(
    (name) => adapters.includes(name) && !adapterInManifest(manifest, name),
  );
  if (missing === undefined) return;
  throw new DataError(
    `the manifest has no adapters.${missing}: the dump was made without ${missing}; leave it out with --adapter`,
  );
}

function warnOfFarTimestamp(request: PublishRequest, run: Run): void {
  if (request.lastCommitTs === undefined) return;
  const ms = request.lastCommitTs >> COUNTER_BITS;
  if (ms <= BigInt(Date.now() + FAR_AHEAD_MS)) return;
  run.warn({
    event: 'timestamp_far_ahead',
    message: '--last-commit-ts is more than a day ahead of the clock: a restored cluster would run that far ahead',
    fields: { last_commit_ts: request.lastCommitTs },
  });
}

function warnOfTemporaries(place: OutputPlace, run: Run): void {
  const found = temporariesBeside(place);
  if (found.length === 0) return;
  run.warn({
    event: 'leftovers',
    message: `an earlier run that was killed left ${found.join(', ')}; remove them when no other run is working there`,
    fields: { count: found.length },
  });
}

function checkScratchRoot(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`the scratch root ${path} does not exist`);
  if (!stat.isDirectory()) throw new UsageError(`the scratch root ${path} is not a folder`);
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw environmentError(error, 'put the finished file at', to);
  }
}

function syncFolderOf(path: string): void {
  const folder = dirname(path);
  try {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new EnvironmentError(`cannot flush the folder of ${path}: ${(error as Error).message}`, { cause: error });
  }
}
