import {
  FORMAT_VERSION,
  failWithoutVersion,
  type JsonFieldContext,
  readFormatVersion,
  skipUnknown,
} from '@ekv/adapter';
import { isValidUtf8, JsonBytes, validSequence } from '@ekv/dump-tree';
import { writeOptionalString, writeString } from '../layout/json-members.ts';
import { noSettings, type QueueSettings, readSetting } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';

/** What a `_queue.json` says, and where. */
export interface QueueDescription {
  readonly settings: QueueSettings;
  /** File and line of a field's value, for people; of the file when it has no such field. */
  readonly positionOf: (field: string) => string;
}

/**
 * Reads `_queue.json`; docs/format/06-sqs.md, sections 5.1 and 6. Throws DataError with line, column and field.
 *
 * @param context its reader is on the bytes of the file.
 */
export function readQueueJson(context: JsonFieldContext, path: string): QueueDescription {
  const { reader, tree } = context;
  const start = reader.mark();
  const settings = noSettings();
  /** Where the value of each field begins. */
  const marks = new Map<string, number>();
  let hasVersion = false;
  if (!reader.takeNull()) {
    reader.object((field) => {
      marks.set(field, reader.mark());
      if (field === 'format_version') hasVersion = !reader.takeNull() && readFormatVersion(reader);
      else if (!readSetting(reader, field, settings, 'file')) skipUnknown(context, field, path);
    }, 'the file');
  }
  reader.end();
  if (!hasVersion) failWithoutVersion((rule) => reader.failAtMark(start, rule));
  const broken = brokenRule(settings);
  if (broken !== undefined) reader.failAtMark(marks.get(broken.field) ?? start, broken.rule);
  const positionOf = (field: string) => `${tree.display(path)}:${reader.lineAt(marks.get(field) ?? start)}`;
  return { settings, positionOf };
}

/** Writes `_queue.json`; section 4.5. The name may be any bytes. */
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
  writeOptionalString(json, ',\n  "redrive_policy": ', settings.redrivePolicy);
  writeOptionalString(json, ',\n  "redrive_allow_policy": ', settings.redriveAllowPolicy);
  if (settings.partitionCount !== 0) json.text(`,\n  "partition_count": ${settings.partitionCount}`);
  writeOptionalString(json, ',\n  "fifo_throughput_limit": ', settings.fifoThroughputLimit);
  writeOptionalString(json, ',\n  "deduplication_scope": ', settings.deduplicationScope);
  json.text('\n}');
}

/** Each byte that is not UTF-8 is the escape of U+FFFD: only a name out of a key can have some. */
function writeName(json: JsonBytes, name: Buffer): void {
  if (isValidUtf8(name, 0, name.length)) return writeString(json, name);
  const piece = new JsonBytes();
  json.text('"');
  for (let i = 0; i < name.length; ) {
    const length = validSequence(name, i, name.length);
    if (length === 0) json.text('\\ufffd');
    else {
      piece.reset();
      piece.string(name, i, i + length, 'html');
      json.raw(piece.view(), 1, piece.length - 1);
    }
    i += length || 1;
  }
  json.text('"');
}
