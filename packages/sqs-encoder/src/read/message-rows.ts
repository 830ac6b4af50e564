import type { FindingKind, Findings, RowCursor } from '@ekv/snapshot';
import { MessageValues } from '../decode/message-values.ts';
import type { MessageForm } from '../decode/messages.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import { MESSAGE_MAGIC } from '../layout/message-value.ts';
import { REFUSED_ATTRIBUTE } from '../sense/stored-kinds.ts';
import { type StoredMessage, storedMessage } from './stored-message.ts';

/** Payload: u8 1 when the key has a partition, u32 that, then the value after its magic. */
const HAS_PARTITION = 0;
const PARTITION = 1;
const VALUE = 5;

/** As decode has it, where no tree holds them. */
const TEXT_OF_ATTRIBUTE: FindingKind = {
  ...REFUSED_ATTRIBUTE,
  advice: 'they are given as their JSON text, which queueRecords refuses',
};

const NOTHING = Buffer.alloc(0);

/** Messages as their rows have them: what is read of them is made when they come out of the sort. */
export class MessageRows implements MessageForm {
  /** They are read when the message is. */
  readonly attributes = 'passed over';
  readonly #values = new MessageValues('meant');
  readonly #findings: Findings;
  #partition: number | undefined;
  #bytes: Buffer = NOTHING;
  #start = 0;
  #end = 0;

  /** @param findings gets what is wrong with messages that are read all the same. */
  constructor(findings: Findings) {
    this.#findings = findings;
  }

  take({ partition }: MessageFields, { bytes, valueStart, valueEnd }: RowCursor): number {
    this.#partition = partition;
    this.#bytes = bytes;
    this.#start = valueStart + MESSAGE_MAGIC.length;
    this.#end = valueEnd;
    return VALUE + this.#end - this.#start;
  }

  fill(into: Buffer, at: number): void {
    into[at + HAS_PARTITION] = this.#partition === undefined ? 0 : 1;
    into.writeUInt32BE(this.#partition ?? 0, at + PARTITION);
    this.#bytes.copy(into, at + VALUE, this.#start, this.#end);
  }

  /** The message whose payload is `bytes[start, end)`. */
  message(queue: string, bytes: Buffer, start: number, end: number): StoredMessage {
    this.#values.read(bytes, start + VALUE, end);
    const { message, refused } = this.#values;
    if (refused > 0) this.#findings.add(TEXT_OF_ATTRIBUTE, () => `message ${JSON.stringify(message.id.toString())}`);
    message.partition = bytes[start + HAS_PARTITION] === 0 ? undefined : bytes.readUInt32BE(start + PARTITION);
    return storedMessage(queue, message);
  }
}
