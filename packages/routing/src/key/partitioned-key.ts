import { barIn, beginsWith, prefixBytes } from './key-bytes.ts';

/** Rows of queues with several partitions. docs/format/06-sqs.md, section 1. */
const PARTITIONED = ['data', 'vis', 'byage', 'dedup', 'group'].map((word) => prefixBytes(`!sqs|msg|${word}|p|`));
const QUEUE_ROWS = prefixBytes('!sqs|msg|');

/** Where in the key `bytes[start, end)` the name of a queue with partitions begins; -1 for rows of another kind. */
export function queueNameAt(bytes: Uint8Array, start: number, end: number): number {
  if (!beginsWith(bytes, start, end, QUEUE_ROWS)) return -1;
  for (const prefix of PARTITIONED) {
    if (beginsWith(bytes, start, end, prefix)) return start + prefix.length;
  }
  return -1;
}

/** Where the name that begins at `name` ends: at its bar. -1 when the key is malformed, with no room for a partition's number. */
export function queueNameEnd(bytes: Uint8Array, name: number, end: number): number {
  const bar = barIn(bytes, name, end);
  return bar === -1 || end - bar - 1 < PARTITION_BYTES ? -1 : bar;
}

const PARTITION_BYTES = 4;
