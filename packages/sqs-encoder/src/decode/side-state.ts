import { decodedBase64Url } from '@ekv/adapter';
import { isValidUtf8, type JsonBytes, JsonReader } from '@ekv/dump-tree';
import type { FindingKind, RowCursor } from '@ekv/snapshot';
import { DataError } from '@ekv/snapshot';
import { DEDUPLICATION_ROWS, GROUP_LOCK_ROWS } from '../layout/families.ts';
import { writeString } from '../layout/json-members.ts';
import { generationIn, type KeyParts, sideKeyParts } from '../layout/row-keys.ts';
import { movedBy } from '../state/moved-times.ts';
import { DEDUPLICATION_FORM, fieldsOf, LOCK_FORM, SideValue } from '../state/side-values.ts';
import { deduplicationTail, STATE_FILE_NAMES, type StateFile } from '../state/state-files.ts';
import { KIND } from './queue-sort.ts';
import { addRowFindings } from './row-findings.ts';
import type { WalkContext } from './walk-context.ts';

/** Payload of a line in the sort: u64 generation, u8 file, u8 1 in a partitioned queue, u32 partition, u32 length of the tail, tail, members. */
const PAYLOAD = { generation: 0, file: 8, isPartitioned: 9, partition: 10, tailLength: 14, tail: 18 } as const;

/** A line about a row that belongs to a queue as it is now, but for the queue's name. */
export interface SideLine {
  readonly file: StateFile;
  readonly partition: number | undefined;
  /** What follows the generation in the key. */
  readonly tail: Buffer;
  /** JSON text. */
  readonly members: Buffer;
}

/** Takes a payload apart; the bytes are views. */
export function sideLineIn(bytes: Buffer, start: number, end: number): SideLine {
  const tailEnd = start + PAYLOAD.tail + bytes.readUInt32BE(start + PAYLOAD.tailLength);
  return {
    file: STATE_FILE_NAMES[bytes[start + PAYLOAD.file]!]!,
    partition: bytes[start + PAYLOAD.isPartitioned] === 1 ? bytes.readUInt32BE(start + PAYLOAD.partition) : undefined,
    tail: bytes.subarray(start + PAYLOAD.tail, tailEnd),
    members: bytes.subarray(tailEnd, end),
  };
}

/** Rows of the whole state that break a rule of their family: no server wrote them, and none could use them. */
const UNREADABLE_STATE: FindingKind = {
  event: 'whole_state_left_out',
  says: 'deduplication rows and group locks of a form that no server writes are not in the whole state',
  advice: 'look at them with the option includeSqsSideRecords',
  loss: true,
};

/** Puts the lines of deduplication rows and group locks into the sort. */
export function readSideState(context: WalkContext): void {
  const values = [new SideValue(DEDUPLICATION_FORM), new SideValue(LOCK_FORM)] as const;
  const reader = new JsonReader('repaired');
  for (const rows = context.source.rows(DEDUPLICATION_ROWS); rows.next(); )
    addLine(context, reader, rows, values[0], DEDUPLICATION_ROWS);
  for (const rows = context.source.rows(GROUP_LOCK_ROWS); rows.next(); )
    addLine(context, reader, rows, values[1], GROUP_LOCK_ROWS);
}

function addLine(context: WalkContext, reader: JsonReader, row: RowCursor, value: SideValue, family: string): void {
  const parts = sideKeyParts(row, family);
  const names = parts.rule === undefined ? namesIn(parts, row, family) : undefined;
  if (names === undefined || !readValue(reader, row, value)) return addRowFindings(context, row, UNREADABLE_STATE, 1);
  value.move(movedBy(context.shiftMs, (rule) => new DataError(rule)));
  const { json } = context;
  writeMembers(json, parts.partition, names, value, family);
  const { group, id } = names;
  const tail = id === undefined ? Buffer.from(group!.toString('base64url')) : deduplicationTail(id, group);
  const payload = Buffer.alloc(PAYLOAD.tail + tail.length + json.length);
  payload.writeBigUInt64BE(names.generation, PAYLOAD.generation);
  payload[PAYLOAD.file] = STATE_FILE_NAMES.indexOf(family === GROUP_LOCK_ROWS ? 'locks' : 'deduplication');
  payload[PAYLOAD.isPartitioned] = parts.partition === undefined ? 0 : 1;
  payload.writeUInt32BE(parts.partition ?? 0, PAYLOAD.partition);
  payload.writeUInt32BE(tail.length, PAYLOAD.tailLength);
  tail.copy(payload, PAYLOAD.tail);
  json.view().copy(payload, PAYLOAD.tail + tail.length);
  context.queueSort.add(KIND.sideState, parts, payload);
}

/** What follows the generation in a key. */
interface SideNames {
  readonly generation: bigint;
  readonly group: Buffer | undefined;
  /** Of a deduplication row. */
  readonly id: Buffer | undefined;
}

function namesIn(parts: KeyParts, { bytes, keyEnd }: RowCursor, family: string): SideNames | undefined {
  const generation = generationIn(parts, keyEnd);
  if (generation === undefined) return undefined;
  const texts = bytes.toString('latin1', generation.end, keyEnd).split('|').map(textOf);
  const hasGroup = family === GROUP_LOCK_ROWS || parts.partition !== undefined;
  const hasId = family !== GROUP_LOCK_ROWS;
  if (texts.length !== Number(hasGroup) + Number(hasId) || texts.includes(undefined)) return undefined;
  return {
    generation: generation.value,
    group: hasGroup ? texts[0] : undefined,
    id: hasId ? texts.at(-1) : undefined,
  };
}

function textOf(part: string): Buffer | undefined {
  const bytes = decodedBase64Url(Buffer.from(part, 'latin1'));
  return bytes !== undefined && isValidUtf8(bytes, 0, bytes.length) ? bytes : undefined;
}

function readValue(reader: JsonReader, { bytes, valueStart, valueEnd }: RowCursor, value: SideValue): boolean {
  const fields = fieldsOf(value.form);
  value.clear();
  try {
    reader.reset('the value', bytes, valueStart, valueEnd);
    reader.object((field) => (fields.includes(field) ? value.read(reader, field) : reader.skip()));
    reader.end();
    return true;
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}

function writeMembers(
  json: JsonBytes,
  partition: number | undefined,
  { group, id }: SideNames,
  value: SideValue,
  family: string,
): void {
  json.reset();
  if (partition !== undefined) json.text(`"partition":${partition},`);
  if (group !== undefined) writeMember(json, '"group":', group);
  if (family !== GROUP_LOCK_ROWS) writeMember(json, '"dedup_id":', id!);
  value.write(json, 'left out');
}

function writeMember(json: JsonBytes, name: string, text: Buffer): void {
  json.text(name);
  writeString(json, text);
  json.text(',');
}
