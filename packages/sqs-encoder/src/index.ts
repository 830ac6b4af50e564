export { type EncodeSqsOptions, encodeSqs } from './encode/index.ts';
export { type QueueRecordsOptions, queueRecords, type SqsMessage, type SqsQueue } from './records/queue-records.ts';
export * from './snapshot.ts';
