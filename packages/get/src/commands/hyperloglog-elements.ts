import { WireReader } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';

/** What a server of elastickv stores: the elements that were added. docs/format/03-redis.md, section 5. */
const MAGIC = Buffer.from('00525301', 'hex');
const ELEMENT = 1;

/** The elements of a HyperLogLog of elastickv; `undefined` for a payload of another kind. */
export function pfaddElements(payload: Buffer): Buffer[] | undefined {
  if (!payload.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const elements: Buffer[] = [];
  try {
    const reader = new WireReader(payload, MAGIC.length);
    while (reader.next(payload.length)) {
      if (!reader.isDelimited(ELEMENT)) return undefined;
      elements.push(Buffer.from(reader.take(payload.length)));
    }
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
  return elements;
}
