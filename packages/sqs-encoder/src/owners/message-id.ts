import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

const FIELD = 'message_id';

/** The message that the value of a deduplication row or a group lock is about; `undefined` when it tells none. docs/format/06-sqs.md, section 2. */
export function messageIdIn(bytes: Buffer, start: number, end: number): Buffer | undefined {
  const reader = new JsonReader('repaired');
  let id: Buffer | undefined;
  try {
    reader.reset('the value', bytes, start, end);
    reader.object((field) => {
      if (field === FIELD) id = Buffer.from(reader.stringBytes(FIELD));
      else reader.skip();
    });
    reader.end();
    return id;
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
