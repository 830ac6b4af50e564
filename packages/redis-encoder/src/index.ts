export { type EncodeRedisOptions, encodeRedis } from './encode/index.ts';
export { hyperLogLogRecords, stringRecord } from './records/blob-records.ts';
export {
  type HashField,
  hashRecords,
  listRecords,
  type SortedSetMember,
  setRecords,
  sortedSetRecords,
} from './records/collection-records.ts';
export { type StreamEntry, type StreamId, streamRecords } from './records/stream-records.ts';
export * from './snapshot.ts';
