import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, openSnapshot, type SnapshotRow } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { s3Buckets, s3Objects } from '../read/index.ts';
import { digestsOf } from '../rows.test-data.ts';
import { decodeToFolder, writeSnapshot } from '../snapshot-file.test-data.ts';
import { Bucket, type BucketObject } from './bucket.ts';
import { bucketRecords, type NamedBucket } from './bucket-records.ts';
import { objectRecords } from './object-records.ts';

const root = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What no caller with types gives. */
const odd: fc.Arbitrary<unknown> = fc.constantFrom(
  undefined,
  null,
  -1,
  0.5,
  5n,
  Number.NaN,
  '',
  'a\ud800',
  '..',
  [],
  {},
  Buffer.from([0xff, 0, 0x2f]),
  new Date(Number.NaN),
);
/** Mostly right, now and then of any kind. */
const mostly = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: odd as fc.Arbitrary<T> });

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const textOrBytes = fc.oneof(
  text,
  text.map((given) => Buffer.from(given)),
);
const anyBytes = fc.oneof(text, fc.uint8Array({ maxLength: 12 }));
const optional = fc.option(mostly(textOrBytes), { nil: undefined });
const time = fc.oneof(
  fc.date({ min: new Date(0), max: new Date(1e14) }),
  fc.nat(),
  fc.bigInt({ min: 0n, max: (1n << 48n) - 1n }),
);
const metadata = fc.oneof(
  fc.dictionary(text, mostly(textOrBytes), { maxKeys: 3 }),
  fc.array(fc.tuple(text, textOrBytes), { maxLength: 3 }).map((entries) => new Map(entries)),
  fc.constant(null),
);
const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', 'ä', '\0'), minLength: 1, maxLength: 6 });
const bucket = fc.record({ name: mostly(name), owner: optional, region: optional, acl: optional });
const object = fc.record({
  key: mostly(anyBytes),
  body: mostly(anyBytes),
  etag: optional,
  lastModified: fc.option(mostly(time), { nil: undefined }),
  contentType: optional,
  contentEncoding: optional,
  cacheControl: optional,
  contentDisposition: optional,
  userMetadata: fc.option(mostly(metadata), { nil: undefined }),
});

const textOf = (given: string | Uint8Array | undefined) =>
  given === undefined || given.length === 0 ? undefined : Buffer.from(given as string).toString();

/** What the reader gives of an object that was written. */
function valuesOf(given: BucketObject) {
  const entries =
    given.userMetadata instanceof Map ? [...given.userMetadata] : Object.entries(given.userMetadata ?? {});
  const body = Buffer.from(given.body as string);
  return {
    key: Buffer.from(given.key as string).toString('hex'),
    body: body.toString('hex'),
    etag:
      given.etag === undefined
        ? expect.stringMatching(/^[0-9a-f]{32}$/)
        : textOf(given.etag)?.replace(/^"(.*)"$/s, '$1') || undefined,
    lastModified:
      given.lastModified === undefined || Number(given.lastModified) === 0
        ? undefined
        : new Date(Number(given.lastModified)),
    contentType: textOf(given.contentType),
    contentEncoding: textOf(given.contentEncoding),
    cacheControl: textOf(given.cacheControl),
    contentDisposition: textOf(given.contentDisposition),
    userMetadata: new Map(
      entries.filter(([, value]) => value !== undefined).map(([key, value]) => [key, textOf(value) ?? '']),
    ),
  };
}

/** Writes, decodes and reads back. */
function readBack(rows: readonly SnapshotRow[]) {
  const path = join(root, 'in.fsm');
  writeSnapshot(path, rows);
  const tree = mkdtempSync(join(root, 'tree-'));
  decodeToFolder(path, tree, { renameCollisions: true });
  using snapshot = openSnapshot(path);
  const objects = Array.from(s3Objects(snapshot), (found) => ({
    key: found.keyBytes.toString('hex'),
    body: found.read().toString('hex'),
    etag: found.etag,
    lastModified: found.lastModified,
    contentType: found.contentType,
    contentEncoding: found.contentEncoding,
    cacheControl: found.cacheControl,
    contentDisposition: found.contentDisposition,
    userMetadata: new Map(Object.entries(found.userMetadata)),
  }));
  return { buckets: [...s3Buckets(snapshot)], objects };
}

/** The result of a call; `undefined` when it refuses its arguments. */
async function unlessRefused<T>(call: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ArgumentError) return undefined;
    throw error;
  }
}

test('arguments are refused, or give rows that decode takes and that hold the same values', async () => {
  let written = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(bucket, object, async (givenBucket: NamedBucket, given: BucketObject) => {
      const rows = await unlessRefused(() => [
        ...bucketRecords(givenBucket),
        ...objectRecords(givenBucket.name, given.key, given.body as string, given),
      ]);
      const streamed = await unlessRefused(() => rowsOf(givenBucket, { ...given, body: [given.body as string] }));
      if (rows === undefined) refused++;
      else {
        written++;
        const { buckets, objects } = readBack(rows);
        const { name, owner, region, acl } = givenBucket;
        expect(buckets).toEqual([
          {
            name: textOf(name),
            owner: textOf(owner),
            region: textOf(region),
            acl: textOf(acl),
            creationDate: undefined,
            generation: 1n,
          },
        ]);
        expect(objects).toEqual([valuesOf(given)]);
        expect(digestsOf(streamed!)).toEqual(digestsOf(rows));
      }
    }),
    { numRuns: 80 },
  );
  expect(written).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(10);
}, 30_000);

async function rowsOf({ name, ...settings }: NamedBucket, given: BucketObject): Promise<SnapshotRow[]> {
  const rows: SnapshotRow[] = [];
  for await (const row of new Bucket(name, settings).rows([given])) rows.push(row);
  return rows;
}
