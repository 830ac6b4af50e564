import { ArgumentError } from '@ekv/snapshot';

/** Fields of a `Message` of the AWS SDK, which none of a program has. */
const OF_MESSAGES = ['MessageId', 'Body', 'Attributes', 'MessageAttributes'];
/** Fields of what describes a queue to the AWS SDK or comes from there. */
const OF_QUEUES = ['Attributes', 'QueueName', 'QueueUrl', 'FifoQueue', 'VisibilityTimeout', 'MessageRetentionPeriod'];

/** Throws ArgumentError for a message that a client of the AWS SDK received, with what makes one for `queueRecords` of it. */
export function refuseReceived(message: object, name: () => string): void {
  refuseAnswer(message, name());
  if (OF_MESSAGES.some((field) => field in message))
    throw new ArgumentError(`${name()} is in the words of the SDK; pass what was received through fromReceived()`);
}

/** Throws ArgumentError for an answer to ReceiveMessage. */
export function refuseAnswer(given: unknown, name: string): void {
  if (isAnswer(given))
    throw new ArgumentError(`${name}: an answer of the SDK stands there; pass all answers through fromReceived()`);
}

/** Throws ArgumentError for a queue as the AWS SDK has it. */
export function refuseSdkQueue(queue: object): void {
  if (isAnswer(queue) || OF_QUEUES.some((field) => field in queue))
    throw new ArgumentError(
      'the queue is in the words of the SDK; fromQueueAttributes(name, attributes) makes one of its attributes',
    );
}

/** Whether something is an answer of the AWS SDK, or one that a program of it has printed. */
export function isAnswer(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false;
  return 'Messages' in given || '$metadata' in given || 'ResponseMetadata' in given;
}
