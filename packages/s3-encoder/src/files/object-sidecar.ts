import {
  FORMAT_VERSION,
  failWithoutVersion,
  type JsonFieldContext,
  readFormatVersion,
  readText,
  skipUnknown,
} from '@ekv/adapter';
import type { JsonBytes } from '@ekv/dump-tree';
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
