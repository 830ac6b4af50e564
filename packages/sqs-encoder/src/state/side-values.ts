import { I64_MAX, I64_MIN, U64_MAX } from '@ekv/adapter';
import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { writeInteger, writeString } from '../layout/json-members.ts';

/** Fields of a value that row and line share, in the order of both; a text, numbers of 64 bits. */
export interface SideForm {
  /** Of times: they are moved with those of messages. */
  readonly times: readonly string[];
  /** Left out when it is 0. */
  readonly last?: string;
}

/** Values of deduplication rows; docs/format/06-sqs.md, section 2.3. */
export const DEDUPLICATION_FORM: SideForm = {
  times: ['send_timestamp_ms', 'expires_at_millis'],
  last: 'original_sequence',
};

/** Values of group locks; section 2.4. */
export const LOCK_FORM: SideForm = { times: ['acquired_at_ms', 'visible_at_ms'] };

/** Names of the fields of a form. */
export function fieldsOf({ times, last }: SideForm): readonly string[] {
  return last === undefined ? ['message_id', ...times] : ['message_id', ...times, last];
}

/** What a value says. */
export class SideValue {
  readonly form: SideForm;
  messageId: Buffer = Buffer.alloc(0);
  readonly numbers: Map<string, bigint> = new Map();

  constructor(form: SideForm) {
    this.form = form;
  }

  clear(): void {
    this.messageId = Buffer.alloc(0);
    this.numbers.clear();
  }

  /** Reads the value of one of the {@link fieldsOf} its form. */
  read(reader: JsonReader, field: string): void {
    const what = `"${field}"`;
    if (field === 'message_id') this.messageId = Buffer.from(reader.stringBytes(what));
    else if (field === this.form.last) this.numbers.set(field, reader.integer(what, 0n, U64_MAX));
    else this.numbers.set(field, reader.integer(what, I64_MIN, I64_MAX));
  }

  move(moved: (millis: bigint) => bigint): void {
    for (const field of this.form.times) this.numbers.set(field, moved(this.numbers.get(field) ?? 0n));
  }

  /** Writes the members. @param zeros of times: a row has them, a line leaves them out. */
  write(json: JsonBytes, zeros: 'written' | 'left out'): void {
    json.text('"message_id":');
    writeString(json, this.messageId);
    for (const field of this.form.times) {
      const value = this.numbers.get(field) ?? 0n;
      if (value !== 0n || zeros === 'written') writeInteger(json, `,"${field}":`, value);
    }
    const { last } = this.form;
    const value = last === undefined ? 0n : (this.numbers.get(last) ?? 0n);
    if (value !== 0n) writeInteger(json, `,"${last}":`, value);
  }
}
