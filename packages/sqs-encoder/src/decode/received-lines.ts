import type { JsonBytes } from '@ekv/dump-tree';
import { writeInteger } from '../layout/json-members.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { MessageLines } from './message-lines.ts';
import type { MessageForm } from './messages.ts';

/** Behind the line of a message: members of its line in `receives.jsonl`, u32 their length, u8 1 in a partitioned queue, u32 partition. */
const AFTER = 9;

/** Messages as lines of `messages.jsonl`, each with what receives have changed in it. */
export class ReceivedLines implements MessageForm {
  readonly attributes = 'meant';
  readonly #lines: MessageLines;
  readonly #json: JsonBytes;
  #lineBytes = 0;
  #partition: number | undefined;

  /** @param json another one than that of the lines. */
  constructor(lines: MessageLines, json: JsonBytes) {
    this.#lines = lines;
    this.#json = json;
  }

  take(message: MessageFields): number {
    this.#lineBytes = this.#lines.take(message);
    this.#partition = message.partition;
    const json = this.#json;
    json.reset();
    if (message.partition !== undefined) json.text(`"partition":${message.partition},`);
    json.text('"message_id":');
    json.string(message.id.bytes, message.id.start, message.id.end, 'html');
    const { visibleAtMillis, receiveCount, firstReceiveMillis, receiptToken } = message;
    if (visibleAtMillis !== 0n) writeInteger(json, ',"visible_at_millis":', visibleAtMillis);
    if (receiveCount !== 0n) writeInteger(json, ',"receive_count":', receiveCount);
    if (firstReceiveMillis !== 0n) writeInteger(json, ',"first_receive_millis":', firstReceiveMillis);
    if (receiptToken.length > 0) {
      json.text(',"current_receipt_token":');
      json.base64(receiptToken.bytes, receiptToken.start, receiptToken.end, 'base64');
    }
    return this.#lineBytes + json.length + AFTER;
  }

  fill(into: Buffer, at: number): void {
    this.#lines.fill(into, at);
    const members = this.#json.view();
    members.copy(into, at + this.#lineBytes);
    const after = at + this.#lineBytes + members.length;
    into.writeUInt32BE(members.length, after);
    into[after + 4] = this.#partition === undefined ? 0 : 1;
    into.writeUInt32BE(this.#partition ?? 0, after + 5);
  }
}

/** What stands behind the line of a message in the payload that ends at `end`. */
export function receiveIn(
  bytes: Buffer,
  end: number,
): { lineEnd: number; partition: number | undefined; members: Buffer } {
  const after = end - AFTER;
  const lineEnd = after - bytes.readUInt32BE(after);
  const partition = bytes[after + 4] === 1 ? bytes.readUInt32BE(after + 5) : undefined;
  return { lineEnd, partition, members: bytes.subarray(lineEnd, after) };
}
