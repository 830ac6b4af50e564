export type { ReadableSnapshot } from '@ekv/snapshot';
export { type SqsMessagesOptions, sqsMessages, sqsQueues } from './read-queues.ts';
export type { StoredAttribute, StoredMessage } from './stored-message.ts';
export type { StoredQueue } from './stored-queue.ts';
