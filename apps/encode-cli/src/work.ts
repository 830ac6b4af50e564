/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { publishSnapshot, repairTree } from '@ekv/core';
import type { EncodeOrder } from './encode-program.ts';

serveWork((order: EncodeOrder, options) =>
  'output' in order ? publishSnapshot(order, options) : repairTree(order, options),
);
