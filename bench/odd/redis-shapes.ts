import { encodeFileName, keymapLine, type TreeSink } from '@ekv/dump-tree';
import { numbered, type OddShape, type PlainShape, type ShapeWriter, shortText, writeLines } from './odd-shape.ts';

/** docs/format/03-redis.md, sections 6 to 12. */

const DATABASE = 'redis/db_0';
const FIRST_ID_MS = Date.UTC(2026, 0, 1);
/** Elements of a collection of the usual size. */
const FEW = 20;

/** Writes one collection with the elements `from` to `to`. */
type CollectionWriter = (sink: TreeSink, name: string, from: number, to: number) => void;

/** The head and the foot of a JSON file, and its elements without a comma. */
function jsonCollection(folder: string, list: string, element: (i: number) => string): CollectionWriter {
  return (sink, name, from, to) => {
    const file = sink.pieces(`${DATABASE}/${folder}/${name}.json`);
    file.write(Buffer.from(`{\n  "format_version": 1,\n  "${list}": [`));
    for (let i = from; i < to; i++) file.write(Buffer.from(`${i === from ? '\n' : ',\n'}    ${element(i)}`));
    file.write(Buffer.from('\n  ],\n  "expire_at_ms": null\n}'));
    file.close();
  };
}

const writeHash = jsonCollection(
  'hashes',
  'fields',
  (i) => `{\n      "name": "field:${numbered(i)}",\n      "value": "${shortText(i)}"\n    }`,
);
const writeList = jsonCollection('lists', 'items', (i) => `"${shortText(i)}"`);
const writeSet = jsonCollection('sets', 'members', (i) => `"${shortText(i)}"`);
const writeSortedSet = jsonCollection(
  'zsets',
  'members',
  (i) => `{\n      "member": "${shortText(i)}",\n      "score": ${i % 1000}\n    }`,
);

const writeStream: CollectionWriter = (sink, name, from, to) => {
  writeLines(sink, `${DATABASE}/streams/${name}.jsonl`, streamLines(from, to));
};

function* streamLines(from: number, to: number): Generator<string> {
  for (let i = from; i < to; i++)
    yield `{"id":"${FIRST_ID_MS + i}-0","fields":[{"name":"detail","value":"${shortText(i)}"}]}\n`;
  const last = FIRST_ID_MS + to - 1;
  yield `{"_meta":true,"length":${to - from},"last_ms":${last},"last_seq":0,"expire_at_ms":null}\n`;
}

const one =
  (collection: CollectionWriter): ShapeWriter =>
  (sink, records) =>
    collection(sink, 'large', 0, records);

const many =
  (collection: CollectionWriter): ShapeWriter =>
  (sink, records) => {
    for (let from = 0; from < records; from += FEW)
      collection(sink, numbered(from), from, Math.min(from + FEW, records));
  };

function oneCollection(type: string, record: string, collection: CollectionWriter): OddShape {
  return {
    name: `one-${type}`,
    record,
    records: 2_000_000,
    write: one(collection),
    plain: { name: `many ${type}s`, write: many(collection) },
  };
}

const STRINGS: PlainShape = {
  name: 'strings',
  write: (sink, records) => {
    for (let i = 0; i < records; i++) writeString(sink, `key ${numbered(i)}`, i);
  },
};

function writeString(sink: TreeSink, key: string, i: number): string {
  const encoded = encodeFileName(Buffer.from(key));
  sink.file(`${DATABASE}/strings/${encoded}.bin`, Buffer.from(shortText(i)));
  return encoded;
}

/** Longer than a file name may be: the number comes last, so that only the hash tells names apart. */
function longKey(i: number): string {
  return `${'long/'.repeat(70)}${numbered(i)}`;
}

function writeLongKeys(sink: TreeSink, records: number): void {
  writeLines(sink, `${DATABASE}/KEYMAP.jsonl`, longKeyLines(sink, records));
}

function* longKeyLines(sink: TreeSink, records: number): Generator<string> {
  for (let i = 0; i < records; i++) {
    const key = longKey(i);
    const encoded = writeString(sink, key, i);
    yield keymapLine({ encoded, original: Buffer.from(key), kind: 'sha-fallback' }).toString();
  }
}

/** Each key is the beginning of the next ones: lists that are open at the same time. */
function writeNestedLists(sink: TreeSink, records: number): void {
  for (let i = 0; i < records; i++) {
    const name = `${numbered(Math.floor(i / NESTED))}${'a'.repeat(i % NESTED)}`;
    writeList(sink, name, i, i + 1);
  }
}

const NESTED = 200;

export const REDIS_SHAPES: readonly OddShape[] = [
  oneCollection('hash', 'field', writeHash),
  oneCollection('list', 'item', writeList),
  oneCollection('set', 'member', writeSet),
  oneCollection('zset', 'member', writeSortedSet),
  oneCollection('stream', 'entry', writeStream),
  { name: 'long-keys', record: 'key', records: 200_000, write: writeLongKeys, plain: STRINGS },
  {
    name: 'nested-lists',
    record: 'list',
    records: 200_000,
    write: writeNestedLists,
    plain: {
      name: 'lists of one',
      write: (sink, records) => {
        for (let i = 0; i < records; i++) writeList(sink, `${numbered(i)}${'a'.repeat(NESTED >> 1)}`, i, i + 1);
      },
    },
  },
];
