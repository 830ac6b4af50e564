import { I64_MAX, I64_MIN, U32_MAX } from '@ekv/adapter';
import { ArgumentError } from '@ekv/snapshot';
import { type ArgumentName, givenBoolean, givenInteger, givenObject, givenText } from '@ekv/snapshot/arguments';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';
import { inCallersWords } from './callers-words.ts';

/** A queue; what is not given gets the default of a server. docs/format/06-sqs.md, section 2.1. */
export interface SqsQueue {
  /** With `.fifo` at its end if it is a FIFO queue: clients expect that. */
  readonly name: string;
  readonly fifo?: boolean | undefined;
  readonly contentBasedDeduplication?: boolean | undefined;
  /** Default 30. */
  readonly visibilityTimeoutSeconds?: bigint | number | undefined;
  /** Default 345600, four days. */
  readonly messageRetentionSeconds?: bigint | number | undefined;
  /** Default 0. */
  readonly delaySeconds?: bigint | number | undefined;
  /** Default 0. */
  readonly receiveMessageWaitSeconds?: bigint | number | undefined;
  /** Bytes; default 262144. */
  readonly maximumMessageSize?: bigint | number | undefined;
  /** JSON text. */
  readonly redrivePolicy?: string | undefined;
  /** JSON text. */
  readonly redriveAllowPolicy?: string | undefined;
  /** Of a FIFO queue: a power of two, at most 32. Default: not partitioned. */
  readonly partitionCount?: number | undefined;
  readonly fifoThroughputLimit?: 'perMessageGroupId' | 'perQueue' | undefined;
  readonly deduplicationScope?: 'messageGroup' | 'queue' | undefined;
}

const I64 = { min: I64_MIN, max: I64_MAX };
const U32 = { min: 0n, max: U32_MAX };

/** Names that decode has no folder for. */
const NO_FOLDERS = ['.', '..'];

/** The settings of a queue, checked. Throws ArgumentError that names queue and property. */
export function settingsOf(queue: SqsQueue): QueueSettings {
  givenObject(queue, 'a queue');
  const name = givenText(queue.name, 'the name of a queue');
  const shown = shownQueue(name);
  if (NO_FOLDERS.includes(name)) throw new ArgumentError(`${shown} has a name that no server takes`);
  const named = (property: keyof SqsQueue): ArgumentName => `${property} of the ${shown}`;
  const flag = (property: 'fifo' | 'contentBasedDeduplication') =>
    queue[property] === undefined ? false : givenBoolean(queue[property], named(property));
  const seconds = (property: NumberOf<SqsQueue>, standard: bigint) =>
    queue[property] === undefined ? standard : givenInteger(queue[property], named(property), I64);
  const text = (property: TextOf<SqsQueue>) =>
    Buffer.from(queue[property] === undefined ? '' : givenText(queue[property], named(property)));
  const settings: QueueSettings = {
    name: Buffer.from(name),
    isFifo: flag('fifo'),
    contentBasedDeduplication: flag('contentBasedDeduplication'),
    visibilityTimeoutSeconds: seconds('visibilityTimeoutSeconds', 30n),
    messageRetentionSeconds: seconds('messageRetentionSeconds', 345_600n),
    delaySeconds: seconds('delaySeconds', 0n),
    receiveMessageWaitSeconds: seconds('receiveMessageWaitSeconds', 0n),
    maximumMessageSize: seconds('maximumMessageSize', 262_144n),
    redrivePolicy: text('redrivePolicy'),
    redriveAllowPolicy: text('redriveAllowPolicy'),
    partitionCount: Number(givenInteger(queue.partitionCount ?? 0, named('partitionCount'), U32)),
    fifoThroughputLimit: text('fifoThroughputLimit'),
    deduplicationScope: text('deduplicationScope'),
  };
  const broken = brokenRule(settings);
  if (broken !== undefined) throw new ArgumentError(`${shown}: ${inCallersWords(broken.rule)}`);
  return settings;
}

/** A queue, for people. */
export function shownQueue(name: string): string {
  return `queue ${JSON.stringify(name)}`;
}

type TextOf<T> = { [K in keyof T]-?: T[K] extends string | undefined ? K : never }[keyof T];
type NumberOf<T> = { [K in keyof T]-?: bigint extends T[K] ? K : never }[keyof T];
