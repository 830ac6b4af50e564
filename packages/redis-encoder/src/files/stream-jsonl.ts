import type { JsonBytes } from '@ekv/dump-tree';
import type { StreamMetadata } from '../layout/metadata.ts';

/** Writes the lines of a stream's file, byte for byte: `stream-jsonl-reader.ts` reads them. docs/format/03-redis.md, section 10. */

/** @param fields names and values in turn, valid UTF-8. */
export function writeStreamEntryLine(json: JsonBytes, ms: bigint, seq: bigint, fields: readonly Buffer[]): void {
  json.text(`{"id":"${ms}-${seq}","fields":[`);
  for (let i = 0; i < fields.length; i += 2) {
    json.text(i === 0 ? '{"name":' : ',{"name":');
    json.string(fields[i]!, 0, fields[i]!.length, 'html');
    json.text(',"value":');
    json.string(fields[i + 1]!, 0, fields[i + 1]!.length, 'html');
    json.text('}');
  }
  json.text(']}\n');
}

export function writeStreamClosingLine(json: JsonBytes, metadata: StreamMetadata, expireAtMs: bigint | null): void {
  const { count, lastMs, lastSeq } = metadata;
  json.text(
    `{"_meta":true,"length":${count},"last_ms":${lastMs},"last_seq":${lastSeq},"expire_at_ms":${expireAtMs}}\n`,
  );
}
