export { type EncodeSqsOptions, encodeSqs } from './encode/index.ts';
export type { MessageAttribute } from './records/message-attribute.ts';
export { type QueueRecordsOptions, queueRecords } from './records/queue-records.ts';
export type { SqsMessage } from './records/sqs-message.ts';
export type { SqsQueue } from './records/sqs-queue.ts';
export * from './snapshot.ts';
