export { type FromQueueAttributesOptions, fromQueueAttributes } from './from-queue-attributes.ts';
export { type FromReceivedOptions, fromReceived } from './from-received.ts';
export type { QueueAttributes, ReceivedMessage, ReceivedPage } from './sdk-shapes.ts';
export { type ReceivableMessage, toReceived } from './to-received.ts';
