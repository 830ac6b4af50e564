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

type FieldReader = (reader: JsonReader, settings: QueueSettings) => void;

const i64 = (reader: JsonReader, what: string) => reader.integer(what, I64_MIN, I64_MAX);

/** Fields that have one name in row and file. */
const SHARED: Readonly<Record<string, FieldReader>> = {
  name: (reader, settings) => {
    settings.name = text(reader, '"name"');
  },
  visibility_timeout_seconds: (reader, settings) => {
    settings.visibilityTimeoutSeconds = i64(reader, '"visibility_timeout_seconds"');
  },
  message_retention_seconds: (reader, settings) => {
    settings.messageRetentionSeconds = i64(reader, '"message_retention_seconds"');
  },
  delay_seconds: (reader, settings) => {
    settings.delaySeconds = i64(reader, '"delay_seconds"');
  },
  receive_message_wait_seconds: (reader, settings) => {
    settings.receiveMessageWaitSeconds = i64(reader, '"receive_message_wait_seconds"');
  },
  maximum_message_size: (reader, settings) => {
    settings.maximumMessageSize = i64(reader, '"maximum_message_size"');
  },
  redrive_policy: (reader, settings) => {
    settings.redrivePolicy = text(reader, '"redrive_policy"');
  },
  redrive_allow_policy: (reader, settings) => {
    settings.redriveAllowPolicy = text(reader, '"redrive_allow_policy"');
  },
  partition_count: (reader, settings) => {
    settings.partitionCount = Number(reader.integer('"partition_count"', 0n, U32_MAX));
  },
  fifo_throughput_limit: (reader, settings) => {
    settings.fifoThroughputLimit = text(reader, '"fifo_throughput_limit"');
  },
  deduplication_scope: (reader, settings) => {
    settings.deduplicationScope = text(reader, '"deduplication_scope"');
  },
};

const ROW_FIELDS: Readonly<Record<string, FieldReader>> = Object.assign(Object.create(null), SHARED, {
  is_fifo: (reader, settings) => {
    settings.isFifo = reader.boolean('"is_fifo"');
  },
  content_based_dedup: (reader, settings) => {
    settings.contentBasedDeduplication = reader.boolean('"content_based_dedup"');
  },
} satisfies Record<string, FieldReader>);

const FILE_FIELDS: Readonly<Record<string, FieldReader>> = Object.assign(Object.create(null), SHARED, {
  fifo: (reader, settings) => {
    settings.isFifo = reader.boolean('"fifo"');
  },
  content_based_deduplication: (reader, settings) => {
    settings.contentBasedDeduplication = reader.boolean('"content_based_deduplication"');
  },
} satisfies Record<string, FieldReader>);

/**
 * Reads the value of a setting. `null` leaves it as it was.
 *
 * @returns false when the name is none of a setting; then nothing was read.
 */
export function readSetting(reader: JsonReader, field: string, settings: QueueSettings, from: 'row' | 'file'): boolean {
  const read = (from === 'row' ? ROW_FIELDS : FILE_FIELDS)[field];
  if (read === undefined) return false;
  if (!reader.takeNull()) read(reader, settings);
  return true;
}

/** The bytes outlive what they are read from. */
function text(reader: JsonReader, what: string): Buffer {
  return Buffer.from(reader.stringBytes(what));
}
