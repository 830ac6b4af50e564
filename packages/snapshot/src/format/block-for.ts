import type { ByteSource } from './byte-source.ts';

/**
 * Memory to read a file with: `most` bytes, or of a smaller one as many as it has and one more, at which its end shows. A tree
 * can have a small file for each of very many queues or buckets. Not zeroed.
 */
export function blockFor({ byteLength }: Pick<ByteSource, 'byteLength'>, most: number): Buffer {
  return byteLength < most ? Buffer.allocUnsafe(byteLength + 1) : Buffer.allocUnsafeSlow(most);
}
