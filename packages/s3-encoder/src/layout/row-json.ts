import { asRowError, I64_MAX, I64_MIN, type RowPosition, U64_MAX } from '@ekv/adapter';
import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

export const NO_TEXT: Buffer = Buffer.alloc(0);

/** A row and where its value stands. */
export interface ValueRow extends RowPosition {
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * Reads JSON values of rows: text that is not UTF-8 is repaired, the last of repeated fields counts, unknown ones mean
 * nothing, `null` is the same as absent. docs/format/05-s3.md, section 10.1.
 */
export class RowJson {
  readonly reader = new JsonReader('repaired');

  /**
   * The one object of the value of a row; `null` is one without fields. `onField` must read the field's value, or skip it;
   * it does not see fields that are null. Throws RowError.
   */
  read(row: ValueRow, onField: (name: string) => void): void {
    const { reader } = this;
    try {
      reader.reset('value', row.bytes, row.valueStart, row.valueEnd);
      if (reader.peek() === 'end') throw new DataError('it is empty');
      if (!reader.takeNull()) {
        reader.object((name) => {
          if (!reader.takeNull()) onField(name);
        }, 'the value');
      }
      reader.end();
    } catch (error) {
      throw asRowError(row, error, 'the JSON of this row is wrong: ');
    }
  }

  text(field: string): Buffer {
    return this.reader.stringBytes(`"${field}"`);
  }

  u64(field: string): bigint {
    return this.reader.integer(`"${field}"`, 0n, U64_MAX);
  }

  i64(field: string): bigint {
    return readI64(this.reader, field);
  }
}

/** Reads an integer of 64 bits with a sign; `-0` is 0. */
export function readI64(reader: JsonReader, field: string): bigint {
  const short = reader.shortInteger();
  if (short !== undefined) return short;
  const text = reader.number(`"${field}"`);
  const isInteger = /^-?(0|[1-9][0-9]{0,18})$/.test(text);
  const value = isInteger ? BigInt(text) : 0n;
  if (isInteger && value <= I64_MAX && value >= I64_MIN) return value;
  return reader.fail(`"${field}" must be an integer in plain digits, of 64 bits with a sign, not ${text.slice(0, 40)}`);
}
