/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import {
  type PrepareGroupsRequest,
  type PrepareRequest,
  prepareGroups,
  prepareNode,
  type RestoreRun,
  verifyNode,
} from '@ekv/restore';
import type { VerifyRequest } from './verify-program.ts';

serveWork((order: PrepareRequest | PrepareGroupsRequest | VerifyRequest, { warn, runId, progress, gate }) => {
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
});
