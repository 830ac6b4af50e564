import { decodedBase64Url } from '@ekv/adapter';
import type { LineSink } from '@ekv/dump-tree';
import { type FindingKind, RowError, type SortedRows } from '@ekv/snapshot';
import { MESSAGES_FILE, orphanFolder, QUEUE_FILE, SIDE_RECORDS_FILE, SQS_FOLDER } from '../files/paths.ts';
import { LONG_LINE, STORED_ATTRIBUTES_MD5, STORED_BODY_MD5 } from '../sense/stored-kinds.ts';
import { COUNTED_PAYLOAD } from './counted-rows.ts';
import { SIDE_RECORDS } from './damaged-rows.ts';
import type { DecodeContext } from './decode-context.ts';
import { GenerationRuns } from './generation-runs.ts';
import { LeftOutMessages } from './left-out-messages.ts';
import {
  HAS_DEDUPLICATION_ID,
  HAS_LONG_LINE,
  HAS_WRONG_ATTRIBUTES_MD5,
  HAS_WRONG_BODY_MD5,
  MESSAGE_ORDER,
  MESSAGE_PAYLOAD,
  WAS_RECEIVED,
} from './messages.ts';
import { KIND } from './queue-sort.ts';
import { IS_CONTENT_DEDUPLICATED, IS_FIFO, QUEUE_PAYLOAD } from './queues.ts';

/** What flags of a message say. */
const FLAGGED: ReadonlyArray<readonly [flag: number, kind: FindingKind]> = [
  [HAS_WRONG_BODY_MD5, STORED_BODY_MD5],
  [HAS_WRONG_ATTRIBUTES_MD5, STORED_ATTRIBUTES_MD5],
  [HAS_LONG_LINE, LONG_LINE],
];
const ANY_FLAG = HAS_WRONG_BODY_MD5 | HAS_WRONG_ATTRIBUTES_MD5 | HAS_LONG_LINE;

/** Writes what the sort has gathered, queue by queue; docs/format/06-sqs.md, section 4.4. */
export function writeQueues(context: DecodeContext): void {
  const rows = context.queueSort.sorted();
  const leftOut = new LeftOutMessages(context.warn, context.source.damage);
  let queue: QueueWriter | undefined;
  try {
    while (rows.next()) {
      if (queue?.owns(rows) !== true) {
        queue?.end();
        queue = new QueueWriter(context, leftOut, rows);
      }
      queue.take(rows);
    }
    queue?.end();
  } finally {
    rows.close();
  }
  leftOut.finish();
}

/** Takes the rows of one queue, in the order of their kinds. */
class QueueWriter {
  readonly #context: DecodeContext;
  readonly #leftOut: LeftOutMessages;
  readonly #tombstones = new GenerationRuns();
  /** Base64 part of the queue, and the zero byte. */
  readonly #head: Buffer;
  /** The queue into whose folder side records of this one would go: position and key of its row. */
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

  /** @param rows on the first row of the queue. */
  constructor(context: DecodeContext, leftOut: LeftOutMessages, { bytes, keyStart }: SortedRows) {
    this.#context = context;
    this.#leftOut = leftOut;
    this.#head = Buffer.from(bytes.subarray(keyStart, bytes.indexOf(0, keyStart) + 1));
  }

  owns({ bytes, keyStart, keyEnd }: SortedRows): boolean {
    const { length } = this.#head;
    return keyEnd - keyStart > length && this.#head.compare(bytes, keyStart, keyStart + length) === 0;
  }

  take(rows: SortedRows): void {
    const { bytes, keyStart, payloadStart, payloadEnd } = rows;
    const kindAt = keyStart + this.#head.length;
    switch (bytes[kindAt]) {
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
        return this.#tombstones.add(bytes.readBigUInt64BE(kindAt + 1));
      case KIND.deduplication:
        this.#deduplicationRows += this.#counted(bytes, payloadStart);
        return;
      case KIND.lock:
        this.#context.notCarried.groupLocks += this.#counted(bytes, payloadStart);
        return;
      case KIND.message:
        return this.#takeMessage(rows, kindAt + 1);
      default:
        return this.#takeSideRecord(bytes.subarray(payloadStart, payloadEnd));
    }
  }

  /** To be called after the last row. */
  end(): void {
    this.#lines?.close();
    this.#sideLines?.close();
    if (this.#folder === undefined)
      return this.#leftOut.orphans(this.#part(), this.#messages, this.#deletedMessages, this.#sideRecords);
    const { notCarried } = this.#context;
    if (this.#generation > 1n) notCarried.laterGenerations++;
    if (this.#flags & IS_FIFO && this.#sequence > this.#highestSequence) notCarried.laterSequences++;
    // Encode makes a row of each of these messages again.
    if (this.#deduplicationRows > this.#deduplicatedMessages) {
      notCarried.deduplicationRows += this.#deduplicationRows;
      notCarried.deduplicatedMessages += this.#deduplicatedMessages;
    }
    this.#leftOut.stale(this.#name(), this.#generation, this.#staleMessages);
  }

  #takeQueue(bytes: Buffer, start: number, end: number): void {
    this.#flags = bytes[start + QUEUE_PAYLOAD.flags]!;
    const folderStart = start + QUEUE_PAYLOAD.folder;
    const folderEnd = folderStart + bytes.readUInt16BE(start + QUEUE_PAYLOAD.folderLength);
    this.#folder = `${SQS_FOLDER}/${bytes.toString('latin1', folderStart, folderEnd)}`;
    this.#context.sink.file(`${this.#folder}/${QUEUE_FILE}`, bytes.subarray(folderEnd, end));
  }

  /** How many rows a counted run has, if they are of the queue that is written. */
  #counted(bytes: Buffer, payload: number): number {
    const generation = bytes.readBigUInt64BE(payload + COUNTED_PAYLOAD.generation);
    const isOfQueue = this.#folder !== undefined && (this.#generation === 0n || generation === this.#generation);
    return isOfQueue ? bytes.readDoubleBE(payload + COUNTED_PAYLOAD.rows) : 0;
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
    this.#lines ??= this.#context.sink.lines(`${this.#folder}/${MESSAGES_FILE}`);
    this.#lines.write(bytes.subarray(payload + MESSAGE_PAYLOAD.line, end));
  }

  #count({ bytes, keyEnd, payloadStart }: SortedRows, order: number): void {
    const flags = bytes[payloadStart + MESSAGE_PAYLOAD.flags]!;
    if (flags & WAS_RECEIVED) this.#context.notCarried.inFlight++;
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
    this.#sideLines ??= this.#context.sink.lines(`${folder}/${SIDE_RECORDS_FILE}`);
    this.#sideLines.write(line);
  }

  /** `undefined` when it is the folder of a queue. */
  #orphanFolder(): string | undefined {
    const folder = `${SQS_FOLDER}/${orphanFolder(this.#part())}`;
    if (this.#claim === undefined) return folder;
    const rule = `its folder ${folder} is also the one of side records of a queue that does not exist`;
    const error = new RowError(rule, this.#claim);
    const { problems, source } = this.#context;
    if (source.damage !== undefined) source.damage.add(SIDE_RECORDS, () => error.message);
    else if (this.#sideRecords === 1) problems.add(error);
    return undefined;
  }

  #part(): Buffer {
    return this.#head.subarray(0, -1);
  }

  #name(): string {
    return decodedBase64Url(this.#part())!.toString();
  }
}
