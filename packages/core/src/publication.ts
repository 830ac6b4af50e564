import { existsSync, lstatSync, rmSync } from 'node:fs';
import { InputTree, ownerLine } from '@ekv/dump-tree';
import { encodeInfoBytes, lastCommitTs, type Manifest, wallTimeIso } from '@ekv/manifest';
import { EnvironmentError, ScratchFolder, type WrittenSnapshot } from '@ekv/snapshot';
import { ADAPTER_NAMES } from './adapter-list.ts';
import { selectedAdapters } from './adapters.ts';
import { type BuiltSnapshot, buildSnapshot, editsOf } from './build-snapshot.ts';
import { countingDestination } from './counting-destination.ts';
import type { BeforeSelfTest, EncodeRequest } from './encode-snapshot.ts';
import { FileSink, writeAndClose, writeNewFile } from './file-sink.ts';
import { checkOutputPlace, checkSidecarPlace, type OutputPlace, removeTemporaries } from './output-place.ts';
import { warnOfPartialSnapshot } from './partial-snapshot.ts';
import { examineOlder, keepPrevious, type OlderSnapshot, previousOf } from './previous-pair.ts';
import { withPublishLock } from './publish-lock.ts';
import { publishPair, rename, syncFolderOf } from './publish-pair.ts';
import type { PublishRequest, PublishResult } from './publish-snapshot.ts';
import type { Run } from './run.ts';
import { type SelfTestMismatch, selfTest } from './self-test.ts';
import { ownerOf, scratchName, temporaryPath } from './temporary-names.ts';

type Written = Pick<BuiltSnapshot, 'rows' | 'fingerprint'> & WrittenSnapshot;

/** What a publication starts from: all that can be checked before any work was checked. */
export interface PublicationOptions {
  readonly place: OutputPlace;
  readonly request: PublishRequest;
  readonly encode: EncodeRequest;
  readonly manifest: Manifest;
  readonly run: Run;
}

/** One encode from the temporary file to the published pair; docs/format/08-cli.md, section 4. */
export class Publication {
  readonly #place: OutputPlace;
  readonly #request: PublishRequest;
  readonly #encode: EncodeRequest;
  readonly #manifest: Manifest;
  readonly #run: Run;
  readonly #temporary: string;
  #mode = 0;
  #isReplaced = false;
  /** Where the older snapshot went after a self-test that failed. */
  #previous: string | undefined;
  #isLinkRemoved = false;

  constructor({ place, request, encode, manifest, run }: PublicationOptions) {
    this.#place = place;
    this.#request = request;
    this.#encode = encode;
    this.#manifest = manifest;
    this.#run = run;
    this.#temporary = temporaryPath(place.output, run.runId);
  }

  publish(beforeSelfTest: BeforeSelfTest): PublishResult {
    const scratch = new ScratchFolder(this.#request.scratchRoot || undefined, scratchName(this.#run.runId));
    let file: FileSink | undefined;
    try {
      this.#tellOwner();
      file = new FileSink(this.#temporary, this.#place.output);
      file.hold();
      this.#mode = file.mode;
      const written = this.#write(file, scratch);
      const mismatch = this.#test(written, scratch, beforeSelfTest);
      this.#run.progress.begin('publishing');
      const info = this.#info(written.sha256, mismatch === undefined);
      if (mismatch === undefined) this.#accept(info, file);
      else {
        // On a full disk its room is what the report needs.
        file.release();
        rmSync(this.#temporary, { force: true });
        this.#reject(info, mismatch.report);
      }
      return this.#resultOf(written, mismatch);
    } finally {
      scratch.remove();
      file?.release();
      this.#removeTemporaries();
    }
  }

  /** What stays does not change how the run ended; the next one tells it. */
  #removeTemporaries(): void {
    try {
      removeTemporaries(this.#place, this.#run.runId);
    } catch {
      // See above.
    }
  }

  /** As the first of all files: another run, also after a kill, sees whose the others are. Not flushed, as for a lock. */
  #tellOwner(): void {
    const file = new FileSink(temporaryPath(ownerOf(this.#place.output), this.#run.runId), this.#place.output);
    try {
      file.write(Buffer.from(ownerLine(this.#run.runId)));
    } finally {
      file.close();
    }
  }

  #write(file: FileSink, scratch: ScratchFolder): Written {
    return writeAndClose(file, () => {
      const { writer, rows, fingerprint } = buildSnapshot(this.#encode, this.#run, scratch);
      this.#run.progress.begin('writing the snapshot', writer.bytes);
      return { rows, fingerprint, ...writer.writeTo(countingDestination(file, this.#run.progress)) };
    });
  }

  #test(written: Written, scratch: ScratchFolder, beforeSelfTest: BeforeSelfTest): SelfTestMismatch | undefined {
    if (written.fingerprint === undefined) return undefined;
    beforeSelfTest(this.#temporary);
    return selfTest({
      path: this.#temporary,
      tree: new InputTree(this.#encode.input),
      adapters: selectedAdapters(this.#encode.adapters),
      lastCommitTs: this.#encode.lastCommitTs,
      exclusions: this.#encode.guards,
      edits: editsOf(this.#encode),
      acceptFormatting: this.#encode.acceptFormatting ?? false,
      built: written.fingerprint,
      written,
      scratch,
      run: this.#run,
    });
  }

  /** Both files are complete under temporary names, and the folder took a flush, before the first of two renames. */
  #accept(info: Buffer, file: FileSink): void {
    const { output, sidecar } = this.#place;
    writeNewFile(temporaryPath(sidecar, this.#run.runId), info, sidecar);
    syncFolderOf(output);
    withPublishLock(output, this.#run.runId, () => {
      checkOutputPlace(this.#place);
      this.#run.gate.pass();
      this.#isReplaced = publishPair(this.#place, this.#run.runId, (path) => {
        if (!file.isAt(path)) throw swapped(path);
      });
    });
    warnOfPartialSnapshot(this.#encode.adapters, this.#run.warn);
  }

  /** No snapshot may stay under the name that the new sidecar speaks of. */
  #reject(info: Buffer, report: Buffer): void {
    const place = this.#place;
    const older = this.#examineOlder();
    withPublishLock(place.output, this.#run.runId, () => {
      this.#run.gate.pass();
      this.#freeOutput(older);
      this.#warnWhenItFails('not_written', `${place.report} was not written`, () =>
        this.#replace(place.report, report),
      );
      this.#warnWhenItFails('not_written', `${place.sidecar} was not written`, () => {
        checkSidecarPlace(place);
        this.#replace(place.sidecar, info);
      });
      this.#warnWhenItFails('not_written', `the folder of ${place.output} was not flushed`, () =>
        syncFolderOf(place.output),
      );
    });
  }

  /** Before the lock is taken: an old snapshot may be large. */
  #examineOlder(): OlderSnapshot | undefined {
    try {
      return examineOlder(this.#place);
    } catch {
      // What is wrong there shows when it is moved.
      return undefined;
    }
  }

  #freeOutput(older: OlderSnapshot | undefined): void {
    const { output } = this.#place;
    const stat = lstatSync(output, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isSymbolicLink()) {
      this.#warnWhenItFails('output_not_removed', `the link ${output} could not be removed, so it stays`, () => {
        rmSync(output);
        this.#isLinkRemoved = true;
      });
    } else if (stat.isFile()) {
      this.#warnWhenItFails('output_not_removed', `the older ${output} could not be moved away, so it stays`, () => {
        this.#previous = keepPrevious(this.#place, this.#run.runId, older);
      });
    } else this.#warnOf('output_not_removed', `${output} is neither a file nor a link, so it stays`);
  }

  #replace(path: string, bytes: Buffer): void {
    const temporary = temporaryPath(path, this.#run.runId);
    writeNewFile(temporary, bytes, path);
    rename(temporary, path);
  }

  #warnWhenItFails(event: string, what: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#warnOf(event, `${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #warnOf(event: string, message: string): void {
    this.#run.warn({ event, message, fields: {} });
  }

  #resultOf({ entries, bytes, sha256, rows }: Written, mismatch: SelfTestMismatch | undefined): PublishResult {
    const { output, sidecar, report } = this.#place;
    const { input, lastCommitTs } = this.#encode;
    const { warnings } = this.#run;
    const facts = { input, output, sidecar, lastCommitTs, entries, bytes, sha256, rows, warnings };
    if (mismatch !== undefined) {
      const [previous, isLinkRemoved] = [this.#previous, this.#isLinkRemoved];
      return { outcome: 'mismatch', report, mismatch, previous, isLinkRemoved, ...facts };
    }
    const selfTested = this.#request.selfTest ? 'passed' : 'not run';
    const stays = previousOf(output).output;
    return {
      outcome: 'published',
      selfTest: selfTested,
      replaced: this.#isReplaced,
      previous: existsSync(stays) ? stays : undefined,
      mode: this.#mode,
      ...facts,
    };
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

function swapped(path: string): EnvironmentError {
  return new EnvironmentError(
    `what stands at ${path} is not the snapshot that was written: another user or program replaced it; choose an output in a folder that only you may write to`,
  );
}
