import { atRow, checkMagic, rowError } from '@ekv/adapter';
import { isValidUtf8, JsonReader, repairedUtf8 } from '@ekv/dump-tree';
import { DataError, ExternalSorter, printable, type RowCursor, type RowError, SMALL_SORT_BYTES } from '@ekv/snapshot';
import { ORPHAN_SUFFIX, QUEUE_FILE, queueFolder, SQS_FOLDER } from '../files/paths.ts';
import { writeQueueJson } from '../files/queue-json.ts';
import { nameOfBase64Part } from '../layout/base64-parts.ts';
import { QUEUE_ROWS } from '../layout/families.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { QUEUE_MAGIC, readQueueValue } from '../layout/queue-value.ts';
import { queueIn } from '../layout/row-keys.ts';
import { REPAIRED_TEXT } from '../sense/stored-kinds.ts';
import { movedBy } from '../state/moved-times.ts';
import { moveQueueState, QueueState, writeQueueState } from '../state/queue-state.ts';
import { mendQueue } from './damaged-rows.ts';
import { KIND } from './queue-sort.ts';
import { addRowFindings } from './row-findings.ts';
import type { WalkContext } from './walk-context.ts';

/** Payload of a queue in the sort: u8 flags, i64 retention in seconds, u16 length of the folder's name, the name, then `_queue.json`. */
export const QUEUE_PAYLOAD = { flags: 0, retention: 1, folderLength: 9, folder: 11 } as const;

/** What a payload holds beside the flags. */
export interface QueueJson {
  /** Name of the queue's folder. */
  readonly folder: string;
  /** Bytes of `_queue.json`. */
  readonly json: Buffer;
}

/** Takes the payload `bytes[start, end)` apart; the bytes are a view. */
export function queueJsonIn(bytes: Buffer, start: number, end: number): QueueJson {
  const folderStart = start + QUEUE_PAYLOAD.folder;
  const folderEnd = folderStart + bytes.readUInt16BE(start + QUEUE_PAYLOAD.folderLength);
  return { folder: bytes.toString('latin1', folderStart, folderEnd), json: bytes.subarray(folderEnd, end) };
}

export const IS_FIFO = 1;
export const IS_CONTENT_DEDUPLICATED = 2;

/**
 * Reads the config rows and puts what is written of each queue into the sort; docs/format/06-sqs.md, sections 4.2 to 4.5.
 * Two queues with one folder are refused.
 */
export function readQueues(context: WalkContext): void {
  const { source } = context;
  if (source.count(QUEUE_ROWS) === 0) return;
  const reader = new JsonReader('repaired');
  // Before anything is sorted: the second of two queues with one folder may be left out.
  refuseSharedFolders(context);
  for (const rows = source.rows(QUEUE_ROWS); rows.next(); ) {
    try {
      readQueue(context, reader, rows);
    } catch (error) {
      context.refuse(error);
    }
  }
}

function readQueue(context: WalkContext, reader: JsonReader, row: RowCursor): void {
  const { json, queueSort, source } = context;
  const queue = queueIn(row, QUEUE_ROWS);
  if (queue === undefined) throw rowError(row, 'the queue is not base64 (URL alphabet, no padding)');
  const name = nameOfBase64Part(queue)!;
  const folder = queueFolder(name);
  if (folder === undefined) {
    const said = name.length === 0 ? 'is empty' : `is ${JSON.stringify(name.toString())}`;
    throw rowError(row, `the name of the queue ${said}, which cannot be a folder`);
  }
  const state = context.readsState ? new QueueState() : undefined;
  const settings = readSettings(context, reader, row, state);
  if (settings.name.length === 0) {
    settings.name = name;
    if (!isValidUtf8(name, 0, name.length)) addRowFindings(context, row, REPAIRED_TEXT, 1);
  }
  if (source.damage !== undefined) mendQueue(source.damage, row, name, settings);
  claimOrphanFolder(context, row, folder);
  writeQueueJson(json, settings);
  queueSort.add(KIND.queue, queue, queuePayload(settings, folder, json.view()));
  if (state !== undefined) queueSort.add(KIND.state, queue, statePayload(context, settings.name, state));
}

/** Payload of the whole state of a queue: u64 generation, u32 length of the name as its file has it, the name, members of the line. */
const STATE_PAYLOAD = { generation: 0, nameLength: 8, name: 12 } as const;

function statePayload({ json, shiftMs }: WalkContext, name: Buffer, state: QueueState): Buffer {
  moveQueueState(
    state,
    movedBy(shiftMs, (rule) => new DataError(rule)),
  );
  json.reset();
  writeQueueState(json, state);
  const written = repairedUtf8(name);
  const head = Buffer.alloc(STATE_PAYLOAD.name);
  head.writeBigUInt64BE(state.generation, STATE_PAYLOAD.generation);
  head.writeUInt32BE(written.length, STATE_PAYLOAD.nameLength);
  return Buffer.concat([head, written, json.view()]);
}

/** Takes the payload apart; the bytes are copies. */
export function queueStateIn(
  bytes: Buffer,
  start: number,
  end: number,
): { generation: bigint; name: Buffer; members: string } {
  const nameStart = start + STATE_PAYLOAD.name;
  const nameEnd = nameStart + bytes.readUInt32BE(start + STATE_PAYLOAD.nameLength);
  return {
    generation: bytes.readBigUInt64BE(start + STATE_PAYLOAD.generation),
    name: Buffer.from(bytes.subarray(nameStart, nameEnd)),
    members: bytes.toString('latin1', nameEnd, end),
  };
}

function queuePayload(settings: QueueSettings, folder: string, json: Buffer): Buffer {
  const payload = Buffer.alloc(QUEUE_PAYLOAD.folder + folder.length + json.length);
  payload[QUEUE_PAYLOAD.flags] =
    (settings.isFifo ? IS_FIFO : 0) | (settings.contentBasedDeduplication ? IS_CONTENT_DEDUPLICATED : 0);
  payload.writeBigInt64BE(settings.messageRetentionSeconds, QUEUE_PAYLOAD.retention);
  payload.writeUInt16BE(folder.length, QUEUE_PAYLOAD.folderLength);
  payload.write(folder, QUEUE_PAYLOAD.folder, 'latin1');
  json.copy(payload, QUEUE_PAYLOAD.folder + folder.length);
  return payload;
}

function readSettings(context: WalkContext, reader: JsonReader, row: RowCursor, state?: QueueState): QueueSettings {
  const { bytes, valueStart, valueEnd } = row;
  checkMagic(row, QUEUE_MAGIC, '!sqs|queue|meta');
  return atRow(row, () => {
    const before = reader.repaired;
    reader.reset('invalid !sqs|queue|meta value', bytes, valueStart + QUEUE_MAGIC.length, valueEnd);
    const { settings, tags, hasThrottle } = readQueueValue(reader, state);
    const { notCarried } = context;
    if (tags > 0) notCarried.queuesWithTags++;
    notCarried.tags += tags;
    if (hasThrottle) notCarried.queuesWithThrottle++;
    addRowFindings(context, row, REPAIRED_TEXT, reader.repaired - before);
    return settings;
  });
}

/** A queue may have a name for which side records without a queue would be put into its folder. */
function claimOrphanFolder({ queueSort }: WalkContext, row: RowCursor, folder: string): void {
  if (!folder.endsWith(ORPHAN_SUFFIX)) return;
  const part = Buffer.from(folder.slice(0, -ORPHAN_SUFFIX.length), 'latin1');
  const offset = Buffer.alloc(8);
  offset.writeDoubleBE(row.offset);
  const claim = Buffer.concat([offset, row.bytes.subarray(row.keyStart, row.keyEnd)]);
  queueSort.add(KIND.claim, { bytes: part, start: 0, end: part.length }, claim);
}

/** Two keys that decode to one name, such as `YQ` and `YR`. */
function refuseSharedFolders(context: WalkContext): void {
  const { source, scratch } = context;
  const folders = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  for (const rows = source.rows(QUEUE_ROWS); rows.next(); ) {
    const queue = queueIn(rows, QUEUE_ROWS);
    // Rows without a folder are refused when they are read.
    const folder = queue === undefined ? undefined : queueFolder(nameOfBase64Part(queue)!);
    if (folder !== undefined) folders.add(Buffer.from(folder), rows.bytes.subarray(rows.keyStart, rows.keyEnd));
  }
  const rows = folders.sorted();
  try {
    let previousKey = Buffer.alloc(0);
    while (rows.next()) {
      const folder = rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd);
      const key = Buffer.from(rows.bytes.subarray(rows.payloadStart, rows.payloadEnd));
      if (rows.isRepeated()) context.refuse(sharedFolder(source.rows(QUEUE_ROWS), key, previousKey, folder));
      else previousKey = key;
    }
  } finally {
    rows.close();
  }
}

/** Looks up the row, for its position in the file. */
function sharedFolder(rows: RowCursor, key: Buffer, other: Buffer, folder: string): RowError {
  while (rows.next() && key.compare(rows.bytes, rows.keyStart, rows.keyEnd) !== 0);
  return rowError(
    rows,
    `its folder ${SQS_FOLDER}/${folder} with ${QUEUE_FILE} is also the one of ${printable(other)}: two queues cannot share a folder`,
  );
}
