import type { KeyRange } from '../values/rows/key-order.ts';

export function copyOfKey({ bytes, keyStart, keyEnd }: KeyRange): Buffer {
  return Buffer.from(bytes.subarray(keyStart, keyEnd));
}
