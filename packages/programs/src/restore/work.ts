import type { WorkOptions } from '@ekv/command-line';
import {
  type PrepareGroupsRequest,
  type PrepareRequest,
  prepareGroups,
  prepareNode,
  type RestoreRun,
  verifyNode,
} from '@ekv/restore';
import type { VerifyRequest } from './verify-program.ts';

/** What the working thread of `ekv restore` does. */
export function restoreWork(
  order: PrepareRequest | PrepareGroupsRequest | VerifyRequest,
  { warn, runId, progress, gate }: WorkOptions,
) {
  const run: RestoreRun = {
    warn,
    runId,
    gate,
    progress: {
      begin: (phase, bytes) => progress.begin(phase, bytes),
      count: (bytes) => {
        progress.addBytes(bytes);
        progress.advance(bytes);
      },
    },
  };
  if ('groupsDir' in order) return prepareGroups(order, run);
  return 'verify' in order ? verifyNode(order.verify, run) : prepareNode(order, run);
}
