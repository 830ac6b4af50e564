/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { publishGroups, publishSnapshot, repairTree } from '@ekv/core';
import type { EncodeOrder } from './encode-program.ts';

serveWork((order: EncodeOrder, options) => {
  if (!('output' in order)) return repairTree(order, options);
  const { workers, ...request } = order;
  return 'groups' in request
    ? publishGroups(request, { ...options, workers })
    : publishSnapshot(request, { ...options, workers });
});
