import {
  FORMAT_VERSION,
  failWithoutVersion,
  I64_MAX,
  type JsonFieldContext,
  readFormatVersion,
  readText,
  skipUnknown,
} from '@ekv/adapter';
import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import type { ObjectFacts, ObjectFields } from '../layout/head-value.ts';
import { lastModifiedMs, lastModifiedText } from './last-modified.ts';

/** The bytes of an object's sidecar. docs/format/05-s3.md, section 2.4. */

/** What a sidecar says of its object. */
export interface Sidecar extends ObjectFacts {
  readonly size: bigint;
  /** Whether it gives a time, be it one that means nothing. */
  readonly hasTime: boolean;
  /** A time that means nothing, as it is written. */
  readonly unusableTime: string | undefined;
}

const NO_TEXT = Buffer.alloc(0);

/** Reads a sidecar. The texts are parts of its bytes. @param path byte string. Throws DataError, with path and line. */
export function readSidecar(context: JsonFieldContext, path: string, bytes: Buffer): Sidecar {
  const { tree, reader } = context;
  const texts: Record<string, Buffer | undefined> = {};
  let size = 0n;
  let time = '';
  let userMetadata: ReadonlyMap<string, Buffer> | null = null;
  let versionSeen = false;
  reader.reset(tree.display(path), bytes);
  const start = reader.mark();
  reader.object((field) => {
    switch (field) {
      case 'format_version':
        versionSeen = readFormatVersion(reader);
        return;
      case 'size_bytes':
        size = reader.takeNull() ? 0n : readSize(reader);
        return;
      case 'last_modified':
        time = readText(reader, field)?.toString() ?? '';
        return;
      case 'user_metadata':
        userMetadata = readUserMetadata(reader);
        return;
      case 'etag':
      case 'content_type':
      case 'content_encoding':
      case 'cache_control':
      case 'content_disposition':
        texts[field] = readText(reader, field);
        return;
      default:
        skipUnknown(context, field, path);
    }
  }, 'the file');
  reader.end();
  if (!versionSeen) failWithoutVersion((rule) => reader.failAtMark(start, rule));
  const ms = time === '' ? 0n : lastModifiedMs(time);
  return {
    size,
    lastModifiedMs: ms ?? 0n,
    hasTime: time !== '',
    unusableTime: ms === undefined ? time : undefined,
    userMetadata,
    etag: texts.etag,
    contentType: texts.content_type,
    contentEncoding: texts.content_encoding,
    cacheControl: texts.cache_control,
    contentDisposition: texts.content_disposition,
  };
}

/** No body has a negative length; `-0` is a way to write 0. */
function readSize(reader: JsonReader): bigint {
  const text = reader.number('"size_bytes"');
  if (/^-?(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= I64_MAX) return BigInt(text);
  return reader.fail(
    `"size_bytes" must be an integer in plain digits, of 64 bits with a sign, not ${text.slice(0, 40)}`,
  );
}

function readUserMetadata(reader: JsonReader): ReadonlyMap<string, Buffer> | null {
  if (reader.takeNull()) return null;
  const metadata = new Map<string, Buffer>();
  reader.object((name) => {
    metadata.set(name, reader.takeNull() ? NO_TEXT : reader.stringBytes('a value of "user_metadata"'));
  }, '"user_metadata"');
  return metadata;
}

/** Writes the sidecar of an object; empty texts are left out. */
export function writeSidecar(json: JsonBytes, fields: ObjectFields): void {
  json.reset();
  json.text(`{\n  "format_version": ${FORMAT_VERSION}`);
  textField(json, 'etag', fields.etag);
  json.text(`,\n  "size_bytes": ${fields.size}`);
  if (fields.lastModified !== 0n) json.text(`,\n  "last_modified": "${lastModifiedText(fields.lastModified)}"`);
  textField(json, 'content_type', fields.contentType);
  textField(json, 'content_encoding', fields.contentEncoding);
  textField(json, 'cache_control', fields.cacheControl);
  textField(json, 'content_disposition', fields.contentDisposition);
  if (fields.userMetadata.size > 0) writeUserMetadata(json, fields.userMetadata);
  json.text('\n}');
}

/** A member of the outer object, unless the text is empty. */
export function textField(json: JsonBytes, name: string, text: Buffer): void {
  if (text.length === 0) return;
  json.text(`,\n  "${name}": `);
  json.string(text, 0, text.length, 'html');
}

function writeUserMetadata(json: JsonBytes, metadata: ReadonlyMap<string, Buffer>): void {
  const entries = [...metadata].map(([name, value]) => [Buffer.from(name), value] as const);
  entries.sort(([a], [b]) => a.compare(b));
  json.text(',\n  "user_metadata": {');
  entries.forEach(([name, value], i) => {
    json.text(i === 0 ? '\n    ' : ',\n    ');
    json.string(name, 0, name.length, 'html');
    json.text(': ');
    json.string(value, 0, value.length, 'html');
  });
  json.text('\n  }');
}
