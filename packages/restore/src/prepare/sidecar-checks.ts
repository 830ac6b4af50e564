import { closeSync, fstatSync } from 'node:fs';
import { type EncodeInfo, readEncodeInfo } from '@ekv/manifest';
import { DataError, EnvironmentError, UsageError, type Warn } from '@ekv/snapshot';
import { openRegular, readFully } from '../payload/payload-file.ts';
import type { PrepareRequest } from './prepare-request.ts';

const MOST_BYTES = 1 << 20;
const KEY_FORMAT_VERSION = 1;

/**
 * Reads the sidecar of the snapshot. Throws EnvironmentError, DataError. docs/format/07-restore.md, section 2.2.
 *
 * @param wayOut what else helps when it is missing.
 */
export function readSidecar(path: string, wayOut: string, warn: Warn): EncodeInfo {
  const fd = openSidecar(path, wayOut);
  try {
    const { size } = fstatSync(fd);
    if (size > MOST_BYTES) throw new DataError(`${path} has ${size} bytes, more than a sidecar has (${MOST_BYTES})`);
    const bytes = Buffer.allocUnsafe(size);
    return readEncodeInfo(bytes.subarray(0, readFully(fd, bytes, 0, path)), path, { warn });
  } finally {
    closeSync(fd);
  }
}

function openSidecar(path: string, wayOut: string): number {
  try {
    return openRegular(path, 'the sidecar');
  } catch (error) {
    const isMissing = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    if (!isMissing) throw error;
    throw new EnvironmentError(
      `the sidecar ${path} is missing; encode writes it beside the snapshot: bring it along${wayOut}`,
      { cause: error },
    );
  }
}

/** What of a request says which sidecars are taken. */
export type SidecarRules = Pick<
  PrepareRequest,
  'targetClusterId' | 'freshCluster' | 'allowMissingClusterId' | 'allowUnverifiedSelfTest'
>;

/** What the sidecar must say before the snapshot is read. Throws DataError with the field. Sections 2.2 and 2.4. */
export function checkSidecar(path: string, info: EncodeInfo, request: SidecarRules): void {
  const fail = (rule: string): never => {
    throw new DataError(`${path}: ${rule}`);
  };
  if (info.output_fsm_sha256 === '')
    fail('output_fsm_sha256 is missing, so nothing tells whether the snapshot is whole');
  if (info.encoder_key_format_version !== KEY_FORMAT_VERSION)
    fail(
      `encoder_key_format_version is ${info.encoder_key_format_version}, this ekv prepares version ${KEY_FORMAT_VERSION} only`,
    );
  checkSelfTest(info, request, fail);
  checkCluster(info.manifest_cluster_id, request, fail);
}

function checkSelfTest({ self_test }: EncodeInfo, request: SidecarRules, fail: (rule: string) => never): void {
  const { ran, matched } = self_test;
  if (ran && matched) return;
  if (ran) fail('the self-test of this snapshot failed (self_test.matched is false); encode the dump again');
  if (!request.allowUnverifiedSelfTest)
    fail(
      'the self-test of this snapshot did not run (self_test.ran is false); the option selfTest of encode runs it, and the option allowUnverifiedSelfTest takes the snapshot as it is',
    );
}

function checkCluster(id: string, request: SidecarRules, fail: (rule: string) => never): void {
  const { targetClusterId = '', freshCluster = false, allowMissingClusterId = false } = request;
  if (id === '') {
    if (!allowMissingClusterId)
      fail(
        'manifest_cluster_id is empty, so nothing tells which cluster the dump comes from; the option allowMissingClusterId takes it all the same',
      );
    return;
  }
  if (freshCluster || targetClusterId === id) return;
  if (targetClusterId === '')
    fail(
      `the dump comes from the cluster ${JSON.stringify(id)}; give the option targetClusterId ${id} when the target is that cluster, or the option freshCluster when it is a new one`,
    );
  fail(
    `the dump comes from the cluster ${JSON.stringify(id)}, not from ${JSON.stringify(targetClusterId)} as the option targetClusterId says; take a dump of that cluster, or when this is the right one and the target a new cluster, give the option freshCluster in place of targetClusterId`,
  );
}

/** A cluster is the same one or a new one. Throws UsageError. */
export function refuseTwoTargets({ targetClusterId = '', freshCluster = false }: SidecarRules): void {
  if (freshCluster && targetClusterId !== '')
    throw new UsageError(
      'the option freshCluster and the option targetClusterId contradict each other: say the one that is meant',
    );
}
