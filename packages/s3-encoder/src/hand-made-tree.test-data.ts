import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import type { Warning } from '@ekv/snapshot';
import { type EncodeS3Options, encodeS3 } from './encode/index.ts';
import { bytePath, bytes, withFolder, withScratch } from './snapshot-file.test-data.ts';

/** A sidecar with all that an object of a server has; fields that are `undefined` are left out. */
export function sidecarOf(body: string, fields: object = {}): string {
  return JSON.stringify({
    format_version: 1,
    etag: createHash('md5').update(bytes(body)).digest('hex'),
    size_bytes: body.length,
    last_modified: '2026-11-23T07:12:40.26Z',
    ...fields,
  });
}

interface ObjectFiles {
  readonly body: string;
  readonly sidecar: string;
}

export interface EncodedObjects {
  /** Manifests, by key as a byte string. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect
  readonly heads: Readonly<Record<string, any>>;
  readonly warnings: readonly Warning[];
}

/** What encode makes of a tree with one bucket, named `bucket`. @param objects by path, a byte string. */
export function encodedObjects(
  objects: Readonly<Record<string, ObjectFiles>>,
  options: Pick<EncodeS3Options, 'complete'> & { bucketFile?: object; others?: Readonly<Record<string, string>> } = {},
): EncodedObjects {
  return withFolder((root) => {
    const write = (path: string, content: string | Buffer) => {
      mkdirSync(bytePath(root, dirname(path)), { recursive: true });
      writeFileSync(bytePath(root, path), content);
    };
    write('s3/bucket/_bucket.json', JSON.stringify({ format_version: 1, name: 'bucket', ...options.bucketFile }));
    for (const [path, content] of Object.entries(options.others ?? {})) write(path, bytes(content));
    for (const [path, { body, sidecar }] of Object.entries(objects)) {
      write(`s3/bucket/${path}`, bytes(body));
      write(`s3/bucket/${path}.elastickv-meta.json`, sidecar);
    }
    return encodedTree(root, options.complete ?? false);
  });
}

function encodedTree(root: string, complete: boolean): EncodedObjects {
  const prefix = '!s3|obj|head|bucket\0\x01\0\0\0\0\0\0\0\x01';
  const warnings: Warning[] = [];
  const heads: Record<string, unknown> = {};
  withScratch((scratch) => {
    const tree = new InputTree(root);
    for (const { key, value } of encodeS3(tree, { scratch, complete, warn: (warning) => warnings.push(warning) })) {
      const row = Buffer.from(key).toString('latin1');
      if (!(value instanceof Uint8Array) || !row.startsWith(prefix)) continue;
      heads[row.slice(prefix.length, -2)] = JSON.parse(Buffer.from(value).toString());
    }
  });
  return { heads, warnings };
}
