import { isValidUtf8, JsonBytes, validSequence } from '@ekv/dump-tree';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { FORMAT_VERSION } from './paths.ts';

/** Writes `_queue.json`; docs/format/06-sqs.md, section 4.5. The name may be any bytes. */
export function writeQueueJson(json: JsonBytes, settings: QueueSettings): void {
  json.reset();
  json.text(`{\n  "format_version": ${FORMAT_VERSION},\n  "name": `);
  writeName(json, settings.name);
  if (settings.isFifo) json.text(',\n  "fifo": true');
  if (settings.contentBasedDeduplication) json.text(',\n  "content_based_deduplication": true');
  json.text(`,\n  "visibility_timeout_seconds": ${settings.visibilityTimeoutSeconds}`);
  json.text(`,\n  "message_retention_seconds": ${settings.messageRetentionSeconds}`);
  json.text(`,\n  "delay_seconds": ${settings.delaySeconds}`);
  const { receiveMessageWaitSeconds, maximumMessageSize } = settings;
  if (receiveMessageWaitSeconds !== 0n) json.text(`,\n  "receive_message_wait_seconds": ${receiveMessageWaitSeconds}`);
  if (maximumMessageSize !== 0n) json.text(`,\n  "maximum_message_size": ${maximumMessageSize}`);
  optionalText(json, ',\n  "redrive_policy": ', settings.redrivePolicy);
  optionalText(json, ',\n  "redrive_allow_policy": ', settings.redriveAllowPolicy);
  if (settings.partitionCount !== 0) json.text(`,\n  "partition_count": ${settings.partitionCount}`);
  optionalText(json, ',\n  "fifo_throughput_limit": ', settings.fifoThroughputLimit);
  optionalText(json, ',\n  "deduplication_scope": ', settings.deduplicationScope);
  json.text('\n}');
}

/** Each byte that is not UTF-8 is the escape of U+FFFD: only a name out of a key can have some. */
function writeName(json: JsonBytes, name: Uint8Array): void {
  const bytes = asBuffer(name);
  if (isValidUtf8(bytes, 0, bytes.length)) return json.string(bytes, 0, bytes.length, 'html');
  const piece = new JsonBytes();
  json.text('"');
  for (let i = 0; i < bytes.length; ) {
    const length = validSequence(bytes, i, bytes.length);
    if (length === 0) json.text('\\ufffd');
    else {
      piece.reset();
      piece.string(bytes, i, i + length, 'html');
      json.raw(piece.view(), 1, piece.length - 1);
    }
    i += length || 1;
  }
  json.text('"');
}

function optionalText(json: JsonBytes, name: string, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  json.text(name);
  json.string(asBuffer(bytes), 0, bytes.length, 'html');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
