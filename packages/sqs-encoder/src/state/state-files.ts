import { STATE_FOLDER } from '@ekv/adapter';
import type { ByteRange } from '@ekv/dump-tree';
import { base64Part } from '../layout/base64-parts.ts';
import { PARTITIONED } from '../layout/families.ts';

const FOLDER = `${STATE_FOLDER}/sqs`;

/** Files of the whole state, in the order in which they are written; docs/format/12-whole-state.md, section 4. */
export const STATE_FILES = {
  queues: `${FOLDER}/queues.jsonl`,
  counters: `${FOLDER}/counters.jsonl`,
  receives: `${FOLDER}/receives.jsonl`,
  deduplication: `${FOLDER}/dedup.jsonl`,
  locks: `${FOLDER}/locks.jsonl`,
} as const;

export type StateFile = keyof typeof STATE_FILES;

/** All of them, by the number that stands for them in a sort. */
export const STATE_FILE_NAMES = Object.keys(STATE_FILES) as readonly StateFile[];

const NO_BYTES = Buffer.alloc(0);

/**
 * What orders the lines of a file: the key of the row, without its family and with generation 0, so that a line can be placed without
 * its queue. Keys of generations below 2^56 have the same order.
 *
 * @param partition `undefined` for a queue that is not partitioned, and for rows of a queue as a whole.
 * @param tail what follows the generation; absent for rows of a queue as a whole.
 */
export function stateOrder(name: Buffer, partition?: number, tail: Buffer = NO_BYTES): Buffer {
  const part = base64Part(name);
  if (tail.length === 0) return Buffer.from(part);
  const head = partition === undefined ? part : `${PARTITIONED}${part}|`;
  const numbers = Buffer.alloc(partition === undefined ? 8 : 12);
  if (partition !== undefined) numbers.writeUInt32BE(partition);
  return Buffer.concat([Buffer.from(head), numbers, tail]);
}

/** Tail of the key of a message row. */
export function idTail({ bytes, start, end }: ByteRange): Buffer {
  return Buffer.from(base64Part(bytes.subarray(start, end)));
}

/** Tail of the key of a deduplication row. @param group of a partitioned queue. */
export function deduplicationTail(id: Buffer, group: Buffer | undefined): Buffer {
  return Buffer.from(group === undefined ? base64Part(id) : `${base64Part(group)}|${base64Part(id)}`);
}
