import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { MessageFields } from '../layout/message-fields.ts';
import { readMessageValue } from '../layout/message-value.ts';

/** Whether it matters what attributes of messages mean; `passed over`: only their JSON is looked at. */
export type AttributeUse = 'meant' | 'passed over';

/** Reads values of message rows, one at a time; docs/format/06-sqs.md, section 4.3. */
export class MessageValues {
  /** The message that was read last; a view of the bytes of its value. */
  readonly message = new MessageFields();
  /** Texts of it that were not valid UTF-8, attributes aside: they are carried as they are. */
  repaired = 0;
  /** Attributes of it that encode would refuse. */
  refused = 0;
  readonly #reader = new JsonReader('repaired');
  /** Says whether encode would take the text of an attribute. */
  readonly #strict = new JsonReader();
  readonly #areMeant: boolean;

  constructor(attributes: AttributeUse) {
    this.#areMeant = attributes === 'meant';
  }

  /** Reads what follows the magic of a value. Throws DataError. */
  read(bytes: Buffer, start: number, end: number): void {
    const before = this.#reader.repaired;
    this.repaired = this.refused = 0;
    this.#reader.reset('invalid !sqs|msg|data value', bytes, start, end);
    readMessageValue(this.#reader, this.message, this.#onAttribute);
    this.repaired += this.#reader.repaired - before;
  }

  readonly #onAttribute = (): unknown => {
    const reader = this.#reader;
    const start = reader.mark();
    const before = reader.repaired;
    reader.skip();
    this.repaired -= reader.repaired - before;
    if (!this.#areMeant) return undefined;
    const text = reader.between(start, reader.mark());
    try {
      this.#strict.reset('', text);
      return this.#strict.value();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.refused++;
      return undefined;
    }
  };
}
