import { ArgumentError, type Warn } from '@ekv/snapshot';
import { givenObject, givenText, nearest } from '@ekv/snapshot/arguments';
import { givenOptions } from '../records/given-options.ts';
import { isAnswer } from '../records/sdk-words.ts';
import { type SqsQueue, shownQueue } from '../records/sqs-queue.ts';
import type { QueueAttributes } from './sdk-shapes.ts';

/** What `fromQueueAttributes` works with. */
export interface FromQueueAttributesOptions {
  /** Gets the attributes that a queue of elastickv does not have, such as an access policy. Default: they are left out silently. */
  readonly warn?: Warn | undefined;
}

const OPTIONS: ReadonlyArray<keyof FromQueueAttributesOptions> = ['warn'];

const FIFO_SUFFIX = '.fifo';

/** What a queue is told by, not a setting of it, and what encrypts it where it is. */
const NOT_SETTINGS =
  /^(QueueArn|CreatedTimestamp|LastModifiedTimestamp|Approximate.*|SqsManagedSseEnabled|Kms.*Seconds)$/;

/** Settings of queues that one of elastickv does not have. */
const OF_SQS: ReadonlySet<string> = new Set(['Policy', 'KmsMasterKeyId']);

/**
 * The queue that attributes describe, as `GetQueueAttributes` of the AWS SDK v3 gives them (with `AttributeNames: ['All']`) and
 * `CreateQueue` takes them. What is not there gets the default of a server; a queue is FIFO when its name says so, too.
 *
 * High throughput (`FifoThroughputLimit` `perMessageGroupId`) needs partitions, which AWS does not tell: add `partitionCount`.
 *
 * Throws ArgumentError that names queue and attribute.
 */
export function fromQueueAttributes(
  name: string,
  attributes: QueueAttributes = {},
  options: FromQueueAttributesOptions = {},
): SqsQueue {
  const { warn } = givenOptions(options, OPTIONS, 'fromQueueAttributes');
  const queue = shownQueue(givenName(name));
  givenObject(attributes, `the attributes of ${queue}`);
  if (isAnswer(attributes) || 'Attributes' in attributes)
    throw new ArgumentError(`the attributes of ${queue} are a whole answer of the SDK; give its Attributes`);
  const taken = new TakenAttributes(queue, attributes);
  const described: SqsQueue = {
    name,
    fifo: taken.flag('FifoQueue') ?? name.endsWith(FIFO_SUFFIX),
    contentBasedDeduplication: taken.flag('ContentBasedDeduplication'),
    visibilityTimeoutSeconds: taken.integer('VisibilityTimeout'),
    messageRetentionSeconds: taken.integer('MessageRetentionPeriod'),
    delaySeconds: taken.integer('DelaySeconds'),
    receiveMessageWaitSeconds: taken.integer('ReceiveMessageWaitTimeSeconds'),
    maximumMessageSize: taken.integer('MaximumMessageSize'),
    redrivePolicy: taken.text('RedrivePolicy'),
    redriveAllowPolicy: taken.text('RedriveAllowPolicy'),
    // queueRecords looks at the text.
    fifoThroughputLimit: taken.text('FifoThroughputLimit') as SqsQueue['fifoThroughputLimit'],
    deduplicationScope: taken.text('DeduplicationScope') as SqsQueue['deduplicationScope'],
  };
  const others = taken.others();
  for (const other of others) taken.refuseMisspelt(other);
  if (warn !== undefined) warnOfOthers(warn, queue, others);
  return described;
}

/** The last part of its URL is the name of a queue. */
function givenName(name: string): string {
  if (!/^https?:\/\//.test(givenText(name, 'the name of a queue'))) return name;
  const part = name.slice(name.lastIndexOf('/') + 1);
  throw new ArgumentError(`the name of a queue is the last part of its URL: ${JSON.stringify(part)}`);
}

function warnOfOthers(warn: Warn, queue: string, names: readonly string[]): void {
  if (names.length === 0) return;
  warn({
    event: 'sqs_settings_not_carried',
    message: `attributes of ${queue} that a queue of elastickv does not have were left out: ${names.join(', ')}`,
    fields: { attributes: names.length },
  });
}

/** Takes attributes by name, and keeps account of it. An empty text stands for none. */
class TakenAttributes {
  readonly #queue: string;
  readonly #attributes: QueueAttributes;
  readonly #taken = new Set<string>();

  constructor(queue: string, attributes: QueueAttributes) {
    this.#queue = queue;
    this.#attributes = attributes;
  }

  text(name: string): string | undefined {
    this.#taken.add(name);
    const text = this.#attributes[name];
    return text === undefined || text === '' ? undefined : givenText(text, () => this.#shown(name));
  }

  integer(name: string): bigint | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^[0-9]{1,18}$/.test(text)) return BigInt(text);
    throw new ArgumentError(`${this.#shown(name)} must be a whole number as text, not ${JSON.stringify(text)}`);
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    throw new ArgumentError(`${this.#shown(name)} must be the text true or false, not ${JSON.stringify(text)}`);
  }

  /** Throws ArgumentError for the name of an attribute that is no other one of SQS, but nearly that of a setting. */
  refuseMisspelt(name: string): void {
    const meant = OF_SQS.has(name) ? undefined : nearest(name, [...this.#taken]);
    if (meant !== undefined) throw new ArgumentError(`${this.#shown(name)} is none of SQS, did you mean ${meant}?`);
  }

  /** Names of settings that nobody took. */
  others(): string[] {
    return Object.entries(this.#attributes)
      .filter(([name, text]) => text !== undefined && text !== '' && !this.#taken.has(name) && !NOT_SETTINGS.test(name))
      .map(([name]) => name);
  }

  #shown(name: string): string {
    return `the attribute ${name} of ${this.#queue}`;
  }
}
