import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import type { BucketedRows } from '../decode/rows.ts';

const U64_MAX = (1n << 64n) - 1n;
const I64_MAX = (1n << 63n) - 1n;
const I64_MIN = -(1n << 63n);
export const NO_TEXT: Buffer = Buffer.alloc(0);

/**
 * Reads JSON values of rows: text that is not UTF-8 is repaired, the last of repeated fields counts, unknown ones mean
 * nothing, `null` is the same as absent. docs/format/05-s3.md, section 10.1.
 */
export class RowJson {
  readonly reader = new JsonReader('repaired');

  /**
   * The one object of the value of the row at hand; `null` is one without fields. `onField` must read the field's value,
   * or skip it; it does not see fields that are null. Throws RowError.
   */
  read(rows: BucketedRows, onField: (name: string) => void): void {
    const { reader } = this;
    try {
      reader.reset('value', rows.bytes, rows.valueStart, rows.valueEnd);
      if (reader.peek() === 'end') throw new DataError('it is empty');
      if (!reader.takeNull()) {
        reader.object((name) => {
          if (!reader.takeNull()) onField(name);
        }, 'the value');
      }
      reader.end();
    } catch (error) {
      if (error instanceof DataError) throw rows.error(`the JSON of this row is wrong: ${error.message}`);
      throw error;
    }
  }

  text(field: string): Buffer {
    return this.reader.stringBytes(`"${field}"`);
  }

  u64(field: string): bigint {
    return this.reader.integer(`"${field}"`, 0n, U64_MAX);
  }

  /** `-0` is 0. */
  i64(field: string): bigint {
    const text = this.reader.number(`"${field}"`);
    const isInteger = /^-?(0|[1-9][0-9]{0,18})$/.test(text);
    const value = isInteger ? BigInt(text) : 0n;
    if (isInteger && value <= I64_MAX && value >= I64_MIN) return value;
    return this.reader.fail(
      `"${field}" must be an integer in plain digits, of 64 bits with a sign, not ${text.slice(0, 40)}`,
    );
  }
}
