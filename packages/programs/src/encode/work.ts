import type { WorkOptions } from '@ekv/command-line';
import { publishGroups, publishSnapshot, repairTree } from '@ekv/core';
import type { EncodeOrder, EncodeOutcome } from './encode-program.ts';

/** What the working thread of `ekv encode` does. */
export function encodeWork(order: EncodeOrder, options: WorkOptions): EncodeOutcome {
  if (!('output' in order)) return repairTree(order, options);
  const { workers, ...request } = order;
  return 'groups' in request
    ? publishGroups(request, { ...options, workers })
    : publishSnapshot(request, { ...options, workers });
}
