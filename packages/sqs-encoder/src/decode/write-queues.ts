import type { LineSink, TreeSink } from '@ekv/dump-tree';
import { encodeSegment, SEGMENT_MAX } from '@ekv/dump-tree';
import { type DamageKind, type FindingKind, RowError, type SortedRows } from '@ekv/snapshot';
import { MESSAGES_FILE, ORPHAN_SUFFIX, QUEUE_FILE, SIDE_RECORDS_FILE, SQS_FOLDER } from '../files/paths.ts';
import { nameOfSegment } from '../layout/segments.ts';
import { LONG_LINE, STORED_ATTRIBUTES_MD5, STORED_BODY_MD5 } from '../sense/stored-kinds.ts';
import type { DecodeContext } from './decode-context.ts';
import { DroppedMessages } from './dropped-messages.ts';
import { Generations } from './generations.ts';
import {
  HAS_DEDUPLICATION_ID,
  HAS_LONG_LINE,
  HAS_WRONG_ATTRIBUTES_MD5,
  HAS_WRONG_BODY_MD5,
  MESSAGE_ORDER,
  MESSAGE_PAYLOAD,
  WAS_RECEIVED,
} from './message-rows.ts';
import { IS_CONTENT_DEDUPLICATED, IS_FIFO, QUEUE_PAYLOAD } from './queue-rows.ts';
import { KIND, KIND_BYTES } from './queue-sort.ts';

/** What a flag of a message tells. */
const FLAGGED: ReadonlyArray<readonly [flag: number, kind: FindingKind]> = [
  [HAS_WRONG_BODY_MD5, STORED_BODY_MD5],
  [HAS_WRONG_ATTRIBUTES_MD5, STORED_ATTRIBUTES_MD5],
  [HAS_LONG_LINE, LONG_LINE],
];
const ANY_FLAG = HAS_WRONG_BODY_MD5 | HAS_WRONG_ATTRIBUTES_MD5 | HAS_LONG_LINE;

/** Writes what the sort has gathered, queue by queue; docs/format/06-sqs.md, section 4.4. */
export function writeQueues(context: DecodeContext): void {
  const rows = context.sorter.sorted();
  const writer = new QueueWriter(context);
  try {
    while (rows.next()) writer.take(rows);
    writer.finish();
  } finally {
    rows.close();
  }
}

const SIDE_RECORDS: DamageKind = {
  name: 'side_records',
  says: 'side records of queues that do not exist would go to the folder of another queue',
  advice: 'they were left out',
};

/** Takes the rows of one queue after the other. */
class QueueWriter {
  readonly #context: DecodeContext;
  readonly #sink: TreeSink;
  readonly #dropped: DroppedMessages;
  readonly #tombstones = new Generations();
  /** Segment and zero byte of the queue at hand. */
  #head: Buffer = Buffer.alloc(0);
  /** The queue whose folder would be the one of this queue's orphans: place and key of its row. */
  #claim: { offset: number; key: Buffer } | undefined;
  /** `undefined` without a config row. */
  #folder: string | undefined;
  #flags = 0;
  /** 0 = all generations count. */
  #generation = 0n;
  #sequence = 0n;
  #highestSequence = 0n;
  #deduplicationRows = 0;
  #deduplicatedMessages = 0;
  #messages = 0;
  #deletedMessages = 0;
  #staleMessages = 0;
  #sideRecords = 0;
  #lines: LineSink | undefined;
  #sideLines: LineSink | undefined;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#sink = context.sink;
    this.#dropped = new DroppedMessages(context.warn, context.source.damage);
  }

  take(rows: SortedRows): void {
    const { bytes, keyStart, keyEnd } = rows;
    const length = this.#head.length;
    const isSame =
      length > 0 && keyEnd - keyStart > length && this.#head.compare(bytes, keyStart, keyStart + length) === 0;
    if (!isSame) this.#begin(bytes, keyStart);
    this.#takeKind(rows, bytes[keyStart + this.#head.length]!, keyStart + this.#head.length - 1 + KIND_BYTES);
  }

  finish(): void {
    this.#end();
    this.#dropped.finish();
  }

  #begin(bytes: Buffer, keyStart: number): void {
    this.#end();
    this.#head = Buffer.from(bytes.subarray(keyStart, bytes.indexOf(0, keyStart) + 1));
    this.#claim = this.#folder = this.#lines = this.#sideLines = undefined;
    this.#generation = this.#sequence = this.#highestSequence = 0n;
    this.#deduplicationRows = this.#deduplicatedMessages = 0;
    this.#flags = this.#messages = this.#deletedMessages = this.#staleMessages = this.#sideRecords = 0;
    this.#tombstones.clear();
  }

  #takeKind(rows: SortedRows, kind: number, order: number): void {
    const { bytes, payloadStart, payloadEnd } = rows;
    switch (kind) {
      case KIND.claim:
        this.#claim = {
          offset: bytes.readDoubleBE(payloadStart),
          key: Buffer.from(bytes.subarray(payloadStart + 8, payloadEnd)),
        };
        return;
      case KIND.queue:
        return this.#takeQueue(bytes, payloadStart, payloadEnd);
      case KIND.generation:
        this.#generation = bytes.readBigUInt64BE(payloadStart);
        return;
      case KIND.sequence:
        this.#sequence = bytes.readBigUInt64BE(payloadStart);
        return;
      case KIND.tombstone:
        return this.#tombstones.add(bytes.readBigUInt64BE(order));
      case KIND.deduplication:
        if (this.#counts(bytes, payloadStart)) this.#deduplicationRows += bytes.readDoubleBE(payloadStart + 8);
        return;
      case KIND.lock:
        if (this.#counts(bytes, payloadStart)) this.#context.losses.groupLocks += bytes.readDoubleBE(payloadStart + 8);
        return;
      case KIND.message:
        return this.#takeMessage(rows, order);
      default:
        return this.#takeSideRecord(bytes.subarray(payloadStart, payloadEnd));
    }
  }

  #takeQueue(bytes: Buffer, start: number, end: number): void {
    this.#flags = bytes[start + QUEUE_PAYLOAD.flags]!;
    const folderStart = start + QUEUE_PAYLOAD.folder;
    const folderEnd = folderStart + bytes.readUInt16BE(start + QUEUE_PAYLOAD.folderLength);
    this.#folder = `${SQS_FOLDER}/${bytes.toString('latin1', folderStart, folderEnd)}`;
    this.#sink.file(`${this.#folder}/${QUEUE_FILE}`, bytes.subarray(folderEnd, end));
  }

  /** Whether rows of a generation are of the queue that is written. @param payload begins with the generation. */
  #counts(bytes: Buffer, payload: number): boolean {
    if (this.#folder === undefined) return false;
    return this.#generation === 0n || bytes.readBigUInt64BE(payload) === this.#generation;
  }

  #takeMessage(rows: SortedRows, order: number): void {
    const { bytes, payloadStart: payload, payloadEnd: end } = rows;
    const generation = bytes.readBigUInt64BE(payload + MESSAGE_PAYLOAD.generation);
    if (this.#folder === undefined) {
      this.#messages++;
      if (this.#tombstones.has(generation)) this.#deletedMessages++;
      return;
    }
    if (this.#generation !== 0n && generation !== this.#generation) {
      this.#staleMessages++;
      return;
    }
    this.#messages++;
    this.#count(rows, order);
    const sequence = bytes.readBigUInt64BE(order + MESSAGE_ORDER.sequence);
    if (sequence > this.#highestSequence) this.#highestSequence = sequence;
    this.#lines ??= this.#sink.lines(`${this.#folder}/${MESSAGES_FILE}`);
    this.#lines.write(bytes.subarray(payload + MESSAGE_PAYLOAD.line, end));
  }

  #count({ bytes, keyEnd, payloadStart }: SortedRows, order: number): void {
    const flags = bytes[payloadStart + MESSAGE_PAYLOAD.flags]!;
    if (flags & WAS_RECEIVED) this.#context.losses.inFlight++;
    if (this.#flags & IS_FIFO && (flags & HAS_DEDUPLICATION_ID || this.#flags & IS_CONTENT_DEDUPLICATED))
      this.#deduplicatedMessages++;
    if ((flags & ANY_FLAG) === 0) return;
    const example = () => {
      const id = bytes.toString('utf8', order + MESSAGE_ORDER.id, keyEnd);
      return `message ${JSON.stringify(id)} of queue ${JSON.stringify(this.#name())}`;
    };
    for (const [flag, kind] of FLAGGED) if (flags & flag) this.#context.findings.add(kind, example);
  }

  #takeSideRecord(line: Buffer): void {
    this.#sideRecords++;
    const folder = this.#folder ?? this.#orphanFolder();
    if (folder === undefined) return;
    this.#sideLines ??= this.#sink.lines(`${folder}/${SIDE_RECORDS_FILE}`);
    this.#sideLines.write(line);
  }

  /** `undefined` when it is taken, in a snapshot that is salvaged. */
  #orphanFolder(): string | undefined {
    const segment = this.#segment();
    const isName = segment.length <= SEGMENT_MAX && /^[A-Za-z0-9_-]+$/.test(segment.toString('latin1'));
    const folder = `${SQS_FOLDER}/${isName ? segment.toString('latin1') : encodeSegment(segment)}${ORPHAN_SUFFIX}`;
    if (this.#claim === undefined) return folder;
    const rule = `its folder ${folder} is also the one of side records of a queue that does not exist`;
    const error = new RowError(rule, this.#claim);
    const { damage } = this.#context.source;
    if (damage === undefined) throw error;
    damage.add(SIDE_RECORDS, () => error.message);
    return undefined;
  }

  #segment(): Buffer {
    return this.#head.subarray(0, -1);
  }

  #name(): string {
    return nameOfSegment(this.#head, 0, this.#head.length - 1)!.toString();
  }

  #end(): void {
    if (this.#head.length === 0) return;
    this.#lines?.close();
    this.#sideLines?.close();
    if (this.#folder === undefined) {
      this.#dropped.orphans(this.#segment(), this.#messages, this.#deletedMessages, this.#sideRecords);
      return;
    }
    const { losses } = this.#context;
    if (this.#generation > 1n) losses.laterGenerations++;
    if (this.#flags & IS_FIFO && this.#sequence > this.#highestSequence) losses.laterSequences++;
    // Of a queue that has fewer rows than that none is missing.
    if (this.#deduplicationRows > this.#deduplicatedMessages) {
      losses.deduplicationRows += this.#deduplicationRows;
      losses.deduplicatedMessages += this.#deduplicatedMessages;
    }
    this.#dropped.stale(this.#name(), this.#generation, this.#staleMessages);
  }
}
