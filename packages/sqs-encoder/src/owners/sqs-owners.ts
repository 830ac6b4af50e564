import {
  decodedBase64Url,
  type KeyRange,
  keysFrom,
  type Owner,
  oneKey,
  type PartForm,
  PLAIN_PART,
  type ReadOwner,
  type RowOwner,
  type RowOwners,
  type RowRole,
  rowOwners,
  sortedRanges,
  writeU64,
} from '@ekv/adapter';
import { base64Part, isBase64Part } from '../layout/base64-parts.ts';
import { readCounterValue } from '../layout/counter-value.ts';
import {
  AGE_ROWS,
  DEDUPLICATION_ROWS,
  GENERATION_ROWS,
  GROUP_LOCK_ROWS,
  MESSAGE_ROWS,
  PARTITIONED,
  QUEUE_ROWS,
  SEQUENCE_ROWS,
  SQS_FAMILIES,
  TOMBSTONE_ROWS,
  VISIBILITY_ROWS,
} from '../layout/families.ts';
import { GENERATION_BYTES } from '../layout/generation.ts';
import { TIME_BYTES } from '../layout/key-buffer.ts';
import { generationIn, type KeyParts, messageKeyParts, queueIn, queueKey, sideKeyParts } from '../layout/row-keys.ts';
import { messageIdIn } from './message-id.ts';

/** Rows that a queue has one of, by its name alone. */
const OF_QUEUE: ReadonlyMap<string, RowRole> = new Map([
  [QUEUE_ROWS, 'definition'],
  [GENERATION_ROWS, 'counter'],
  [SEQUENCE_ROWS, 'counter'],
]);

/** Rows whose keys go on with a generation. */
const WITH_GENERATION: ReadonlyMap<string, RowRole> = new Map([
  [MESSAGE_ROWS, 'value'],
  [VISIBILITY_ROWS, 'index'],
  [AGE_ROWS, 'index'],
  [DEDUPLICATION_ROWS, 'deduplication'],
  [GROUP_LOCK_ROWS, 'lock'],
  [TOMBSTONE_ROWS, 'marker'],
]);

/** Message rows of these can be those of a partitioned queue. */
const OF_MESSAGES = [...WITH_GENERATION.keys()].filter((family) => family !== TOMBSTONE_ROWS);

/** Whose the SQS rows are: the messages' by id; the value of deduplication rows and group locks says it. docs/format/06-sqs.md, section 1.1. */
export const sqsOwners: RowOwners = rowOwners({
  addresses: { adapter: 'sqs', scope: 'queue', unit: 'message' },
  families: new Map(SQS_FAMILIES.map((family) => [family, OF_QUEUE.has(family) ? queueRow(family) : keyedRow(family)])),
  inValue: new Map([
    [DEDUPLICATION_ROWS, unitInValue],
    [GROUP_LOCK_ROWS, unitInValue],
  ]),
  ranges,
  generationsIn,
});

const BASE64_PART: PartForm = (bytes, start, end) => decodedBase64Url(bytes.subarray(start, end));

function queueRow(family: string): ReadOwner {
  const role = OF_QUEUE.get(family)!;
  return (found, bytes, start, end) => {
    found.role = role;
    const queue = queueIn({ bytes, keyStart: start - family.length, keyEnd: end }, family);
    if (queue === undefined || start === end) return false;
    found.scopePart.set(BASE64_PART, bytes, start, end);
    return true;
  };
}

function keyedRow(family: string): ReadOwner {
  const role = WITH_GENERATION.get(family)!;
  return (found, bytes, start, end) => {
    found.role = role;
    const row = { bytes, keyStart: start - family.length, keyEnd: end };
    const parts = family === MESSAGE_ROWS ? messageKeyParts(row) : sideKeyParts(row, family);
    if (parts.rule !== undefined) return false;
    found.scopePart.set(BASE64_PART, bytes, parts.start, parts.end);
    readGeneration(found, parts, end);
    return true;
  };
}

/** What follows the queue; a key that ends too early is one of the queue. */
function readGeneration(found: RowOwner, parts: KeyParts, end: number): void {
  const { bytes, idStart } = parts;
  const generation = generationIn(parts, end);
  if (generation === undefined) return;
  found.setGeneration('u64', bytes, generation.end - GENERATION_BYTES, generation.end);
  const { family } = found;
  if (family === TOMBSTONE_ROWS) return;
  found.kind = 'message';
  found.isInValue = family === DEDUPLICATION_ROWS || family === GROUP_LOCK_ROWS;
  if (found.isInValue) return;
  const idAt = family === MESSAGE_ROWS ? idStart : generation.end + TIME_BYTES;
  if (idAt < end && isBase64Part(bytes, idAt, end)) found.keyPart.set(BASE64_PART, bytes, idAt, end);
}

function unitInValue(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const id = messageIdIn(bytes, start, end);
  if (id !== undefined) found.keyPart.set(PLAIN_PART, id, 0, id.length);
  return id !== undefined;
}

function ranges({ scope, key }: Owner, generations?: readonly bigint[]): KeyRange[] {
  if (scope === undefined) return sortedRanges(SQS_FAMILIES.map((family) => keysFrom(Buffer.from(family))));
  const queue = base64Part(scope);
  const found: KeyRange[] = [];
  if (key === undefined) {
    for (const family of OF_QUEUE.keys()) found.push(oneKey(queueKey(family, scope)));
    found.push(...classic(TOMBSTONE_ROWS + queue, generations));
  }
  for (const family of OF_MESSAGES) {
    found.push(keysFrom(Buffer.from(`${family}${PARTITIONED}${queue}|`)));
    if (family === MESSAGE_ROWS && key !== undefined && generations !== undefined)
      for (const generation of generations) found.push(oneKey(messageKey(queue, generation, key)));
    else found.push(...classic(family + queue, generations));
  }
  return sortedRanges(found);
}

/** Of a queue of which none is active messages of all are served. */
function generationsIn(found: RowOwner, bytes: Buffer, start: number, end: number): readonly bigint[] | 'all' {
  const generation = found.family === GENERATION_ROWS ? readCounterValue(bytes, start, end) : undefined;
  if (generation === undefined) return [];
  return generation === 0n ? 'all' : [generation];
}

function messageKey(queue: string, generation: bigint, id: Buffer): Buffer {
  return Buffer.concat([generationKey(MESSAGE_ROWS + queue, generation), Buffer.from(base64Part(id))]);
}

function generationKey(head: string, generation: bigint): Buffer {
  const key = Buffer.alloc(head.length + GENERATION_BYTES);
  key.write(head, 'latin1');
  writeU64(key, head.length, generation);
  return key;
}

/** Stretches of bytes that are no base64, by which a queue's name in a key ends; each up to the byte behind it. */
const BEHIND_NAME: ReadonlyArray<readonly [first: number, behind: number]> = [
  [0x00, 0x2d],
  [0x2e, 0x30],
  [0x3a, 0x41],
  [0x5b, 0x5f],
  [0x60, 0x61],
  [0x7b, 0x100],
];

/** Keys that go on with a generation behind the name: the first byte of it ends the name, so names that begin alike are not in them. */
function classic(head: string, generations: readonly bigint[] | undefined): KeyRange[] {
  if (generations !== undefined) return generations.map((generation) => keysFrom(generationKey(head, generation)));
  return BEHIND_NAME.map(([first, behind]) => {
    const start = Buffer.from(head + String.fromCharCode(first), 'latin1');
    const last = keysFrom(Buffer.from(head + String.fromCharCode(behind - 1), 'latin1'));
    return { start, end: last.end };
  });
}
