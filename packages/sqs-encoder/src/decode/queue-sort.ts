import type { ExternalSorter } from '@ekv/snapshot';

/**
 * What belongs to a queue meets in one sort: its segment, a zero byte (which no segment has), the kind, and what orders rows
 * of the kind. Rows of one sort key keep the order of the snapshot.
 */
export const KIND = {
  /** The folder `<segment>.orphan` is the one of a queue that bears this name. Payload: key of that queue's row. */
  claim: 0,
  /** Payload: see `queue-rows.ts`. */
  queue: 1,
  /** Payload: u64. */
  generation: 2,
  /** Payload: u64. */
  sequence: 3,
  /** Order: u64, the generation. */
  tombstone: 4,
  /** Payload: u64 generation, f64 number of rows. */
  deduplication: 5,
  /** As above. */
  lock: 6,
  /** Order: send time, sequence number, id. Payload: see `message-rows.ts`. */
  message: 7,
  /** Payload: the line. */
  side: 8,
} as const;

type Kind = (typeof KIND)[keyof typeof KIND];

/** Bytes between segment and order. */
export const KIND_BYTES = 2;

/**
 * Adds a row. The segment is `bytes[start, end)`, which is valid base64 but for line breaks.
 *
 * @returns nothing; `fill` writes order and payload, one behind the other, from `at` on.
 */
export function addQueueRow(
  sorter: ExternalSorter,
  kind: Kind,
  bytes: Buffer,
  start: number,
  end: number,
  orderBytes: number,
  payloadBytes: number,
  fill: (into: Buffer, at: number) => void,
): void {
  const head = end - start + KIND_BYTES;
  const place = sorter.reserve(head + orderBytes, payloadBytes);
  if (place !== undefined) return writeRow(place.bytes, place.at, kind, bytes, start, end, fill);
  const row = Buffer.allocUnsafeSlow(head + orderBytes + payloadBytes);
  writeRow(row, 0, kind, bytes, start, end, fill);
  sorter.add(row.subarray(0, head + orderBytes), row.subarray(head + orderBytes));
}

function writeRow(
  into: Buffer,
  at: number,
  kind: Kind,
  bytes: Buffer,
  start: number,
  end: number,
  fill: (into: Buffer, at: number) => void,
): void {
  const behind = at + bytes.copy(into, at, start, end);
  into[behind] = 0;
  into[behind + 1] = kind;
  fill(into, behind + KIND_BYTES);
}
