import { createHash, hash } from 'node:crypto';
import { keymapLine, type TreeSink } from '@ekv/dump-tree';
import { numbered, type OddShape, type PlainShape, type ShapeWriter, shortText, writeLines } from './odd-shape.ts';

/** docs/format/05-s3.md, sections 2 to 4. */

const SIDECAR = '.elastickv-meta.json';
const LEAF_DATA = '.elastickv-leaf-data';
const USER_DATA = '.user-data';
/** Folders in each other. */
const LEVELS = 500;
/** Objects of a folder of the usual size. */
const FOLDER_OBJECTS = 100;
const HASH_DIGITS = 32;

function writeBucket(sink: TreeSink, name: string): void {
  const fields = { format_version: 1, name, region: 'us-east-1', acl: 'private' };
  sink.file(`s3/${name}/_bucket.json`, Buffer.from(JSON.stringify(fields, null, 2)));
}

function writeObject(sink: TreeSink, path: string, i: number): void {
  const body = Buffer.from(shortText(i));
  const fields = {
    format_version: 1,
    etag: hash('md5', body, 'hex'),
    size_bytes: body.length,
    last_modified: '2026-01-01T00:00:00Z',
    content_type: 'text/plain',
  };
  sink.file(`s3/${path}`, body);
  sink.file(`s3/${path}${SIDECAR}`, Buffer.from(JSON.stringify(fields, null, 2)));
}

/** One bucket in which each record is an object at `path`. */
function objects(path: (i: number) => string): ShapeWriter {
  return (sink, records) => {
    writeBucket(sink, 'bucket');
    for (let i = 0; i < records; i++) writeObject(sink, `bucket/${path(i)}`, i);
  };
}

const IN_FOLDERS: PlainShape = {
  name: 'objects',
  write: objects((i) => `2026/01/${numbered(Math.floor(i / FOLDER_OBJECTS))}/${numbered(i)}`),
};

/** The name of a record whose key is not its path. */
interface Renamed {
  readonly path: string;
  readonly key: string;
  readonly kind: 's3-leaf-data' | 'meta-suffix-rename' | 'sha-fallback';
}

/** One bucket in which some of the records are renamed; the keys must ascend. */
function renamedObjects(record: (i: number) => Renamed | string): ShapeWriter {
  return (sink, records) => {
    writeBucket(sink, 'bucket');
    writeLines(sink, 's3/bucket/KEYMAP.jsonl', keymapLines(sink, records, record));
  };
}

function* keymapLines(sink: TreeSink, records: number, record: (i: number) => Renamed | string): Generator<string> {
  for (let i = 0; i < records; i++) {
    const name = record(i);
    const renamed = typeof name !== 'string';
    writeObject(sink, `bucket/${renamed ? name.path : name}`, i);
    if (!renamed) continue;
    const { path, key, kind } = name;
    yield keymapLine({ encoded: path, original: Buffer.from(key), kind }).toString();
  }
}

function hashedName(digested: string, shown: string): string {
  const digest = createHash('sha256').update(digested).digest('hex').slice(0, HASH_DIGITS);
  return `${digest}__${encodeURIComponent(Buffer.from(shown).subarray(0, 64).toString())}`;
}

/** An object that is the folder of another one, in turn with that. */
function leafData(i: number): Renamed | string {
  const key = numbered(i >> 1);
  return i % 2 === 1 ? `${key}/inner` : { path: key + LEAF_DATA, key, kind: 's3-leaf-data' };
}

/** A name that belongs to sidecars. */
function metaSuffix(i: number): Renamed {
  const key = numbered(i) + SIDECAR;
  return { path: key + USER_DATA, key, kind: 'meta-suffix-rename' };
}

/** A separator of other systems: the whole key becomes one name. */
function backslash(i: number): Renamed {
  const key = `folder\\${numbered(i)}`;
  return { path: hashedName(key, key), key, kind: 'sha-fallback' };
}

/** An object whose name is empty, in a folder of its own. */
function emptyName(i: number): Renamed {
  const folder = numbered(i);
  return { path: `${folder}/${hashedName('', '')}`, key: `${folder}/`, kind: 'sha-fallback' };
}

/** Longer than a file name may be. */
function longName(i: number): Renamed {
  const key = `${'l'.repeat(300)}${numbered(i)}`;
  return { path: hashedName(key, key), key, kind: 'sha-fallback' };
}

function collisions(name: string, record: (i: number) => Renamed | string): OddShape {
  return {
    name,
    record: 'object',
    records: 200_000,
    write: renamedObjects(record),
    plain: IN_FOLDERS,
    renamesCollisions: true,
  };
}

const MANY_WAYS = objects((i) => `${numbered(i)}/${'d/'.repeat(LEVELS - 2)}object`);
const DEEP_FOLDER = 'd/'.repeat(LEVELS - 2);

export const S3_SHAPES: readonly OddShape[] = [
  {
    name: 'buckets',
    record: 'bucket',
    records: 100_000,
    write: (sink, records) => {
      for (let i = 0; i < records; i++) {
        const bucket = `bucket-${numbered(i)}`;
        writeBucket(sink, bucket);
        writeObject(sink, `${bucket}/object`, i);
      }
    },
    plain: IN_FOLDERS,
  },
  {
    name: 'deep-folder',
    record: 'object',
    records: 100_000,
    write: objects((i) => `${DEEP_FOLDER}${numbered(Math.floor(i / FOLDER_OBJECTS))}/${numbered(i)}`),
    plain: IN_FOLDERS,
  },
  {
    name: 'folder-ladder',
    record: 'object',
    records: 100_000,
    write: objects((i) => `${'d/'.repeat(i % LEVELS)}${numbered(i)}`),
    plain: IN_FOLDERS,
  },
  {
    name: 'deep-folders',
    record: 'folder',
    records: 100_000,
    write: (sink, records, scratch) => MANY_WAYS(sink, Math.ceil(records / LEVELS), scratch),
    plain: {
      name: 'folders of one',
      write: objects((i) => `${numbered(i)}/object`),
    },
  },
  collisions('leaf-data', leafData),
  collisions('meta-suffix', metaSuffix),
  collisions('backslash', backslash),
  collisions('empty-name', emptyName),
  collisions('long-s3-names', longName),
];
