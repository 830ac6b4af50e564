import { MOST_PARTITIONS } from './partition.ts';
import type { QueueSettings } from './queue-settings.ts';

/** A setting that no server would have. */
export interface BrokenRule {
  /** As it is called in `_queue.json`. */
  readonly field: string;
  readonly rule: string;
}

const LIMITS = ['', 'perMessageGroupId', 'perQueue'];
const SCOPES = ['', 'messageGroup', 'queue'];

/** The first rule that settings break, in the order of docs/format/06-sqs.md, section 6. */
export function brokenRule(settings: QueueSettings): BrokenRule | undefined {
  const limit = settings.fifoThroughputLimit.toString();
  const scope = settings.deduplicationScope.toString();
  return unknownText(limit, scope) ?? badPartitions(settings, limit, scope) ?? missingName(settings);
}

function unknownText(limit: string, scope: string): BrokenRule | undefined {
  if (!LIMITS.includes(limit)) {
    const rule = `"fifo_throughput_limit" must be "perMessageGroupId" or "perQueue", not ${JSON.stringify(limit)}`;
    return { field: 'fifo_throughput_limit', rule };
  }
  if (SCOPES.includes(scope)) return undefined;
  const rule = `"deduplication_scope" must be "messageGroup" or "queue", not ${JSON.stringify(scope)}`;
  return { field: 'deduplication_scope', rule };
}

function badPartitions(
  { isFifo, partitionCount }: QueueSettings,
  limit: string,
  scope: string,
): BrokenRule | undefined {
  const counted = (rule: string) => ({
    field: 'partition_count',
    rule: `"partition_count" is ${partitionCount}, ${rule}`,
  });
  if (partitionCount > 0 && !Number.isInteger(Math.log2(partitionCount))) return counted('it must be a power of two');
  if (partitionCount > MOST_PARTITIONS) return counted(`the maximum is ${MOST_PARTITIONS}`);
  if (!isFifo) return fifoOnly(partitionCount, limit, scope);
  if (partitionCount > 1 && scope === 'queue') {
    const rule = `"deduplication_scope" "queue" does not go with the ${partitionCount} partitions of "partition_count"`;
    return { field: 'deduplication_scope', rule };
  }
  if (limit !== 'perMessageGroupId' || partitionCount > 1) return undefined;
  const rule = `"fifo_throughput_limit" "perMessageGroupId" needs a "partition_count" above 1, not ${partitionCount}`;
  return { field: 'fifo_throughput_limit', rule };
}

function fifoOnly(partitionCount: number, limit: string, scope: string): BrokenRule | undefined {
  const field =
    partitionCount > 1
      ? 'partition_count'
      : limit !== ''
        ? 'fifo_throughput_limit'
        : scope !== ''
          ? 'deduplication_scope'
          : undefined;
  return field === undefined ? undefined : { field, rule: `"${field}" is only valid on FIFO queues` };
}

function missingName({ name }: QueueSettings): BrokenRule | undefined {
  return name.length > 0 ? undefined : { field: 'name', rule: '"name" is missing or empty' };
}
