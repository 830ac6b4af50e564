import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { paddingOf, writeHeader } from './tar/tar-header.ts';
import { ARCHIVE_END, memberHead } from './tar/tar-members.ts';

export const MANIFEST = JSON.stringify({
  format_version: 1,
  phase: 'phase0-snapshot-decode',
  wall_time_iso: '2026-01-02T03:04:05.9Z',
  cluster_id: 'prod',
  last_commit_ts: 7,
  adapters: { redis: {} },
  exclusions: {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: false,
    include_sqs_side_records: false,
  },
  checksum_algorithm: 'sha256',
  checksum_format: 'sha256sum',
  encoded_filename_charset: 'rfc3986-unreserved-plus-percent',
  key_segment_max_bytes: 240,
  s3_meta_suffix: '.elastickv-meta.json',
  s3_collision_strategy: 'leaf-data-suffix',
  dynamodb_layout: 'per-item',
});

/** More than is read at once. */
const LARGE: Buffer = Buffer.alloc((1 << 18) + 5000, 'large ');

/** Content by path, each a byte string. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** Names of all kinds that tar has forms for. */
export const FILES: Files = {
  'MANIFEST.json': MANIFEST,
  'redis/db_0/strings/a.bin': 'hello',
  'redis/db_0/strings/empty.bin': '',
  'redis/db_0/strings/large.bin': LARGE,
  [`redis/db_0/strings/${'n'.repeat(200)}`]: 'a long name',
  [`redis/${'deep/'.repeat(60)}end`]: 'a long path',
  [Buffer.from('redis/ä %2F\\').toString('latin1')]: 'not of ASCII',
};

function checksumsOf(files: Files): string {
  const line = (path: string) => {
    const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    return `${escaped === path ? '' : '\\'}${hash('sha256', files[path]!, 'hex')}  ${escaped}\n`;
  };
  return Object.keys(files).map(line).join('');
}

/** The same files with their CHECKSUMS. */
export function listed(files: Files): Files {
  return { CHECKSUMS: Buffer.from(checksumsOf(files), 'latin1'), ...files };
}

/** A new folder with a dump of these files in `dump`. */
export function placeWithDump(files: Files = FILES): string {
  const folder = temporaryFolder();
  plant(join(folder, 'dump'), listed(files));
  return folder;
}

/** Files below a folder by their paths, as byte strings. */
export function filesIn(folder: string, below = ''): Record<string, string> {
  const native = Buffer.from(`${folder}/${below}`, 'latin1');
  const found: Record<string, string> = {};
  for (const name of readdirSync(native, 'latin1')) {
    const path = `${below}${name}`;
    const file = Buffer.concat([native, Buffer.from(name, 'latin1')]);
    if (statSync(file).isDirectory()) Object.assign(found, filesIn(folder, `${path}/`));
    else found[path] = readFileSync(file, 'latin1');
  }
  return found;
}

/** What a call throws. */
export function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** As {@link filesIn} gives them. */
export function textsOf(files: Files): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, Buffer.from(content).toString('latin1')]),
  );
}

/** A member with any header: of a path up to 100 bytes. */
export interface GivenMember {
  readonly path: string;
  readonly bytes?: string | Buffer;
  /** The character of its kind. Default: a file. */
  readonly type?: string;
  /** What the header says, whatever follows. */
  readonly size?: number;
}

/** An archive of members as they are given, without its end. */
export function membersOf(members: readonly GivenMember[]): Buffer {
  return Buffer.concat(
    members.flatMap(({ path, bytes = '', type = '0', size = bytes.length }) => [
      writeHeader({ name: path, prefix: '', mode: 0o644, size, mtime: 0, type: type as '0' }),
      Buffer.from(bytes),
      Buffer.alloc(paddingOf(bytes.length)),
    ]),
  );
}

/** An archive of a dump: all files in their order, then the other members. */
export function archiveOf(files: Files, more: readonly GivenMember[] = []): Buffer {
  const parts = Object.entries(files).flatMap(([path, content]) => [
    memberHead({ path, kind: 'file', size: content.length, mtime: 0 }),
    Buffer.from(content),
    Buffer.alloc(paddingOf(content.length)),
  ]);
  return Buffer.concat([...parts, membersOf(more), ARCHIVE_END]);
}

/** Writes an archive beside the dump of a place. @returns its path. */
export function plantArchive(place: string, bytes: Buffer, name = 'in.tar'): string {
  const path = join(place, name);
  writeFileSync(path, bytes);
  return path;
}

export function isThere(...path: readonly string[]): boolean {
  return existsSync(join(...path));
}
