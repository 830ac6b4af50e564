import { decodedBase64Url, readU64 } from '@ekv/adapter';
import { type LineSink, repairedUtf8 } from '@ekv/dump-tree';
import { type FindingKind, RowError } from '@ekv/snapshot';
import { MESSAGES_FILE, orphanFolder, QUEUE_FILE, SIDE_RECORDS_FILE, SQS_FOLDER } from '../files/paths.ts';
import { LONG_LINE, STORED_ATTRIBUTES_MD5, STORED_BODY_MD5 } from '../sense/stored-kinds.ts';
import { idTail } from '../state/state-files.ts';
import { SIDE_RECORDS } from './damaged-rows.ts';
import type { DecodeContext } from './decode-context.ts';
import { LeftOutMessages } from './left-out-messages.ts';
import {
  HAS_DEDUPLICATION_ID,
  HAS_LONG_LINE,
  HAS_WRONG_ATTRIBUTES_MD5,
  HAS_WRONG_BODY_MD5,
  LINE_PAYLOAD,
  WAS_RECEIVED,
} from './message-lines.ts';
import { MESSAGE_ORDER } from './messages.ts';
import { QueueLines } from './queue-lines.ts';
import { QueueWalk, type WalkedQueue } from './queue-walk.ts';
import { queueJsonIn, queueStateIn } from './queues.ts';
import { receiveIn } from './received-lines.ts';
import { sideLineIn } from './side-state.ts';

/** What flags of a message say. */
const FLAGGED: ReadonlyArray<readonly [flag: number, kind: FindingKind]> = [
  [HAS_WRONG_BODY_MD5, STORED_BODY_MD5],
  [HAS_WRONG_ATTRIBUTES_MD5, STORED_ATTRIBUTES_MD5],
  [HAS_LONG_LINE, LONG_LINE],
];
const ANY_FLAG = HAS_WRONG_BODY_MD5 | HAS_WRONG_ATTRIBUTES_MD5 | HAS_LONG_LINE;

/** Writes what the sort has gathered, queue by queue; docs/format/06-sqs.md, section 4.4. */
export function writeQueues(context: DecodeContext): void {
  const walk = new QueueWalk(context.queueSort.sorted(), context.expired);
  const leftOut = new LeftOutMessages(context.warn, context.source.damage);
  let writer: QueueWriter | undefined;
  try {
    while (walk.next()) {
      writer ??= new QueueWriter(context, leftOut, walk.queue);
      writer.take(walk);
      if (walk.event === 'end of queue') writer = undefined;
    }
  } finally {
    walk.close();
  }
  leftOut.finish();
}

/** Writes the files of one queue. */
class QueueWriter {
  readonly #context: DecodeContext;
  readonly #leftOut: LeftOutMessages;
  readonly #queue: WalkedQueue;
  /** The queue into whose folder side records of this one would go: position and key of its row. */
  #claim: { offset: number; key: Buffer } | undefined;
  /** `undefined` without a config row. */
  #folder: string | undefined;
  #highestSequence = 0n;
  #deduplicatedMessages = 0;
  #sideRecords = 0;
  /** `undefined` when the whole state is left out. */
  #state: QueueLines | undefined;
  #stateMembers = '';
  #configGeneration = 0n;
  #lines: LineSink | undefined;
  #sideLines: LineSink | undefined;

  constructor(context: DecodeContext, leftOut: LeftOutMessages, queue: WalkedQueue) {
    this.#context = context;
    this.#leftOut = leftOut;
    this.#queue = queue;
  }

  take(walk: QueueWalk): void {
    switch (walk.event) {
      case 'message':
        return this.#takeMessage(walk);
      case 'claim':
        return this.#takeClaim(walk);
      case 'queue':
        return this.#takeQueue(walk);
      case 'state':
        return this.#takeState(walk);
      case 'side state':
        return this.#takeSideState(walk);
      case 'side record':
        return this.#takeSideRecord(walk.bytes.subarray(walk.start, walk.end));
      case 'end of queue':
        return this.#end();
    }
  }

  #end(): void {
    this.#lines?.close();
    this.#sideLines?.close();
    this.#writeState();
    const { part, messages, deletedMessages, staleMessages, generation, sequence, deduplicationRows } = this.#queue;
    if (this.#folder === undefined) return this.#leftOut.orphans(part, messages, deletedMessages, this.#sideRecords);
    const { notCarried } = this.#context;
    if (generation > 1n) notCarried.laterGenerations++;
    if (this.#queue.isFifo && sequence > this.#highestSequence) notCarried.laterSequences++;
    notCarried.groupLocks += this.#queue.groupLocks;
    // Encode makes a row of each of these messages again.
    if (deduplicationRows > this.#deduplicatedMessages) {
      notCarried.deduplicationRows += deduplicationRows;
      notCarried.deduplicatedMessages += this.#deduplicatedMessages;
    }
    this.#leftOut.stale(this.#name(), generation, staleMessages);
  }

  #takeClaim({ bytes, start, end }: QueueWalk): void {
    this.#claim = { offset: bytes.readDoubleBE(start), key: Buffer.from(bytes.subarray(start + 8, end)) };
  }

  #takeQueue({ bytes, start, end }: QueueWalk): void {
    const { folder, json } = queueJsonIn(bytes, start, end);
    this.#folder = `${SQS_FOLDER}/${folder}`;
    this.#context.sink.file(`${this.#folder}/${QUEUE_FILE}`, json);
  }

  #takeMessage(walk: QueueWalk): void {
    const { bytes, start, end, order } = walk;
    this.#count(walk);
    const sequence = readU64(bytes, order + MESSAGE_ORDER.sequence);
    if (sequence > this.#highestSequence) this.#highestSequence = sequence;
    this.#lines ??= this.#context.sink.lines(`${this.#folder}/${MESSAGES_FILE}`);
    if (this.#state !== undefined) return this.#takeReceived(walk, this.#state);
    this.#lines.write(bytes.subarray(start + LINE_PAYLOAD.line, end));
  }

  #takeReceived({ bytes, start, end, order, orderEnd }: QueueWalk, state: QueueLines): void {
    const { lineEnd, partition, members } = receiveIn(bytes, end);
    this.#lines!.write(bytes.subarray(start + LINE_PAYLOAD.line, lineEnd));
    const id = idTail({ bytes, start: order + MESSAGE_ORDER.id, end: orderEnd });
    state.add('receives', members, partition, id);
  }

  #takeState({ bytes, start, end }: QueueWalk): void {
    const { generation, name, members } = queueStateIn(bytes, start, end);
    this.#state = new QueueLines(this.#context.state!, name);
    this.#stateMembers = members;
    this.#configGeneration = generation;
  }

  #takeSideState({ bytes, start, end }: QueueWalk): void {
    const { file, partition, tail, members } = sideLineIn(bytes, start, end);
    this.#state?.add(file, members, partition, tail);
  }

  /** The line of the queue as a whole, at its end: its counters stand in other rows. */
  #writeState(): void {
    const { part, exists, hasGeneration, generation, hasSequence, sequence } = this.#queue;
    const active = generation || this.#configGeneration || 1n;
    const more = hasSequence ? `,"sequence":${sequence}` : '';
    this.#state?.add('queues', Buffer.from(`"generation":${active}${this.#stateMembers}${more}`, 'latin1'));
    if (this.#context.state === undefined || exists || !hasGeneration) return;
    const name = repairedUtf8(decodedBase64Url(part)!);
    new QueueLines(this.#context.state, name).add('counters', Buffer.from(`"generation":${generation}`));
  }

  #count({ bytes, start, order, orderEnd }: QueueWalk): void {
    const flags = bytes[start + LINE_PAYLOAD.flags]!;
    const { isFifo, isContentDeduplicated } = this.#queue;
    if (flags & WAS_RECEIVED) this.#context.notCarried.inFlight++;
    if (isFifo && (flags & HAS_DEDUPLICATION_ID || isContentDeduplicated)) this.#deduplicatedMessages++;
    if ((flags & ANY_FLAG) === 0) return;
    const example = () => {
      const id = bytes.toString('utf8', order + MESSAGE_ORDER.id, orderEnd);
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
    const folder = `${SQS_FOLDER}/${orphanFolder(this.#queue.part)}`;
    if (this.#claim === undefined) return folder;
    const rule = `its folder ${folder} is also the one of side records of a queue that does not exist`;
    const error = new RowError(rule, this.#claim);
    const { problems, source } = this.#context;
    if (source.damage !== undefined) source.damage.add(SIDE_RECORDS, () => error.message);
    else if (this.#sideRecords === 1) problems.add(error);
    return undefined;
  }

  #name(): string {
    return decodedBase64Url(this.#queue.part)!.toString();
  }
}
