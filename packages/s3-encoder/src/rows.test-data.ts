import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SnapshotRow, Warning } from '@ekv/snapshot';
import {
  bytes,
  contentOf,
  decodeToFolder,
  filesIn,
  type Switches,
  withFolder,
  writeSnapshot,
} from './snapshot-file.test-data.ts';

/** Rows as a server writes them, from byte strings. */

export function seg(name: string): string {
  return `${name.replaceAll('\0', '\0\xff')}\0\x01`;
}

export function u64(value: bigint): string {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(value);
  return number.toString('latin1');
}

export function row(key: string, value = ''): SnapshotRow {
  return { key: bytes(key), value: bytes(value) };
}

export function bucketRow(bucket: string, fields: object = {}): SnapshotRow {
  return row(`!s3|bucket|meta|${seg(bucket)}`, JSON.stringify(fields));
}

/** Bucket, generation and object. */
export function id(object: string, generation = 1n, bucket = 'b'): string {
  return seg(bucket) + u64(generation) + seg(object);
}

export function headRow(identity: string, fields: object): SnapshotRow {
  return row(`!s3|obj|head|${identity}`, JSON.stringify(fields));
}

/** @param version undefined: the key has none. */
export function chunkKey(identity: string, upload: string, part: bigint, chunk: bigint, version?: bigint): string {
  return identity + seg(upload) + u64(part) + u64(chunk) + (version === undefined ? '' : u64(version));
}

export function blobRow(identity: string, content: string, upload = 'u', part = 1n, chunk = 0n, version?: bigint) {
  return row(`!s3|blob|${chunkKey(identity, upload, part, chunk, version)}`, content);
}

export function sha256(content: string): string {
  return createHash('sha256').update(bytes(content)).digest('hex');
}

export function md5(content: string): string {
  return createHash('md5').update(bytes(content)).digest('hex');
}

/** Reference and payload rows of a chunk. */
export function referenceRow(identity: string, content: string, chunk = 0n, version = 7n): SnapshotRow {
  const value = `\x01${Buffer.from(sha256(content), 'hex').toString('latin1')}${u64(BigInt(content.length))}\0\0`;
  return row(`!s3|chunkref|${chunkKey(identity, 'u', 1n, chunk, version)}`, value);
}

export function payloadRow(content: string): SnapshotRow {
  return row(`!s3|chunkblob|${sha256(content)}`, content);
}

/** An object of one chunk, as a single put makes it. */
export function objectRows(object: string, content: string, generation = 1n, fields: object = {}): SnapshotRow[] {
  const identity = id(object, generation);
  const parts = [{ part_no: 1, chunk_count: 1 }];
  return [
    headRow(identity, { upload_id: 'u', size_bytes: content.length, parts, ...fields }),
    blobRow(identity, content),
  ];
}

export interface Decoded {
  /** Contents as byte strings, by path below `s3/`. */
  readonly files: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

/** What decode makes of rows. */
export function decoded(rows: readonly SnapshotRow[], switches: Switches = {}): Decoded {
  return withFolder((folder) => {
    const path = join(folder, 'in.fsm');
    writeSnapshot(path, rows);
    const tree = join(folder, 'tree');
    const warnings = decodeToFolder(path, tree, switches);
    const root = join(tree, 's3');
    return { files: Object.fromEntries(filesIn(root).map((file) => [file, contentOf(root, file)])), warnings };
  });
}

/** Contents of bodies, by path below the bucket `b`. */
export function bodies({ files }: Decoded): Record<string, string> {
  const isBody = ([path]: [string, string]) =>
    !/(^b\/(_bucket\.json|KEYMAP\.jsonl)|\.elastickv-meta\.json)$/.test(path);
  return Object.fromEntries(
    Object.entries(files)
      .filter(isBody)
      .map(([path, content]) => [path.slice(2), content]),
  );
}

export function events({ warnings }: Decoded): string[] {
  return warnings.map(({ event }) => event).filter((event) => event !== 's3_creation_times');
}

/** Keys of rows, and digests of their values: quick to compare. */
export function digestsOf(rows: Iterable<SnapshotRow>): Array<readonly [key: string, md5: string]> {
  return Array.from(rows, ({ key, value }) => {
    const body = value instanceof Uint8Array ? value : JSON.stringify(value);
    return [Buffer.from(key).toString('latin1'), createHash('md5').update(body).digest('hex')] as const;
  });
}
