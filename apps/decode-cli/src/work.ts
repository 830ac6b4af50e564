/** The working thread of the program. */
import { serveWork } from '@ekv/command-line';
import { decodeSnapshot, decodeSnapshotFolder } from '@ekv/core';
import type { DecodeOrder } from './decode-program.ts';

serveWork((order: DecodeOrder, options) =>
  'folder' in order ? decodeSnapshotFolder(order, options) : [decodeSnapshot(order, options)],
);
