import type { MessageAttribute } from '../records/message-attribute.ts';

/** `Message` of the AWS SDK v3: what a receive gives. */
export interface ReceivedMessage {
  readonly MessageId?: string | undefined;
  readonly Body?: string | undefined;
  readonly MD5OfBody?: string | undefined;
  readonly MD5OfMessageAttributes?: string | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  /** System attributes, such as `SentTimestamp`; there when they are asked for. */
  readonly Attributes?: Readonly<Partial<Record<string, string>>> | undefined;
}

/** `ReceiveMessageCommandOutput` of the AWS SDK v3. */
export interface ReceivedPage {
  readonly Messages?: readonly ReceivedMessage[] | undefined;
  readonly $metadata?: unknown;
}

/** Attributes of a queue, as `GetQueueAttributes` gives them and `CreateQueue` takes them. */
export type QueueAttributes = Readonly<Partial<Record<string, string>>>;
