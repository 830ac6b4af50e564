import { closeSync } from 'node:fs';
import type { EncodeInfo } from '@ekv/manifest';
import { DataError, type Warn } from '@ekv/snapshot';
import { clockCeiling } from '../format/node-snapshot.ts';
import { openPayload, type PayloadFile } from '../payload/payload-file.ts';
import { checkSidecar, readSidecar, type SidecarRules } from './sidecar-checks.ts';

/** A snapshot that encode wrote, of which all was checked that can be before it is read. */
export interface PayloadSource {
  /** Open: the caller closes it. */
  readonly payload: PayloadFile;
  readonly info: EncodeInfo;
  /** Path of the sidecar. */
  readonly sidecar: string;
  /** Milliseconds. */
  readonly ceiling: bigint;
}

const DAY_MS = 24n * 60n * 60n * 1000n;

/**
 * Throws EnvironmentError, DataError.
 *
 * @param sidecar its path, and what else helps when it is missing.
 */
export function openSource(
  input: string,
  { path: sidecar, wayOut = '' }: { readonly path: string; readonly wayOut?: string },
  rules: SidecarRules,
  warn: Warn,
): PayloadSource {
  const info = readSidecar(sidecar, wayOut, warn);
  checkSidecar(sidecar, info, rules);
  const payload = openPayload(input);
  try {
    const ceiling = ceilingOf(payload);
    warnOfClock(payload, ceiling, info, warn);
    return { payload, info, sidecar, ceiling };
  } catch (error) {
    closeSync(payload.fd);
    throw error;
  }
}

function ceilingOf({ path, lastCommitTs }: PayloadFile): bigint {
  try {
    return clockCeiling(lastCommitTs);
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${path}: ${error.message}`) : error;
  }
}

/** A clock that was set ahead can never be taken back. Section 10, point 12. */
function warnOfClock({ path, lastCommitTs }: PayloadFile, ceiling: bigint, info: EncodeInfo, warn: Warn): void {
  const now = BigInt(Date.now());
  if (ceiling > now + DAY_MS)
    warn({
      event: 'clock_ahead',
      message: `the timestamp of ${path} is ${(ceiling - now) / DAY_MS} days ahead of this machine's clock: the cluster would run that far ahead, and cannot be taken back; is the clock right, and was the option lastCommitTs of encode meant?`,
      fields: { last_commit_ts: lastCommitTs },
      doubt: true,
    });
  if (info.last_commit_ts !== 0n && info.last_commit_ts !== lastCommitTs)
    warn({
      event: 'sidecar_timestamp_differs',
      message: `${path} has the commit timestamp ${lastCommitTs}, and its sidecar says ${info.last_commit_ts}; that of the snapshot counts`,
      fields: { last_commit_ts: lastCommitTs, told: info.last_commit_ts },
      doubt: true,
    });
}
