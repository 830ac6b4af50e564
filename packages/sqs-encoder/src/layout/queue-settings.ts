import { I64_MAX, I64_MIN, U32_MAX } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';

const NOTHING = Buffer.alloc(0);

/** Settings of a queue that row and file share; docs/format/06-sqs.md, sections 2.1 and 4.5. Texts are UTF-8. */
export interface QueueSettings {
  name: Buffer;
  isFifo: boolean;
  contentBasedDeduplication: boolean;
  visibilityTimeoutSeconds: bigint;
  messageRetentionSeconds: bigint;
  delaySeconds: bigint;
  receiveMessageWaitSeconds: bigint;
  maximumMessageSize: bigint;
  /** JSON text as a client sent it; empty = none. */
  redrivePolicy: Buffer;
  redriveAllowPolicy: Buffer;
  partitionCount: number;
  /** Empty, `perMessageGroupId` or `perQueue`. */
  fifoThroughputLimit: Buffer;
  /** Empty, `messageGroup` or `queue`. */
  deduplicationScope: Buffer;
}

export function noSettings(): QueueSettings {
  return {
    name: NOTHING,
    isFifo: false,
    contentBasedDeduplication: false,
    visibilityTimeoutSeconds: 0n,
    messageRetentionSeconds: 0n,
    delaySeconds: 0n,
    receiveMessageWaitSeconds: 0n,
    maximumMessageSize: 0n,
    redrivePolicy: NOTHING,
    redriveAllowPolicy: NOTHING,
    partitionCount: 0,
    fifoThroughputLimit: NOTHING,
    deduplicationScope: NOTHING,
  };
}

/** Settings whose values are of a type. */
type SettingOf<V> = { [K in keyof QueueSettings]: QueueSettings[K] extends V ? K : never }[keyof QueueSettings];

/** Settings by the names of their fields; these have one name in row and file. */
const TEXTS = new Map<string, SettingOf<Buffer>>([
  ['name', 'name'],
  ['redrive_policy', 'redrivePolicy'],
  ['redrive_allow_policy', 'redriveAllowPolicy'],
  ['fifo_throughput_limit', 'fifoThroughputLimit'],
  ['deduplication_scope', 'deduplicationScope'],
]);
const NUMBERS = new Map<string, SettingOf<bigint>>([
  ['visibility_timeout_seconds', 'visibilityTimeoutSeconds'],
  ['message_retention_seconds', 'messageRetentionSeconds'],
  ['delay_seconds', 'delaySeconds'],
  ['receive_message_wait_seconds', 'receiveMessageWaitSeconds'],
  ['maximum_message_size', 'maximumMessageSize'],
]);
const PARTITIONS = 'partition_count';
/** These have two names. */
const FLAGS = {
  row: new Map<string, SettingOf<boolean>>([
    ['is_fifo', 'isFifo'],
    ['content_based_dedup', 'contentBasedDeduplication'],
  ]),
  file: new Map<string, SettingOf<boolean>>([
    ['fifo', 'isFifo'],
    ['content_based_deduplication', 'contentBasedDeduplication'],
  ]),
};

/**
 * Reads the value of a setting. `null` leaves it as it was.
 *
 * @returns false when the name is none of a setting; then nothing was read.
 */
export function readSetting(reader: JsonReader, field: string, settings: QueueSettings, from: 'row' | 'file'): boolean {
  const text = TEXTS.get(field);
  const number = NUMBERS.get(field);
  const flag = FLAGS[from].get(field);
  if ((text ?? number ?? flag) === undefined && field !== PARTITIONS) return false;
  if (reader.takeNull()) return true;
  const what = `"${field}"`;
  // The bytes outlive what they are read from.
  if (text !== undefined) settings[text] = Buffer.from(reader.stringBytes(what));
  else if (number !== undefined) settings[number] = reader.integer(what, I64_MIN, I64_MAX);
  else if (flag !== undefined) settings[flag] = reader.boolean(what);
  else settings.partitionCount = Number(reader.integer(what, 0n, U32_MAX));
  return true;
}
