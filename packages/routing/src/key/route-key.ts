import { barIn, beginsWith, prefixBytes, u32At } from './key-bytes.ts';
import { segmentEnd, unescapedSegment } from './segment.ts';

const NONE = Buffer.alloc(0);

/**
 * What a server compares with its ranges in place of a stored key: a fixed head, and then a part of the key or of other bytes.
 * Made once, filled for each key, so that nothing is allocated. docs/format/10-routing.md, section 2.
 */
export class RouteKey {
  head: Uint8Array = NONE;
  bytes: Uint8Array = NONE;
  start = 0;
  end = 0;

  /** Finds the route key of the stored key `bytes[start, end)`, which is no transaction row. Valid as long as `bytes` is. */
  look(bytes: Uint8Array, start: number, end: number): void {
    this.take(NONE, bytes, start, end);
    if (bytes[start] !== 0x21) return;
    switch (bytes[start + 1]) {
      case 0x6c:
        return lookAtList(this, bytes, start, end);
      case 0x72:
        return lookAtRedis(this, bytes, start, end);
      case 0x64:
        return lookAtTable(this, bytes, start, end);
      case 0x73:
        return lookAtQueueOrObject(this, bytes, start, end);
      case 0x66:
        return lookAtFileSystem(this, bytes, start, end);
    }
  }

  take(head: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
    this.head = head;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Below 0 when it sorts before a bound, above 0 when after, 0 when it is the same. Bytes count as unsigned. */
  compareTo(bound: Uint8Array): number {
    const { head, bytes, start, end } = this;
    const headBytes = head.length;
    const length = headBytes + end - start;
    const common = Math.min(length, bound.length);
    for (let i = 0; i < common; i++) {
      const difference = (i < headBytes ? head[i]! : bytes[start + i - headBytes]!) - bound[i]!;
      if (difference !== 0) return difference;
    }
    return length - bound.length;
  }

  /** A copy of its bytes. */
  toBuffer(): Buffer {
    return Buffer.concat([this.head, this.bytes.subarray(this.start, this.end)]);
  }
}

const LIST_DELTA = prefixBytes('!lst|meta|d|');
const LIST_CLAIM = prefixBytes('!lst|claim|');
const LIST_ITEM = prefixBytes('!lst|itm|');
const LIST_META = prefixBytes('!lst|meta|');
/** Behind the user key: of a change of the length, of a claim, of an item. */
const DELTA_BYTES = 12;
const CLAIM_BYTES = 8;
const POSITION_BYTES = 8;

function lookAtList(found: RouteKey, bytes: Uint8Array, start: number, end: number): void {
  if (beginsWith(bytes, start, end, LIST_DELTA))
    return lookAtLengthBefore(found, bytes, start + LIST_DELTA.length, end, DELTA_BYTES);
  if (beginsWith(bytes, start, end, LIST_CLAIM))
    return lookAtLengthBefore(found, bytes, start + LIST_CLAIM.length, end, CLAIM_BYTES);
  if (beginsWith(bytes, start, end, LIST_ITEM)) {
    const from = start + LIST_ITEM.length;
    if (end - from >= POSITION_BYTES) found.take(NONE, bytes, from, end - POSITION_BYTES);
    return;
  }
  if (beginsWith(bytes, start, end, LIST_META)) found.take(NONE, bytes, start + LIST_META.length, end);
}

/** A user key with its length before it, and `least` bytes or more after it, or none at all. */
function lookAtLengthBefore(found: RouteKey, bytes: Uint8Array, from: number, end: number, least: number): void {
  const rest = end - from;
  if (rest < 4) return;
  const length = u32At(bytes, from);
  if (rest < 4 + length + least && rest !== 4 + length) return;
  found.take(NONE, bytes, from + 4, from + 4 + length);
}

const REDIS = prefixBytes('!redis|');

function lookAtRedis(found: RouteKey, bytes: Uint8Array, start: number, end: number): void {
  if (!beginsWith(bytes, start, end, REDIS)) return;
  const word = start + REDIS.length;
  const bar = barIn(bytes, word, end);
  if (bar > word) found.take(NONE, bytes, bar + 1, end);
}

const TABLE_ROUTE = prefixBytes('!ddb|route|table|');
/** The name of the table is all that follows. */
const TABLE_ONLY = ['!ddb|meta|table|', '!ddb|meta|gen|'].map(prefixBytes);
/** The name of the table ends at a bar. */
const OF_TABLE = ['!ddb|item|', '!ddb|gsi|'].map(prefixBytes);

function lookAtTable(found: RouteKey, bytes: Uint8Array, start: number, end: number): void {
  for (const prefix of OF_TABLE) {
    if (!beginsWith(bytes, start, end, prefix)) continue;
    const name = start + prefix.length;
    const bar = barIn(bytes, name, end);
    if (bar > name) found.take(TABLE_ROUTE, bytes, name, bar);
    return;
  }
  for (const prefix of TABLE_ONLY) {
    if (!beginsWith(bytes, start, end, prefix)) continue;
    const name = start + prefix.length;
    if (end > name) found.take(TABLE_ROUTE, bytes, name, end);
    return;
  }
}

const QUEUES = prefixBytes('!sqs|');
const QUEUES_ROUTE = prefixBytes('!sqs|route|global');
const OBJECT_ROUTE = prefixBytes('!s3route|');
const OF_OBJECT = [
  '!s3|obj|head|',
  '!s3|blob|',
  '!s3|chunkref|',
  '!s3|upload|meta|',
  '!s3|upload|part|',
  '!s3|gc|upload|',
].map(prefixBytes);
const GENERATION_BYTES = 8;

function lookAtQueueOrObject(found: RouteKey, bytes: Uint8Array, start: number, end: number): void {
  if (beginsWith(bytes, start, end, QUEUES)) return found.take(QUEUES_ROUTE, NONE, 0, 0);
  if (bytes[start + 2] !== 0x33) return;
  for (const prefix of OF_OBJECT) {
    if (!beginsWith(bytes, start, end, prefix)) continue;
    const bucket = start + prefix.length;
    const generation = segmentEnd(bytes, bucket, end);
    if (generation === -1) return;
    const objectEnd = segmentEnd(bytes, generation + GENERATION_BYTES, end);
    if (objectEnd !== -1) found.take(OBJECT_ROUTE, bytes, bucket, objectEnd);
    return;
  }
}

const USAGE = prefixBytes('!fs|usage|route|');
const CHUNK = prefixBytes('!fs|chk|');
const CHUNK_ROUTE = prefixBytes('!fs|route|chk|');
const CHUNK_BYTES = 24;
const CHUNK_ROUTE_BYTES = 16;

function lookAtFileSystem(found: RouteKey, bytes: Uint8Array, start: number, end: number): void {
  if (beginsWith(bytes, start, end, CHUNK)) {
    const from = start + CHUNK.length;
    if (end - from >= CHUNK_BYTES) found.take(CHUNK_ROUTE, bytes, from, from + CHUNK_ROUTE_BYTES);
    return;
  }
  if (!beginsWith(bytes, start, end, USAGE)) return;
  const from = start + USAGE.length;
  if (segmentEnd(bytes, from, end) !== end) return;
  const key = unescapedSegment(bytes, from, end);
  if (key.length > 0) found.take(NONE, key, 0, key.length);
}
