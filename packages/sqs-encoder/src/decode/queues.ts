import { encodeSegment, isValidUtf8, JsonReader } from '@ekv/dump-tree';
import {
  type Damage,
  type DamageKind,
  ExternalSorter,
  printable,
  type RowCursor,
  type RowSource,
  type ScratchFolder,
} from '@ekv/snapshot';
import { ORPHAN_SUFFIX, QUEUE_FILE, SQS_FOLDER } from '../files/paths.ts';
import { writeQueueJson } from '../files/queue-json.ts';
import { nameOfSegment } from '../layout/base64-parts.ts';
import { QUEUE_ROWS } from '../layout/families.ts';
import { noSettings, QUEUE_MAGIC, type QueueSettings, readSetting } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';
import type { DecodeContext } from './decode-context.ts';
import { addQueueRow, KIND } from './queue-sort.ts';
import { checkMagic, rowError, withRow } from './row-error.ts';

const ARENA_BYTES = 8 << 20;

/** Payload of a queue in the sort: u8 flags, u16 length of the folder's name, the name, then `_queue.json`. */
export const QUEUE_PAYLOAD = { flags: 0, folderLength: 1, folder: 3 } as const;
export const IS_FIFO = 1;
export const IS_CONTENT_DEDUPLICATED = 2;

/**
 * Reads the config rows and puts what is written of each queue into the sort; docs/format/06-sqs.md, sections 4.2 to 4.5.
 * Throws RowError for a row that breaks a rule, and for two queues with one folder.
 */
export function readQueues(context: DecodeContext): void {
  const { source, scratch } = context;
  if (source.count(QUEUE_ROWS) === 0) return;
  const reader = new JsonReader('repaired');
  // Before anything is sorted: the second of two queues with one folder may be left out.
  refuseSharedFolders(source, scratch);
  for (const rows = source.rows(QUEUE_ROWS); rows.next(); ) source.attempt(() => readQueue(context, reader, rows));
}

/** Name of the queue at hand. Throws RowError. */
function nameOf(row: RowCursor): Buffer {
  const name = nameOfSegment(row.bytes, row.keyStart + QUEUE_ROWS.length, row.keyEnd);
  if (name === undefined) throw rowError(row, 'the queue is not base64 (URL alphabet, no padding)');
  return name;
}

function readQueue(context: DecodeContext, reader: JsonReader, row: RowCursor): void {
  const { json, sorter, losses } = context;
  const { bytes, keyEnd } = row;
  const start = row.keyStart + QUEUE_ROWS.length;
  const name = nameOf(row);
  const folder = folderOf(row, name);
  const settings = readSettings(context, reader, row);
  if (settings.name.length === 0) {
    settings.name = name;
    if (!isValidUtf8(name, 0, name.length)) {
      losses.repaired++;
      losses.repairedExample ||= printable(bytes.subarray(row.keyStart, keyEnd));
    }
  }
  if (context.source.damage !== undefined) mendQueue(context.source.damage, row, name, settings);
  claimOrphanFolder(context, row, folder);
  writeQueueJson(json, settings);
  const flags = (settings.isFifo ? IS_FIFO : 0) | (settings.contentBasedDeduplication ? IS_CONTENT_DEDUPLICATED : 0);
  const { folder: folderAt } = QUEUE_PAYLOAD;
  addQueueRow(sorter, KIND.queue, bytes, start, keyEnd, 0, folderAt + folder.length + json.length, (into, at) => {
    into[at + QUEUE_PAYLOAD.flags] = flags;
    into.writeUInt16BE(folder.length, at + QUEUE_PAYLOAD.folderLength);
    into.write(folder, at + folderAt, 'latin1');
    into.set(json.view(), at + folderAt + folder.length);
  });
}

const QUEUE_NAMES: DamageKind = {
  name: 'queue_names',
  says: 'queues have another name in their row than in its key',
  advice: 'they were written under the name of the key',
};

/** Of a snapshot that is salvaged, the name in the key counts: messages have it too. Throws RowError for what encode refuses. */
function mendQueue(damage: Damage, row: RowCursor, name: Buffer, settings: QueueSettings): void {
  if (!isValidUtf8(name, 0, name.length)) throw rowError(row, 'the name of the queue in the key is no UTF-8');
  if (Buffer.compare(settings.name, name) !== 0) {
    const stored = settings.name;
    damage.add(QUEUE_NAMES, () => `the queue ${printable(name)}, which its row calls ${printable(stored)}`);
    settings.name = name;
  }
  const broken = brokenRule(settings);
  if (broken !== undefined) throw rowError(row, broken.rule);
}

function readSettings({ losses }: DecodeContext, reader: JsonReader, row: RowCursor): QueueSettings {
  const { bytes, valueStart, valueEnd } = row;
  checkMagic(row, QUEUE_MAGIC, '!sqs|queue|meta');
  return withRow(row, () => {
    const settings = noSettings();
    const repaired = reader.repaired;
    reader.reset('invalid !sqs|queue|meta value', bytes, valueStart + QUEUE_MAGIC.length, valueEnd);
    let tags = 0;
    let hasThrottle = false;
    if (!reader.takeNull()) {
      reader.object((field) => {
        if (field === 'tags') tags = countMembers(reader);
        else if (field === 'throttle') hasThrottle = countMembers(reader) > 0;
        else if (!readSetting(reader, field, settings, 'row')) reader.skip();
      }, 'the value');
    }
    reader.end();
    if (tags > 0) losses.queuesWithTags++;
    losses.tags += tags;
    if (hasThrottle) losses.queuesWithThrottle++;
    if (reader.repaired > repaired) {
      losses.repaired += reader.repaired - repaired;
      losses.repairedExample ||= printable(bytes.subarray(row.keyStart, row.keyEnd));
    }
    return settings;
  });
}

/** Members of an object; what is none has none. */
function countMembers(reader: JsonReader): number {
  let members = 0;
  if (reader.peek() !== 'object') reader.skip();
  else {
    reader.object(() => {
      members++;
      reader.skip();
    });
  }
  return members;
}

/** The folder of a queue, named after its key; section 4.4, step 2. */
function folderOf(row: RowCursor, name: Buffer): string {
  const folder = encodeSegment(name);
  if (folder === '' || folder === '.' || folder === '..') {
    const said = name.length === 0 ? 'is empty' : `is ${JSON.stringify(folder)}`;
    throw rowError(row, `the name of the queue ${said}, which cannot be a folder`);
  }
  return folder;
}

/** A queue may bear a name for which side records without a queue would be put into its folder. */
function claimOrphanFolder({ sorter }: DecodeContext, row: RowCursor, folder: string): void {
  if (!folder.endsWith(ORPHAN_SUFFIX)) return;
  const segment = Buffer.from(folder.slice(0, -ORPHAN_SUFFIX.length), 'latin1');
  const key = Buffer.from(row.bytes.subarray(row.keyStart, row.keyEnd));
  addQueueRow(sorter, KIND.claim, segment, 0, segment.length, 0, key.length + 8, (into, at) => {
    into.writeDoubleBE(row.offset, at);
    into.set(key, at + 8);
  });
}

/** Two keys that decode to one name, such as `YQ` and `YR`. */
function refuseSharedFolders(source: RowSource, scratch: ScratchFolder): void {
  const folders = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  for (const rows = source.rows(QUEUE_ROWS); rows.next(); ) {
    source.attempt(() => {
      const folder = folderOf(rows, nameOf(rows));
      folders.add(Buffer.from(folder), rows.bytes.subarray(rows.keyStart, rows.keyEnd));
    });
  }
  const rows = folders.sorted();
  try {
    let previousKey = Buffer.alloc(0);
    while (rows.next()) {
      const folder = rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd);
      const key = Buffer.from(rows.bytes.subarray(rows.payloadStart, rows.payloadEnd));
      if (rows.isRepeated()) source.leaveOut(sharedFolder(source.rows(QUEUE_ROWS), key, previousKey, folder));
      else previousKey = key;
    }
  } finally {
    rows.close();
  }
}

/** Looks up the row, for its place in the file. */
function sharedFolder(rows: RowCursor, key: Buffer, other: Buffer, folder: string): Error {
  while (rows.next() && key.compare(rows.bytes, rows.keyStart, rows.keyEnd) !== 0);
  return rowError(
    rows,
    `its folder ${SQS_FOLDER}/${folder} with ${QUEUE_FILE} is also the one of ${printable(other)}: two queues cannot share a folder`,
  );
}
