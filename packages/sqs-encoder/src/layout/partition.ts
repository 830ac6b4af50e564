const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Most partitions of a queue. docs/format/06-sqs.md, section 1.3. */
export const MOST_PARTITIONS = 32;

/**
 * The partition that messages of a group go to; docs/format/06-sqs.md, section 1.3.
 *
 * @param partitions a power of two; 0 and 1 mean that the queue is not partitioned.
 */
export function partitionOf(group: Uint8Array, partitions: number, throughputLimit: string): number {
  if (partitions <= 1 || throughputLimit === 'perQueue' || group.length === 0) return 0;
  let hash = OFFSET_BASIS;
  for (let i = 0; i < group.length; i++) hash = Math.imul(hash ^ group[i]!, PRIME);
  return hash & (partitions - 1);
}
