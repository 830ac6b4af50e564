import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuplicateKeyError, EkvError, openSnapshot, type SnapshotRow } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fromObjects, toPutObject } from './bridge/aws.ts';
import { fromFolder } from './bridge/folder.ts';
import { Bucket, bucketRecords, objectRecords } from './index.ts';
import { s3Buckets, s3Objects } from './read/index.ts';
import { decodeToFolder, writeSnapshot } from './snapshot-file.test-data.ts';

const root = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
afterAll(() => rmSync(root, { recursive: true }));
const folder = mkdtempSync(join(root, 'files-'));
writeFileSync(join(folder, 'a.txt'), 'hello');
const path = join(root, 'read.fsm');
writeSnapshot(path, [...bucketRecords({ name: 'b' }), ...objectRecords('b', 'k', 'x')]);
const snapshot = openSnapshot(path);
afterAll(() => snapshot.close());

/** What callers without types give, in a wrong place as a rule; made anew for each call, because some can be read once. */
const ODD: ReadonlyArray<() => unknown> = [
  () => undefined,
  () => null,
  () => true,
  () => -1,
  () => Number.NaN,
  () => 2n ** 64n,
  () => '',
  () => 'b',
  () => 'a\ud800',
  () => '..',
  () => Symbol('s'),
  () => Buffer.from([0xff, 0, 0x2f]),
  () => new Uint16Array(2),
  () => new ArrayBuffer(2),
  () => [],
  () => [null],
  () => [['k', 'v']],
  () => ({}),
  () => Object.create(null),
  () => new Map([['k', 'v']]),
  () => new Set(['k']),
  () => new Date(0),
  () => new Date(Number.NaN),
  () => Promise.resolve('x'),
  () => new Blob(['x']),
  () => new Blob(['x']).stream(),
  () => new Response('x'),
  () => new Response(null),
  () => new Error('no value'),
  () => /x/,
  () => (): void => {},
  () => ['x'].values(),
  () => ({ [Symbol.iterator]: 5 }),
  () => ({ [Symbol.asyncIterator]: undefined }),
  () => ({ path: '/nothing', offset: 0 }),
  () => ({ body: 'x', ok: true, status: 200 }),
];
const odd = fc.constantFrom(...ODD);
/** The right argument as a rule, else one that is odd; or a field, of those that are, that is odd. */
const mostly = (right: () => unknown): fc.Arbitrary<() => unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(right) },
    { weight: 2, arbitrary: odd },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.nat(), odd).map(
        ([at, make]) =>
          () =>
            withField(right(), at, make()),
      ),
    },
  );

function withField(given: unknown, at: number, value: unknown): unknown {
  if (Array.isArray(given)) return given.map((item) => withField(item, at, value));
  if (typeof given !== 'object' || given === null) return value;
  const names = Object.keys(given);
  return { ...given, [names[at % names.length] ?? 'warn']: value };
}

const settings = () => ({ owner: 'o', region: 'r', acl: 'private' });
const named = () => ({ name: 'b', ...settings() });
const described = () => ({
  etag: 'e',
  lastModified: new Date(1e12),
  contentType: 'text/plain',
  contentEncoding: undefined,
  cacheControl: 'no-store',
  contentDisposition: 'inline',
  userMetadata: { a: 'b' },
});
const object = () => ({ key: 'k', body: 'hello', size: 5, ...described() });
const options = () => ({ warn: () => {} });
const answer = () => ({ Body: ['hello'], ContentLength: 5, ETag: '"e"', LastModified: new Date(1e12), Metadata: {} });

/** A call with arguments that are right, and what is walked over of its result. */
type Call = readonly [name: string, call: (...given: never[]) => unknown, args: ReadonlyArray<() => unknown>];
const CALLS: readonly Call[] = [
  ['bucketRecords', bucketRecords, [named, options]],
  ['objectRecords', objectRecords, [() => 'b', () => 'k', () => 'hello', described, options]],
  [
    'Bucket.rows',
    (name: string, of: object, objects: [], more: object) => new Bucket(name, of).rows(objects, more),
    [() => 'b', settings, () => [object(), { ...object(), key: 'l' }], options],
  ],
  [
    'fromObjects',
    (list: [], given: unknown, more: object) =>
      new Bucket('b').rows(fromObjects(list, async () => given as never, more)),
    [() => [{ Key: 'k', Size: 5 }], answer, () => ({ concurrency: 2 })],
  ],
  // A folder of this test's own in the place of the one above: that holds all packages.
  [
    'fromFolder',
    (path: never, more: never) => fromFolder(path === '..' ? join(folder, '..') : path, more),
    [() => folder, () => ({ ...options(), contentType: () => 'text/plain' })],
  ],
  ['s3Buckets', s3Buckets, [() => snapshot]],
  ['s3Objects', s3Objects, [() => snapshot, () => ({ ...options(), bucket: 'b', prefix: 'k' })]],
  ['toPutObject', toPutObject, [() => [...s3Objects(snapshot)][0]]],
];

/** All that a call gives, or the error with which it refuses. */
async function outcomeOf(call: Call[1], args: readonly unknown[]): Promise<unknown[] | Error> {
  try {
    const given = call(...(args as never[])) as AsyncIterable<unknown>;
    const all: unknown[] = [];
    if (Symbol.iterator in given || Symbol.asyncIterator in given) for await (const item of given) all.push(item);
    return all;
  } catch (error) {
    return error as Error;
  }
}

const GIVES_ROWS = new Set(['bucketRecords', 'objectRecords', 'Bucket.rows', 'fromObjects']);

test.each(CALLS)(
  '%s of any arguments refuses them in words of ekv, or gives what is right',
  async (name, call, right) => {
    expect(
      await outcomeOf(
        call,
        right.map((make) => make()),
      ),
    ).toBeInstanceOf(Array);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(...right.map(mostly)), async (makers) => {
        const outcome = await outcomeOf(
          call,
          makers.map((make) => make()),
        );
        if (outcome instanceof Error) {
          refused++;
          expect(outcome).toBeInstanceOf(EkvError);
          expect(outcome.message).not.toMatch(/undefined|\[object|Symbol\(/);
        } else if (GIVES_ROWS.has(name)) decodes(name, outcome as SnapshotRow[]);
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(5);
  },
);

function decodes(name: string, rows: SnapshotRow[]): void {
  const bucket = name === 'objectRecords' ? bucketRecords({ name: 'b' }) : [];
  const written = join(root, 'written.fsm');
  try {
    writeSnapshot(written, [...bucket, ...rows]);
  } catch (error) {
    // Several objects were given the same odd key: whoever writes the rows tells that.
    if (error instanceof DuplicateKeyError) return;
    throw error;
  }
  const tree = mkdtempSync(join(root, 'tree-'));
  decodeToFolder(written, tree, { renameCollisions: true });
  rmSync(tree, { recursive: true });
}
