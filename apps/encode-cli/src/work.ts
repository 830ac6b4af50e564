/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { publishGroups, publishSnapshot, repairTree } from '@ekv/core';
import type { EncodeOrder } from './encode-program.ts';

serveWork((order: EncodeOrder, options) => {
  if ('groups' in order) return publishGroups(order, options);
  return 'output' in order ? publishSnapshot(order, options) : repairTree(order, options);
});
