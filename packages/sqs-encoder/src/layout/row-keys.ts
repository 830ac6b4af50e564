import { isSegment, runEnd } from './base64-parts.ts';
import { PARTITIONED } from './families.ts';

const GENERATION_BYTES = 8;
const PARTITION_BYTES = 4;
const BAR = 0x7c;

/** What a row's key tells: the queue's segment is `bytes[queueStart, queueEnd)` of the row. */
export interface RowParts {
  queueStart: number;
  queueEnd: number;
  /** `undefined` in the key of a queue that is not partitioned. */
  partition: number | undefined;
  /** Where the id of a message begins, up to the end of the key; 0 in other keys. */
  idStart: number;
  /** What is wrong with the key; then the rest means nothing. */
  rule: string | undefined;
}

/** The parts of a message row's key; docs/format/06-sqs.md, section 4.2. @param start behind the family's prefix. */
export function messageParts(bytes: Buffer, start: number, end: number): RowParts {
  if (isPartitioned(bytes, start, end)) {
    const parts = partitionedQueue(bytes, start, end);
    if (parts.rule !== undefined) return parts;
    return withId(parts, bytes, parts.queueEnd + 1 + PARTITION_BYTES + GENERATION_BYTES, end);
  }
  const queueEnd = runEnd(bytes, start, end);
  if (queueEnd === start) return broken('the queue is missing behind the prefix');
  if (!isSegment(bytes, start, queueEnd)) return broken('the queue is not base64 (URL alphabet, no padding)');
  const parts = { queueStart: start, queueEnd, partition: undefined, idStart: 0, rule: undefined };
  return withId(parts, bytes, queueEnd + GENERATION_BYTES, end);
}

/** The parts of the key of a row that is only passed on; section 4.2. @param canBePartitioned not for tombstones. */
export function sideParts(bytes: Buffer, start: number, end: number, canBePartitioned: boolean): RowParts {
  if (canBePartitioned && isPartitioned(bytes, start, end)) {
    const parts = partitionedQueue(bytes, start, end);
    if (parts.rule !== undefined || end - parts.queueEnd - 1 >= PARTITION_BYTES + GENERATION_BYTES) return parts;
    return broken('partition and generation behind the queue are cut short');
  }
  const queueEnd = runEnd(bytes, start, end);
  if (queueEnd === start) return broken('the queue is missing behind the prefix');
  if (queueEnd === end) return broken('nothing follows the queue');
  return { queueStart: start, queueEnd, partition: undefined, idStart: 0, rule: undefined };
}

/** The parts of a key of which all is the queue: config and sequence rows; section 4.2. */
export function wholeQueueParts(bytes: Buffer, start: number, end: number): RowParts {
  if (end === start) return broken('the queue is missing behind the prefix');
  if (runEnd(bytes, start, end) !== end) return broken('the queue is not base64 (URL alphabet, no padding)');
  return { queueStart: start, queueEnd: end, partition: undefined, idStart: 0, rule: undefined };
}

/** The generation in a tombstone's key; `undefined` when the key has another form. */
export function tombstoneGeneration(bytes: Buffer, start: number, end: number): bigint | undefined {
  const queueEnd = runEnd(bytes, start, end);
  return queueEnd > start && end - queueEnd === GENERATION_BYTES ? bytes.readBigUInt64BE(queueEnd) : undefined;
}

/**
 * The generation behind the queue in the key of a message or side row, and where it ends; `undefined` when the key ends before.
 *
 * @param parts of the key.
 */
export function generationOf(
  bytes: Buffer,
  parts: RowParts,
  keyEnd: number,
): { value: bigint; end: number } | undefined {
  const start = parts.partition === undefined ? parts.queueEnd : parts.queueEnd + 1 + PARTITION_BYTES;
  const end = start + GENERATION_BYTES;
  return end <= keyEnd ? { value: bytes.readBigUInt64BE(start), end } : undefined;
}

function isPartitioned(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= PARTITIONED.length && bytes[start] === 0x70 && bytes[start + 1] === BAR;
}

function partitionedQueue(bytes: Buffer, start: number, end: number): RowParts {
  const queueStart = start + PARTITIONED.length;
  let queueEnd = queueStart;
  while (queueEnd < end && bytes[queueEnd] !== BAR) queueEnd++;
  if (queueEnd === end) return broken('the queue of this partitioned key does not end with "|"');
  if (queueEnd === queueStart) return broken('the queue is missing behind the prefix');
  if (!isSegment(bytes, queueStart, queueEnd)) return broken('the queue is not base64 (URL alphabet, no padding)');
  const partition = end - queueEnd - 1 >= PARTITION_BYTES ? bytes.readUInt32BE(queueEnd + 1) : 0;
  return { queueStart, queueEnd, partition, idStart: 0, rule: undefined };
}

function withId(parts: RowParts, bytes: Buffer, idStart: number, end: number): RowParts {
  if (idStart > end) return broken('the generation behind the queue is cut short');
  if (idStart === end) return broken('the message id is missing at the end');
  parts.idStart = idStart;
  return isSegment(bytes, idStart, end) ? parts : broken('the message id is not base64 (URL alphabet, no padding)');
}

function broken(rule: string): RowParts {
  return { queueStart: 0, queueEnd: 0, partition: undefined, idStart: 0, rule };
}
