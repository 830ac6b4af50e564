import { JsonReader } from '@ekv/dump-tree';
import { noSettings, type QueueSettings, readSetting } from '../layout/queue-settings.ts';
import type { SqsQueue } from '../records/sqs-queue.ts';

/** A queue of a snapshot, as `queueRecords` takes it; docs/format/06-sqs.md, section 2.1. */
export interface StoredQueue extends SqsQueue {
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly visibilityTimeoutSeconds: bigint;
  readonly messageRetentionSeconds: bigint;
  readonly delaySeconds: bigint;
  readonly receiveMessageWaitSeconds: bigint;
  /** Bytes. */
  readonly maximumMessageSize: bigint;
}

/** The queue that the bytes of a `_queue.json` describe, as decode writes them. */
export function storedQueue(json: Buffer): StoredQueue {
  const settings = noSettings();
  const fields = new JsonReader();
  fields.reset('_queue.json', json);
  fields.object((field) => {
    if (!readSetting(fields, field, settings, 'file')) fields.skip();
  });
  return queueOf(settings);
}

function queueOf(settings: QueueSettings): StoredQueue {
  const { partitionCount } = settings;
  return {
    name: settings.name.toString(),
    fifo: settings.isFifo,
    contentBasedDeduplication: settings.contentBasedDeduplication,
    visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
    messageRetentionSeconds: settings.messageRetentionSeconds,
    delaySeconds: settings.delaySeconds,
    receiveMessageWaitSeconds: settings.receiveMessageWaitSeconds,
    maximumMessageSize: settings.maximumMessageSize,
    redrivePolicy: textOf(settings.redrivePolicy),
    redriveAllowPolicy: textOf(settings.redriveAllowPolicy),
    partitionCount: partitionCount === 0 ? undefined : partitionCount,
    // A server knows no others.
    fifoThroughputLimit: textOf(settings.fifoThroughputLimit) as SqsQueue['fifoThroughputLimit'],
    deduplicationScope: textOf(settings.deduplicationScope) as SqsQueue['deduplicationScope'],
  };
}

function textOf(utf8: Buffer): string | undefined {
  return utf8.length === 0 ? undefined : utf8.toString();
}
