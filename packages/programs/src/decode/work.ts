import { failureOf, type WorkOptions } from '@ekv/command-line';
import { decodeAllSnapshots, decodeGroups, decodeSnapshotFolder, type SnapshotOutcome } from '@ekv/core';
import type { Decoded, ToldOutcome } from './decode-ending.ts';
import type { DecodeOrder } from './decode-program.ts';

/** What the working thread of `ekv decode` does. */
export function decodeWork({ workers, ...order }: DecodeOrder, given: WorkOptions): Decoded {
  const options = { ...given, workers };
  if (!('folder' in order)) return { mode: 'one', result: decodeGroups(order, options) };
  if (!order.all) return { mode: 'one', result: decodeSnapshotFolder(order, options) };
  return { mode: 'all', outcomes: decodeAllSnapshots(order, options).map(told) };
}

/** Errors lose their class on the way to the main thread. */
function told(outcome: SnapshotOutcome): ToldOutcome {
  if (!('error' in outcome)) return outcome;
  const { error, ...place } = outcome;
  return { ...place, failure: failureOf(error) };
}
