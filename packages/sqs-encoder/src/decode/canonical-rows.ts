import { writeSafeInteger } from '@ekv/adapter';
import { CanonicalValue } from '../layout/canonical-value.ts';
import type { MessageLines } from './message-lines.ts';
import { MESSAGE_ORDER, MESSAGE_PAYLOAD, type MessageRow, type MessageShortcut } from './messages.ts';

/** Reads one message at a time whose parts go to its line as they are; as a row of the sort it is that message. */
export class CanonicalRows implements MessageShortcut {
  readonly #lines: MessageLines;
  readonly #value = new CanonicalValue();
  orderBytes = 0;
  payloadBytes = 0;

  constructor(lines: MessageLines) {
    this.#lines = lines;
  }

  /** Takes the row. @returns false when its value is of another form; then nothing was taken. */
  take({ bytes, valueStart, valueEnd }: MessageRow, partition: number | undefined): boolean {
    const value = this.#value;
    if (!value.read(bytes, valueStart, valueEnd)) return false;
    this.orderBytes = MESSAGE_ORDER.id + value.idEnd - value.idStart;
    this.payloadBytes = MESSAGE_PAYLOAD.form + this.#lines.takeCanonical(value, partition);
    return true;
  }

  fill(into: Buffer, at: number): void {
    const { bytes, idStart, idEnd, sendTimestampMillis, sequenceNumber, queueGeneration } = this.#value;
    writeSafeInteger(into, at + MESSAGE_ORDER.sendTime, sendTimestampMillis);
    // As a time with a sign is sorted.
    into[at + MESSAGE_ORDER.sendTime]! ^= 0x80;
    writeSafeInteger(into, at + MESSAGE_ORDER.sequence, sequenceNumber);
    for (let from = idStart, to = at + MESSAGE_ORDER.id; from < idEnd; from++, to++) into[to] = bytes[from]!;
    const payload = at + this.orderBytes;
    writeSafeInteger(into, payload + MESSAGE_PAYLOAD.generation, queueGeneration);
    this.#lines.fill(into, payload + MESSAGE_PAYLOAD.form);
  }
}
