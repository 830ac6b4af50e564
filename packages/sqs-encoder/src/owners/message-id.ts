import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

const FIELD = 'message_id';

/** Made when the first value comes: bundles load this without a use. */
let reader: JsonReader | undefined;

/** The message that the value of a deduplication row or a group lock is about; `undefined` when it tells none. docs/format/06-sqs.md, section 2. */
export function messageIdIn(bytes: Buffer, start: number, end: number): Buffer | undefined {
  reader ??= new JsonReader('repaired');
  const values = reader;
  let id: Buffer | undefined;
  try {
    values.reset('the value', bytes, start, end);
    values.object((field) => {
      if (field === FIELD) id = Buffer.from(values.stringBytes(FIELD));
      else values.skip();
    });
    values.end();
    return id;
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
