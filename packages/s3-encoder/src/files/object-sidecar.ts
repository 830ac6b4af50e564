import {
  FORMAT_VERSION,
  failWithoutVersion,
  type JsonFieldContext,
  readFormatVersion,
  readText,
  skipUnknown,
} from '@ekv/adapter';
import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { byName, type ObjectFacts, type ObjectFields, readUserMetadata } from '../layout/head-value.ts';
import { readI64 } from '../layout/row-json.ts';
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

/** What stands before the values of a sidecar as it is written, in its order, and behind the last one. */
const WRITTEN = {
  version: Buffer.from(`{\n  "format_version": ${FORMAT_VERSION}`),
  etag: Buffer.from(',\n  "etag": '),
  size: Buffer.from(',\n  "size_bytes": '),
  time: Buffer.from(',\n  "last_modified": '),
  contentType: Buffer.from(',\n  "content_type": '),
  contentEncoding: Buffer.from(',\n  "content_encoding": '),
  cacheControl: Buffer.from(',\n  "cache_control": '),
  contentDisposition: Buffer.from(',\n  "content_disposition": '),
  userMetadata: Buffer.from(',\n  "user_metadata": '),
  end: Buffer.from('\n}'),
} as const;

/** Reads a sidecar. The texts are parts of its bytes. @param path byte string. Throws DataError, with path and line. */
export function readSidecar(context: JsonFieldContext, path: string, bytes: Buffer): Sidecar {
  const { tree, reader } = context;
  reader.reset(tree.display(path), bytes);
  const start = reader.mark();
  const asWritten = readAsWritten(reader);
  if (asWritten !== undefined) return asWritten;
  reader.back(start);
  return readFields(context, path, start);
}

/** A sidecar as it is written; `undefined` for every other one, of which a part was taken. */
function readAsWritten(reader: JsonReader): Sidecar | undefined {
  if (!reader.takeBytes(WRITTEN.version)) return undefined;
  const etag = textAfter(reader, WRITTEN.etag);
  const size = reader.takeBytes(WRITTEN.size) ? reader.shortInteger() : undefined;
  if (size === undefined) return undefined;
  const time = textAfter(reader, WRITTEN.time)?.toString() ?? '';
  const contentType = textAfter(reader, WRITTEN.contentType);
  const contentEncoding = textAfter(reader, WRITTEN.contentEncoding);
  const cacheControl = textAfter(reader, WRITTEN.cacheControl);
  const contentDisposition = textAfter(reader, WRITTEN.contentDisposition);
  const hasMetadata = reader.takeBytes(WRITTEN.userMetadata);
  if (hasMetadata && reader.peek() !== 'object') return undefined;
  const userMetadata = hasMetadata ? readUserMetadata(reader) : null;
  // Where something else stood than was expected, that still stands here.
  if (!reader.takeBytes(WRITTEN.end) || !reader.atEnd()) return undefined;
  const texts = { etag, contentType, contentEncoding, cacheControl, contentDisposition };
  return { size, ...timeOf(time), userMetadata, ...texts };
}

/** The string behind these bytes; `undefined` when they do not stand here, or no string behind them. */
function textAfter(reader: JsonReader, name: Buffer): Buffer | undefined {
  return reader.takeBytes(name) && reader.peek() === 'string' ? reader.stringBytes() : undefined;
}

function readFields(context: JsonFieldContext, path: string, start: number): Sidecar {
  const { reader } = context;
  const texts: Record<string, Buffer | undefined> = {};
  let size = 0n;
  let time = '';
  let userMetadata: ReadonlyMap<string, Buffer> | null = null;
  let versionSeen = false;
  reader.object((field) => {
    switch (field) {
      case 'format_version':
        versionSeen = readFormatVersion(reader);
        return;
      case 'size_bytes':
        size = reader.takeNull() ? 0n : readI64(reader, field);
        return;
      case 'last_modified':
        time = readText(reader, field)?.toString() ?? '';
        return;
      case 'user_metadata':
        userMetadata = reader.takeNull() ? null : readUserMetadata(reader);
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
  return {
    size,
    ...timeOf(time),
    userMetadata,
    etag: texts.etag,
    contentType: texts.content_type,
    contentEncoding: texts.content_encoding,
    cacheControl: texts.cache_control,
    contentDisposition: texts.content_disposition,
  };
}

/** @param time as it is written; empty = none. */
function timeOf(time: string): Pick<Sidecar, 'lastModifiedMs' | 'hasTime' | 'unusableTime'> {
  const ms = time === '' ? 0n : lastModifiedMs(time);
  return { lastModifiedMs: ms ?? 0n, hasTime: time !== '', unusableTime: ms === undefined ? time : undefined };
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
  json.text(',\n  "user_metadata": {');
  byName(metadata).forEach(([name, value], i) => {
    json.text(i === 0 ? '\n    ' : ',\n    ');
    json.string(name, 0, name.length, 'html');
    json.text(': ');
    json.string(value, 0, value.length, 'html');
  });
  json.text('\n  }');
}
