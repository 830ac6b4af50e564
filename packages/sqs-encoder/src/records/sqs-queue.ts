import { I64_MAX, I64_MIN, U32_MAX } from '@ekv/adapter';
import { ArgumentError } from '@ekv/snapshot';
import { givenBoolean, givenFields, givenInteger, givenObject, givenText } from '@ekv/snapshot/arguments';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';
import { inCallersWords } from './callers-words.ts';
import { refuseSdkQueue } from './sdk-words.ts';

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

const FIELDS: ReadonlyArray<keyof SqsQueue> = [
  'name',
  'fifo',
  'contentBasedDeduplication',
  'visibilityTimeoutSeconds',
  'messageRetentionSeconds',
  'delaySeconds',
  'receiveMessageWaitSeconds',
  'maximumMessageSize',
  'redrivePolicy',
  'redriveAllowPolicy',
  'partitionCount',
  'fifoThroughputLimit',
  'deduplicationScope',
];

const I64 = { min: I64_MIN, max: I64_MAX };
const U32 = { min: 0n, max: U32_MAX };

/** Names that decode has no folder for. */
const NO_FOLDERS = ['.', '..'];

/** The settings of a queue, checked. Throws ArgumentError that names queue and property. */
export function settingsOf(queue: SqsQueue): QueueSettings {
  refuseSdkQueue(givenObject(queue, 'a queue'));
  const name = givenText(queue.name, 'the name of a queue');
  const shown = shownQueue(name);
  givenFields(queue, FIELDS, shown);
  if (NO_FOLDERS.includes(name)) throw new ArgumentError(`${shown} has a name that no server takes`);
  const given = new GivenSettings(queue, shown);
  const settings: QueueSettings = {
    name: Buffer.from(name),
    isFifo: given.flag('fifo'),
    contentBasedDeduplication: given.flag('contentBasedDeduplication'),
    visibilityTimeoutSeconds: given.integer('visibilityTimeoutSeconds', 30n),
    messageRetentionSeconds: given.integer('messageRetentionSeconds', 345_600n),
    delaySeconds: given.integer('delaySeconds', 0n),
    receiveMessageWaitSeconds: given.integer('receiveMessageWaitSeconds', 0n),
    maximumMessageSize: given.integer('maximumMessageSize', 262_144n),
    redrivePolicy: given.text('redrivePolicy'),
    redriveAllowPolicy: given.text('redriveAllowPolicy'),
    partitionCount: Number(given.integer('partitionCount', 0n, U32)),
    fifoThroughputLimit: given.text('fifoThroughputLimit'),
    deduplicationScope: given.text('deduplicationScope'),
  };
  const broken = brokenRule(settings);
  if (broken !== undefined) throw new ArgumentError(`${shown}: ${inCallersWords(broken.rule)}`);
  return settings;
}

/** Settings of a queue, each of which is read once: a getter may give something else the next time. */
class GivenSettings {
  readonly #queue: SqsQueue;
  readonly #shown: string;

  constructor(queue: SqsQueue, shown: string) {
    this.#queue = queue;
    this.#shown = shown;
  }

  flag(property: 'fifo' | 'contentBasedDeduplication'): boolean {
    const given = this.#queue[property];
    return given === undefined ? false : givenBoolean(given, this.#named(property));
  }

  integer(property: NumberOf<SqsQueue> | 'partitionCount', standard: bigint, range = I64): bigint {
    const given = this.#queue[property];
    return given === undefined ? standard : givenInteger(given, this.#named(property), range);
  }

  text(property: TextOf<SqsQueue>): Buffer {
    const given = this.#queue[property];
    return Buffer.from(given === undefined ? '' : givenText(given, this.#named(property)));
  }

  #named(property: keyof SqsQueue): string {
    return `${property} of the ${this.#shown}`;
  }
}

/** A queue, for people. */
export function shownQueue(name: string): string {
  return `queue ${JSON.stringify(name)}`;
}

type TextOf<T> = { [K in keyof T]-?: T[K] extends string | undefined ? K : never }[keyof T];
type NumberOf<T> = { [K in keyof T]-?: bigint extends T[K] ? K : never }[keyof T];
