export { type EncodeRedisOptions, encodeRedis } from './encode/index.ts';
export { hyperLogLogRecords, stringRecord } from './records/given-blobs.ts';
export { type HashField, type HashFields, hashRecords } from './records/given-hash.ts';
export type { Expiry, KeyOptions } from './records/given-key.ts';
export type { Score } from './records/given-score.ts';
export { listRecords, setRecords } from './records/given-sequence.ts';
export { type SortedSetMember, type SortedSetMembers, sortedSetRecords } from './records/given-sorted-set.ts';
export {
  type GivenStreamId,
  type StreamEntry,
  type StreamFields,
  type StreamOptions,
  streamRecords,
} from './records/given-stream.ts';
export * from './snapshot.ts';
