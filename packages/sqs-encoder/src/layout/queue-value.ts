import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { type QueueState, readQueueState, writeOrigin, writeSettings, writeThrottle } from '../state/queue-state.ts';
import { ENCODED_GENERATION } from './generation.ts';
import { writeOptionalString, writeString } from './json-members.ts';
import { noSettings, type QueueSettings, readSetting } from './queue-settings.ts';

/** What the value of a config row begins with. */
const MAGIC = '\0SQ\x01';
export const QUEUE_MAGIC = Buffer.from(MAGIC, 'latin1');

/** What a config row says. */
export interface QueueValue {
  readonly settings: QueueSettings;
  /** Number of tags: a tree has no place for them. */
  tags: number;
  /** A tree has no place for a throttle either. */
  hasThrottle: boolean;
}

/**
 * Reads the value of a config row, from after its magic on. `null` counts as an object without fields; unknown fields are
 * ignored. The reader must read by the rules `repaired`. docs/format/06-sqs.md, section 4.5.
 *
 * @param state is filled with what a tree has no place for, so that nothing is counted.
 */
export function readQueueValue(reader: JsonReader, state?: QueueState): QueueValue {
  const value: QueueValue = { settings: noSettings(), tags: 0, hasThrottle: false };
  if (!reader.takeNull()) {
    reader.object((field) => {
      if (state !== undefined && readQueueState(reader, field, state)) return;
      if (field === 'tags') value.tags = countMembers(reader);
      else if (field === 'throttle') value.hasThrottle = countMembers(reader) > 0;
      else if (!readSetting(reader, field, value.settings, 'row')) reader.skip();
    }, 'the value');
  }
  reader.end();
  return value;
}

/** Members of an object; what is none has none. */
function countMembers(reader: JsonReader): number {
  let members = 0;
  if (reader.peek() !== 'object') reader.skip();
  else {
    reader.object(() => {
      members++;
      reader.skip();
    });
  }
  return members;
}

/**
 * Writes the value of a config row. Section 2.1.
 *
 * @param state what only a server knows. Absent: as encode writes it, last column.
 */
export function writeQueueValue(json: JsonBytes, settings: QueueSettings, state?: QueueState): void {
  json.reset();
  json.text(`${MAGIC}{"name":`);
  writeString(json, settings.name);
  json.text(`,"generation":${state?.generation ?? ENCODED_GENERATION}`);
  if (state !== undefined) writeOrigin(json, state);
  if (settings.isFifo) json.text(',"is_fifo":true');
  if (settings.contentBasedDeduplication) json.text(',"content_based_dedup":true');
  json.text(`,"visibility_timeout_seconds":${settings.visibilityTimeoutSeconds}`);
  json.text(`,"message_retention_seconds":${settings.messageRetentionSeconds}`);
  json.text(`,"delay_seconds":${settings.delaySeconds}`);
  json.text(`,"receive_message_wait_seconds":${settings.receiveMessageWaitSeconds}`);
  json.text(`,"maximum_message_size":${settings.maximumMessageSize}`);
  writeOptionalString(json, ',"redrive_policy":', settings.redrivePolicy);
  writeOptionalString(json, ',"redrive_allow_policy":', settings.redriveAllowPolicy);
  if (state !== undefined) {
    writeSettings(json, state);
    writeThrottle(json, state);
  }
  if (settings.partitionCount !== 0) json.text(`,"partition_count":${settings.partitionCount}`);
  writeOptionalString(json, ',"fifo_throughput_limit":', settings.fifoThroughputLimit);
  writeOptionalString(json, ',"deduplication_scope":', settings.deduplicationScope);
  json.text('}');
}
