import { I64_MAX, I64_MIN, U64_MAX } from '@ekv/adapter';
import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { writeString } from '../layout/json-members.ts';

/** Fields of a throttle, in the order of a row. */
const THROTTLE_FIELDS = [
  'send_capacity',
  'send_refill_per_second',
  'recv_capacity',
  'recv_refill_per_second',
  'default_capacity',
  'default_refill_per_second',
] as const;

type ThrottleField = (typeof THROTTLE_FIELDS)[number];

/** What a config row says that `_queue.json` has no place for; docs/format/06-sqs.md, section 2.1. 0 and empty = absent. */
export class QueueState {
  generation = 0n;
  incarnation = 0n;
  createdAtHlc = 0n;
  readonly tags: Map<string, string> = new Map();
  lastPurgedAtMillis = 0n;
  createdAtMillis = 0n;
  lastModifiedAtMillis = 0n;
  /** Numbers as they are written. */
  readonly throttle: Map<ThrottleField, string> = new Map();
  /** Of the sequence row; `undefined` without one. */
  sequence: bigint | undefined = undefined;
}

type Read = (reader: JsonReader, state: QueueState) => void;

const u64 = (reader: JsonReader, field: string) => reader.integer(`"${field}"`, 0n, U64_MAX);
const i64 = (reader: JsonReader, field: string) => reader.integer(`"${field}"`, I64_MIN, I64_MAX);

/** Of row and line alike. */
const READERS: Readonly<Record<string, Read>> = {
  generation: (reader, state) => {
    state.generation = u64(reader, 'generation');
  },
  incarnation: (reader, state) => {
    state.incarnation = u64(reader, 'incarnation');
  },
  created_at_hlc: (reader, state) => {
    state.createdAtHlc = u64(reader, 'created_at_hlc');
  },
  tags: (reader, state) => {
    reader.object((name) => void state.tags.set(name, reader.string(`tag ${JSON.stringify(name)}`)), '"tags"');
  },
  last_purged_at_millis: (reader, state) => {
    state.lastPurgedAtMillis = i64(reader, 'last_purged_at_millis');
  },
  created_at_millis: (reader, state) => {
    state.createdAtMillis = i64(reader, 'created_at_millis');
  },
  last_modified_at_millis: (reader, state) => {
    state.lastModifiedAtMillis = i64(reader, 'last_modified_at_millis');
  },
  throttle: (reader, state) => {
    reader.object((name) => {
      const field = THROTTLE_FIELDS.find((known) => known === name);
      if (field === undefined)
        return reader.failAtMark(reader.mark(), `"throttle" knows no field ${JSON.stringify(name)}`);
      state.throttle.set(field, reader.number(`"${field}"`));
    }, '"throttle"');
  },
};

/** Reads the value of a field; `null` leaves it as it was. @returns false for other fields; then nothing was read. */
export function readQueueState(reader: JsonReader, field: string, state: QueueState): boolean {
  const read = Object.hasOwn(READERS, field) ? READERS[field] : undefined;
  if (read === undefined) return false;
  if (!reader.takeNull()) read(reader, state);
  return true;
}

/** As {@link readQueueState}, for a line, which has the sequence counter too. */
export const QUEUE_STATE_FIELDS: readonly string[] = [...Object.keys(READERS), 'sequence'];

export function readQueueStateLine(reader: JsonReader, field: string, state: QueueState): void {
  if (field === 'sequence') state.sequence = u64(reader, field);
  else READERS[field]!(reader, state);
}

/** Moves the times. Times that are not set stay so. */
export function moveQueueState(state: QueueState, moved: (millis: bigint) => bigint): void {
  state.lastPurgedAtMillis = moved(state.lastPurgedAtMillis);
  state.createdAtMillis = moved(state.createdAtMillis);
  state.lastModifiedAtMillis = moved(state.lastModifiedAtMillis);
}

/** Writes a line, without the generation, which the text before it holds, and what follows. */
export function writeQueueState(json: JsonBytes, state: QueueState): void {
  writeOrigin(json, state);
  writeSettings(json, state);
  writeThrottle(json, state);
}

/** The members of a row that come right after the generation. */
export function writeOrigin(json: JsonBytes, { incarnation, createdAtHlc }: QueueState): void {
  if (incarnation !== 0n) json.text(`,"incarnation":${incarnation}`);
  if (createdAtHlc !== 0n) json.text(`,"created_at_hlc":${createdAtHlc}`);
}

/** The members of a row that come between policies and throttle. */
export function writeSettings(json: JsonBytes, state: QueueState): void {
  const { tags, lastPurgedAtMillis, createdAtMillis, lastModifiedAtMillis } = state;
  let before = ',"tags":{';
  for (const [name, value] of tags) {
    json.text(before);
    writeString(json, Buffer.from(name));
    json.text(':');
    writeString(json, Buffer.from(value));
    before = ',';
  }
  if (tags.size > 0) json.text('}');
  if (lastPurgedAtMillis !== 0n) json.text(`,"last_purged_at_millis":${lastPurgedAtMillis}`);
  if (createdAtMillis !== 0n) json.text(`,"created_at_millis":${createdAtMillis}`);
  if (lastModifiedAtMillis !== 0n) json.text(`,"last_modified_at_millis":${lastModifiedAtMillis}`);
}

export function writeThrottle(json: JsonBytes, { throttle }: QueueState): void {
  const members = THROTTLE_FIELDS.filter((field) => throttle.has(field));
  if (members.length === 0) return;
  json.text(`,"throttle":{${members.map((field) => `"${field}":${throttle.get(field)}`).join(',')}}`);
}
