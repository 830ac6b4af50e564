import { readSortable, writeSortable, writeU64 } from '@ekv/adapter';
import { JsonBytes } from '@ekv/dump-tree';
import { ExternalSorter, MAIN_SORT_BYTES, type ScratchFolder, type SnapshotRow, type SortedRows } from '@ekv/snapshot';
import { writeDeduplicationValue } from '../layout/deduplication-value.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import { Text } from '../layout/text.ts';
import { ReusedCopy } from './reused-copy.ts';

/** Payload in the sort: u8 1 in a partitioned queue, send time, sequence number, message id; or u8 2, then a value as a node had it. */
const SEND_TIME = 1;
const SEQUENCE = 9;
const ID = 17;
const STORED = 2;

/**
 * Deduplication rows of many queues: one for each key, owned by the message that was sent last. The messages meet in an
 * external sort. docs/format/06-sqs.md, section 5.3.
 */
export class DeduplicationRows {
  readonly #sorter: ExternalSorter;
  readonly #json = new JsonBytes();
  readonly #ownerId = new Text();

  /** @param arenaBytes bytes of rows in memory. Default: as for all queues of a tree. */
  constructor(scratch: ScratchFolder, arenaBytes: number = MAIN_SORT_BYTES) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  /** @param key of the row. @param isPartitioned whether the queue is; then order does not come from the file. */
  add(key: Buffer, message: MessageFields, isPartitioned: boolean): void {
    const { id } = message;
    const place = this.#sorter.reserve(key.length, ID + id.length);
    if (place !== undefined) return fill(place.bytes, place.at, key, message, isPartitioned);
    const row = Buffer.allocUnsafeSlow(key.length + ID + id.length);
    fill(row, 0, key, message, isPartitioned);
    this.#sorter.add(row.subarray(0, key.length), row.subarray(key.length));
  }

  /** A row as a node had it, which no message takes the place of. */
  addStored(key: Buffer, value: Buffer): void {
    this.#sorter.add(key, Buffer.of(STORED), value);
  }

  /** To be called once. */
  *records(): Generator<SnapshotRow> {
    if (this.#sorter.count === 0) return;
    const rows = this.#sorter.sorted();
    const key = new ReusedCopy();
    const owner = new ReusedCopy();
    try {
      for (let isFirst = true; rows.next(); isFirst = false) {
        if (rows.isRepeated()) {
          if (isLater(rows, owner.bytes)) owner.copy(rows.bytes, rows.payloadStart, rows.payloadEnd);
          continue;
        }
        if (!isFirst) yield { key: key.bytes, value: this.#value(owner.bytes) };
        key.copy(rows.bytes, rows.keyStart, rows.keyEnd);
        owner.copy(rows.bytes, rows.payloadStart, rows.payloadEnd);
      }
      yield { key: key.bytes, value: this.#value(owner.bytes) };
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch, also of rows that nobody asked for; may be called twice. */
  close(): void {
    this.#sorter.close();
  }

  #value(owner: Buffer): Buffer {
    if (owner[0] === STORED) return owner.subarray(1);
    const id = this.#ownerId;
    id.bytes = owner;
    id.start = ID;
    id.end = owner.length;
    const sequence = owner.readBigUInt64BE(SEQUENCE);
    writeDeduplicationValue(this.#json, id, readSortable(owner, SEND_TIME), sequence);
    return this.#json.view();
  }
}

function fill(bytes: Buffer, at: number, key: Buffer, message: MessageFields, isPartitioned: boolean): void {
  const payload = at + key.copy(bytes, at);
  bytes[payload] = isPartitioned ? 1 : 0;
  writeSortable(bytes, payload + SEND_TIME, message.sendTimestampMillis);
  writeU64(bytes, payload + SEQUENCE, message.sequenceNumber);
  message.id.bytes.copy(bytes, payload + ID, message.id.start, message.id.end);
}

/** On equal times the first one stays: by order of the file, in a partitioned queue by sequence number and id. */
function isLater({ bytes, payloadStart, payloadEnd }: SortedRows, owner: Buffer): boolean {
  if (owner[0] === STORED || bytes[payloadStart] === STORED) return owner[0] !== STORED;
  const byTime = owner.compare(bytes, payloadStart + SEND_TIME, payloadStart + SEQUENCE, SEND_TIME, SEQUENCE);
  if (byTime !== 0 || owner[0] === 0) return byTime < 0;
  return owner.compare(bytes, payloadStart + SEQUENCE, payloadEnd, SEQUENCE) > 0;
}
