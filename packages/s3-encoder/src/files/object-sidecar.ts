import type { JsonBytes } from '@ekv/dump-tree';
import { lastModifiedText } from './last-modified.ts';

/** What a sidecar tells of an object. Texts are valid UTF-8; empty ones are left out. */
export interface SidecarFields {
  readonly etag: Buffer;
  readonly size: bigint;
  /** A clock value; 0 = not known. */
  readonly lastModified: bigint;
  readonly contentType: Buffer;
  readonly contentEncoding: Buffer;
  readonly cacheControl: Buffer;
  readonly contentDisposition: Buffer;
  readonly userMetadata: ReadonlyMap<string, Buffer>;
}

/** Writes the sidecar of an object; docs/format/05-s3.md, section 2.4. */
export function objectSidecar(json: JsonBytes, fields: SidecarFields): void {
  json.reset();
  json.text('{\n  "format_version": 1');
  textField(json, 'etag', fields.etag);
  json.text(`,\n  "size_bytes": ${fields.size}`);
  if (fields.lastModified !== 0n) json.text(`,\n  "last_modified": "${lastModifiedText(fields.lastModified)}"`);
  textField(json, 'content_type', fields.contentType);
  textField(json, 'content_encoding', fields.contentEncoding);
  textField(json, 'cache_control', fields.cacheControl);
  textField(json, 'content_disposition', fields.contentDisposition);
  if (fields.userMetadata.size > 0) userMetadata(json, fields.userMetadata);
  json.text('\n}');
}

/** A member of the outer object, unless the text is empty. */
export function textField(json: JsonBytes, name: string, text: Buffer): void {
  if (text.length === 0) return;
  json.text(`,\n  "${name}": `);
  json.string(text, 0, text.length, 'html');
}

function userMetadata(json: JsonBytes, metadata: ReadonlyMap<string, Buffer>): void {
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
