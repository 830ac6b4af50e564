import { closeSync } from 'node:fs';
import { type AdapterName, adapterInManifest, type Manifest } from '@ekv/manifest';
import { type CheckedSnapshot, openUnlinked } from '@ekv/snapshot';
import { checkGuards } from '../adapters/guards.ts';
import { decodeOpened } from '../decode/decode-snapshot.ts';
import { openDumpInput } from '../files/dump-input.ts';
import { refuseInputInside, refuseOutputInside } from '../files/inside.ts';
import { guardFieldsOf } from '../files/manifest-input.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import type { Run, RunOptions } from '../run/run.ts';
import { encodedRows, scratchSink } from '../sources/dump-rows.ts';
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
import type { ForgottenKeys } from './forgotten-keys.ts';

/** The rows that encode makes of the dump go through the same as a snapshot, and are decoded again. */
export function forgetInDump(job: ForgetJob): Outcome {
  const { request, run, scratch } = job;
  if (!request.check) {
    refuseOutputInside(request.input, request.output);
    refuseInputInside(request.input, request.output);
  }
  const input = openDumpInput(request.input, scratch, run.progress, run.workers);
  try {
    const manifest = input.manifest(run.warn);
    const adapters = ADAPTER_NAMES.filter((name) => adapterInManifest(manifest, name));
    refuseRestOfDump(manifest, adapters, job);
    warnOfFilters(manifest.ekv?.filter ?? [], job);
    warnOfRanges(manifest.ekv?.routes !== undefined, job);
    const wholeState = manifest.ekv?.whole_state ?? false;
    const rows = encodedRows(input, { path: request.input, manifest, adapters, wholeState }, run, scratch);
    try {
      const keys = findForgotten(rows.source, job);
      if (request.check) return outcomeOf(job, keys, { entries: entriesLeft(rows.source, keys, run) });
      return decodedRest(rows.source, keys, { manifest, adapters }, job);
    } finally {
      rows.close();
    }
  } finally {
    input.close();
  }
}

interface KnownDump {
  readonly manifest: Manifest;
  readonly adapters: readonly AdapterName[];
}

/** Throws GuardError: nothing but what was named may be missing afterwards. */
function refuseRestOfDump(manifest: Manifest, adapters: readonly AdapterName[], { run }: ForgetJob): void {
  checkGuards(guardFieldsOf(manifest), adapters, false, run.warn);
}

function decodedRest(
  source: CheckedSnapshot,
  keys: ForgottenKeys,
  { manifest, adapters }: KnownDump,
  job: ForgetJob,
): Outcome {
  const { request, run, scratch } = job;
  const file = openUnlinked(scratch, 'kept');
  try {
    const copied = copyWithout(source, keys, scratchSink(file), run);
    const { dynamodb_layout, ekv, exclusions, cluster_id } = manifest;
    const decoded = decodeOpened(
      {
        // The path of the dump may hold what is forgotten.
        input: '-',
        output: request.output,
        format: request.format,
        adapters,
        exclusions,
        wholeState: ekv?.whole_state ?? false,
        removeLeftovers: request.removeLeftovers,
        dynamodbLayout: dynamodb_layout === 'jsonl' ? 'jsonl' : 'per-item',
        ...(dynamodb_layout === 'jsonl' &&
          ekv?.dynamodb_jsonl !== undefined && { dynamodbPartBytes: Number(ekv.dynamodb_jsonl.part_bytes) }),
        clusterId: cluster_id,
        toolVersion: request.toolVersion,
        scratchRoot: request.scratchRoot,
      },
      optionsOf(run),
      { fd: file.fd, lost: ekv?.partial },
    );
    return outcomeOf(job, keys, { entries: copied.entries, bytes: decoded.bytes });
  } finally {
    closeSync(file.fd);
  }
}

/** The decode is a part of this run: its temporary files have the same name. */
function optionsOf({ runId, warn, progress, gate, workers }: Run): RunOptions {
  return { runId, warn, progress, gate, workers };
}
