import { accessSync, constants, statSync } from 'node:fs';
import { lastCommitTs, type Manifest } from '@ekv/manifest';
import { environmentError, UsageError } from '@ekv/snapshot';
import type { EncodeRequest } from '../encode/encode-request.ts';
import { checkEncodable } from '../encode/encode-snapshot.ts';
import type { DumpInput } from '../files/dump-input.ts';
import { checkSelection, guardFieldsOf } from '../files/manifest-input.ts';
import { millisecondsSince, warnOfTimestamp } from '../run/commit-time.ts';
import type { Run } from '../run/run.ts';
import type { PublishRequest } from './publish-request.ts';

/** What of a request needs no look at the disk. Throws UsageError. */
export function checkInput({ input, adapters }: PublishRequest): void {
  if (input === '') throw new UsageError('--input is required: name the root of a dump tree');
  if (adapters.length === 0) {
    throw new UsageError('no adapter is selected; the snapshot would be valid and empty');
  }
}

/** Reads the manifest of a tree and checks what follows from it, before the tree is read. */
export function examineDump(
  request: PublishRequest,
  input: DumpInput,
  run: Run,
): { manifest: Manifest; encode: EncodeRequest } {
  if (request.isAdapterListEmpty) warnOfEmptyList(run);
  const manifest = input.manifest(run.warn);
  checkSelection(request.adapters, manifest);
  warnOfPartialDump(manifest, run);
  const encode = encodeRequestOf(request, manifest);
  checkEncodable(encode, run);
  warnOfTimestamp(request.lastCommitTs, encode.lastCommitTs, run.warn);
  return { manifest, encode };
}

function encodeRequestOf(request: PublishRequest, manifest: Manifest): EncodeRequest {
  const bound = lastCommitTs(manifest);
  return {
    ...request,
    lastCommitTs: request.lastCommitTs ?? bound,
    manifestLastCommitTs: bound,
    filters: manifest.ekv?.filter,
    guards: guardFieldsOf(manifest),
    ...(request.shiftTimes ? { shiftMs: millisecondsSince(bound) } : {}),
  };
}

/** Scripts for older tools may mean all by it; in others it is a variable that is not set. */
function warnOfEmptyList(run: Run): void {
  run.warn({
    event: 'empty_adapter_list',
    message: '--adapter is empty, so all adapters are encoded; say --adapter all, or name some; --strict refuses this',
    fields: {},
  });
}

/** A tree that goes back to a damaged snapshot is not all that this held. The sidecar of the new snapshot says so too. */
function warnOfPartialDump({ ekv }: Manifest, run: Run): void {
  if (ekv?.partial === undefined) return;
  run.warn({
    event: 'partial_dump',
    message:
      'the tree goes back to a damaged snapshot that was salvaged, and is not complete, as its manifest says: restoring it loses what was lost then',
    fields: ekv.partial,
    doubt: true,
  });
}

/** That of a run which writes much to it. Throws UsageError, EnvironmentError. */
export function checkScratchRoot({ selfTest, scratchRoot: path }: PublishRequest): void {
  if (!selfTest || !path) return;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`the scratch root ${path} does not exist`);
  if (!stat.isDirectory()) throw new UsageError(`the scratch root ${path} is not a folder`);
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw environmentError(error, 'write to the scratch root', path);
  }
}
