import type { StateReading } from '@ekv/adapter';
import {
  DataError,
  ExternalSorter,
  type FindingKind,
  SIDE_SORT_BYTES,
  type SnapshotRow,
  type SortedRows,
} from '@ekv/snapshot';
import { writeCounterValue } from '../layout/counter-value.ts';
import { DEDUPLICATION_ROWS, GENERATION_ROWS, GROUP_LOCK_ROWS } from '../layout/families.ts';
import { ENCODED_GENERATION } from '../layout/generation.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import { queueKey, sideKey } from '../layout/row-keys.ts';
import type { DeduplicationRows } from '../records/deduplication-rows.ts';
import type { MessageOrigin } from '../records/queue-rows.ts';
import { movedBy } from '../state/moved-times.ts';
import type { QueueState } from '../state/queue-state.ts';
import { STATE_FILES, type StateFile } from '../state/state-files.ts';
import type { LineForm, SideStateLine } from '../state/state-line-forms.ts';
import type { EncodeContext } from './encode-context.ts';
import { OF_MESSAGE, STATE_KIND, StateForms, sortedState } from './state-sort.ts';

const UNMATCHED: FindingKind = {
  event: 'whole_state_unmatched',
  says: 'lines of the whole state stand for queues or messages that the tree does not have',
  advice: 'they were left out, as those of what somebody removed',
};

const NEW: FindingKind = {
  event: 'whole_state_new',
  says: 'queues or messages of the tree have no line in the whole state',
  advice:
    'they are encoded as new ones, queues without tags, counters and times, messages as never received; put the lines back unless somebody added these',
};

/** Key of what is found: u32 number of the queue, u48 number of the message + 1, 0 for the queue itself. */
const FOUND_KEY = 10;

/**
 * The whole state of the queues of a tree: what its lines say of each queue and message, in the order in which an encode comes to them.
 * Bounded memory: lines, queues and messages meet in sorts. docs/format/12-whole-state.md, section 4.2.
 */
export class StateIndex {
  readonly #context: EncodeContext;
  readonly #edited: StateReading['edited'];
  readonly #forms = new StateForms();
  readonly #found: ExternalSorter;
  #rows: SortedRows | undefined;
  #hasRow = false;
  readonly #wanted = Buffer.alloc(FOUND_KEY);
  #queues = 0;
  #messages = 0;

  constructor(context: EncodeContext, { edited }: StateReading) {
    this.#context = context;
    this.#edited = (path) => edited(path);
    this.#found = new ExternalSorter({ scratch: context.scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  /**
   * Reads all lines. To be called once, before anything else. Gives the rows that stand for themselves; those of deduplication go to
   * where those of messages that were put into the tree by hand go. Throws DataError for a line that breaks a rule.
   */
  *read(deduplication: DeduplicationRows): Generator<SnapshotRow> {
    const rows = sortedState(this.#context, this.#forms);
    try {
      let queue: MetQueue | undefined;
      while (rows.next()) {
        const headEnd = rows.bytes.indexOf(0, rows.keyStart) + 1;
        if (queue === undefined || !queue.owns(rows, headEnd)) {
          this.#endQueue(queue);
          queue = new MetQueue(rows, headEnd);
        }
        const row = this.#take(rows, headEnd, queue, deduplication);
        if (row !== undefined) yield row;
      }
      this.#endQueue(queue);
    } finally {
      rows.close();
    }
    this.#rows = this.#found.sorted();
    this.#hasRow = this.#rows.next();
  }

  #take(rows: SortedRows, headEnd: number, queue: MetQueue, deduplication: DeduplicationRows): SnapshotRow | undefined {
    const { bytes, payloadStart, payloadEnd } = rows;
    const line = bytes.subarray(payloadStart, payloadEnd);
    switch (bytes[headEnd]) {
      case STATE_KIND.queue:
        queue.number = bytes.readUInt32BE(payloadStart);
        return undefined;
      case STATE_KIND.queues:
        if (queue.number === undefined) return this.#leaveOut('queues', line);
        queue.generation = this.#parse('queues', line).state.generation;
        this.#found.add(foundKey(queue.number, 0), line);
        return undefined;
      case STATE_KIND.counters:
        return queue.number === undefined ? this.#counter(line) : this.#leaveOut('counters', line);
      case STATE_KIND.deduplication: {
        if (queue.number === undefined) return this.#leaveOut('deduplication', line);
        const { key, value } = this.#sideRow('deduplication', DEDUPLICATION_ROWS, line, queue);
        deduplication.addStored(key, value);
        return undefined;
      }
      default:
        return this.#takeOfMessage(rows, headEnd, queue, line);
    }
  }

  #takeOfMessage(rows: SortedRows, headEnd: number, queue: MetQueue, line: Buffer): SnapshotRow | undefined {
    const { bytes, keyEnd, payloadStart } = rows;
    const kind = bytes[keyEnd - 1];
    const place = bytes.subarray(headEnd + 1, keyEnd - 1);
    if (kind === OF_MESSAGE.message) {
      this.#endMessage(queue);
      queue.message = { place: Buffer.from(place), number: bytes.readDoubleBE(payloadStart), isReceived: false };
      return undefined;
    }
    const { number, message } = queue;
    const isThere = number !== undefined && message?.place.equals(place);
    if (kind === OF_MESSAGE.locks)
      return isThere ? this.#sideRow('locks', GROUP_LOCK_ROWS, line, queue) : this.#leaveOut('locks', line);
    if (!isThere) return this.#leaveOut('receives', line);
    message!.isReceived = true;
    this.#found.add(foundKey(number, message!.number + 1), line);
    return undefined;
  }

  /** A message without a line was put into the tree by hand: a decode has more lines then. */
  #endMessage(queue: MetQueue): void {
    const { message } = queue;
    if (message === undefined || message.isReceived) return;
    this.#isNew(STATE_FILES.receives, queue);
    this.#edited(STATE_FILES.receives);
    this.#edited(STATE_FILES.deduplication);
    this.#edited(STATE_FILES.queues);
  }

  #endQueue(queue: MetQueue | undefined): void {
    if (queue === undefined) return;
    this.#endMessage(queue);
    if (queue.number === undefined || queue.generation !== undefined) return;
    this.#edited(STATE_FILES.queues);
    this.#isNew(STATE_FILES.queues, queue);
  }

  #isNew(path: string, { name }: MetQueue): void {
    this.#context.findings.add(NEW, () => `${path}, queue ${JSON.stringify(name)}`);
  }

  #counter(line: Buffer): SnapshotRow {
    const { queue, generation } = this.#parse('counters', line);
    return { key: queueKey(GENERATION_ROWS, queue), value: writeCounterValue(generation!) };
  }

  #sideRow(
    file: 'deduplication' | 'locks',
    family: string,
    line: Buffer,
    queue: MetQueue,
  ): { key: Buffer; value: Buffer } {
    const form: SideStateLine = this.#parse(file, line);
    const { json } = this.#context;
    json.reset();
    json.text('{');
    form.value.write(json, 'written');
    json.text('}');
    const generation = queue.generation ?? ENCODED_GENERATION;
    return { key: sideKey(family, form.queue, form.partition, generation, form.tail()), value: json.view() };
  }

  #leaveOut(file: StateFile, line: Buffer): undefined {
    const { queue } = this.#parse(file, line) as LineForm;
    this.#edited(STATE_FILES[file]);
    const example = () => `${STATE_FILES[file]}, queue ${JSON.stringify(queue.toString())}`;
    this.#context.findings.add(UNMATCHED, example);
  }

  #parse<File extends StateFile>(file: File, line: Buffer): StateForms[File] {
    const form = this.#forms.parse(file, line);
    (form as LineForm).move(movedBy(this.#context.shiftMs, (rule) => new DataError(rule)));
    return form;
  }

  /** What the lines say of the next queue of the tree. */
  nextQueue(): QueueState | undefined {
    this.#messages = 0;
    const line = this.#lineOf(this.#queues++, 0);
    return line === undefined ? undefined : this.#parse('queues', line).state;
  }

  /** Gives the next message of the queue what receives have changed in it. @returns whether there is a line of it. */
  receive(message: MessageFields): MessageOrigin {
    const line = this.#lineOf(this.#queues - 1, ++this.#messages);
    const received = line === undefined ? undefined : this.#parse('receives', line);
    message.visibleAtMillis = received === undefined ? message.availableAtMillis : received.visibleAtMillis;
    message.receiveCount = received?.receiveCount ?? 0n;
    message.firstReceiveMillis = received?.firstReceiveMillis ?? 0n;
    message.receiptToken.set(received?.receiptToken ?? NO_TOKEN);
    return received === undefined ? 'new' : 'kept';
  }

  /** Those asked for ascend. Valid until the next one is asked for. */
  #lineOf(queue: number, message: number): Buffer | undefined {
    const rows = this.#rows!;
    const wanted = writeFoundKey(this.#wanted, queue, message);
    while (this.#hasRow) {
      const order = wanted.compare(rows.bytes, rows.keyStart, rows.keyEnd);
      if (order < 0) return undefined;
      if (order === 0) return rows.bytes.subarray(rows.payloadStart, rows.payloadEnd);
      this.#hasRow = rows.next();
    }
    return undefined;
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#rows?.close();
    this.#found.close();
  }
}

const NO_TOKEN = Buffer.alloc(0);

/** The queue at hand in the sort. */
class MetQueue {
  readonly #head: Buffer;
  /** In the tree; `undefined` when it is not there. */
  number: number | undefined;
  /** As its line says. */
  generation: bigint | undefined;
  message: { readonly place: Buffer; readonly number: number; isReceived: boolean } | undefined;

  constructor({ bytes, keyStart }: SortedRows, headEnd: number) {
    this.#head = Buffer.from(bytes.subarray(keyStart, headEnd));
  }

  /** For people. */
  get name(): string {
    return Buffer.from(this.#head.toString('latin1', 0, this.#head.length - 1), 'base64url').toString();
  }

  owns({ bytes, keyStart }: SortedRows, headEnd: number): boolean {
    return this.#head.length === headEnd - keyStart && this.#head.compare(bytes, keyStart, headEnd) === 0;
  }
}

function foundKey(queue: number, message: number): Buffer {
  return writeFoundKey(Buffer.alloc(FOUND_KEY), queue, message);
}

function writeFoundKey(into: Buffer, queue: number, message: number): Buffer {
  into.writeUInt32BE(queue);
  into.writeUIntBE(message, 4, 6);
  return into;
}
