import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EkvError, openSnapshot, type SnapshotRow } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { s3Objects } from '../read/index.ts';
import { Bucket } from '../records/bucket.ts';
import { decodeToFolder, writeSnapshot } from '../snapshot-file.test-data.ts';
import { fromObjects } from './aws.ts';

const root = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
/** What no client gives. */
const odd: fc.Arbitrary<unknown> = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ unit: 'binary', maxLength: 4 }));
const mostly = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary: good }, { weight: 1, arbitrary: odd });
const answer = fc.record(
  {
    Body: mostly(fc.array(text, { maxLength: 3 })),
    ContentLength: mostly(fc.constant(undefined)),
    ETag: mostly(text),
    LastModified: mostly(fc.date({ min: new Date(0), max: new Date(1e14), noInvalidDate: true })),
    ContentType: mostly(text),
    Metadata: mostly(fc.dictionary(text, mostly(text), { maxKeys: 2 })),
  },
  { requiredKeys: ['Body'] },
);
const listed = fc.record({ Key: mostly(text), Size: fc.option(fc.nat(), { nil: undefined }) });

test('whatever a client answers gives rows that decode takes, or is refused', async () => {
  const outcomes = { written: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(listed, mostly(answer) as typeof answer, async (object, given) => {
      const rows: SnapshotRow[] = [];
      try {
        const objects = fromObjects([object as never], async () => given as never);
        for await (const row of new Bucket('b').rows(objects, { warn() {} })) rows.push(row);
      } catch (error) {
        expect(error).toBeInstanceOf(EkvError);
        outcomes.refused++;
        return;
      }
      outcomes.written++;
      const path = join(root, 'in.fsm');
      writeSnapshot(path, rows);
      decodeToFolder(path, mkdtempSync(join(root, 'tree-')), { renameCollisions: true });
      using snapshot = openSnapshot(path);
      const [found] = s3Objects(snapshot);
      // Nothing is answered for an object that is gone.
      expect(found === undefined).toBe(given === null);
      if (found === undefined) return;
      expect(found.key).toBe(object.Key);
      expect(found.read().toString()).toBe(((Array.isArray(given) ? given : given.Body) as string[]).join(''));
    }),
    { numRuns: 100 },
  );
  expect(outcomes.written).toBeGreaterThan(10);
  expect(outcomes.refused).toBeGreaterThan(10);
}, 30_000);

test('a part of an object is not taken for the object', async () => {
  const rows = async (ContentRange: string) => {
    const objects = fromObjects([{ Key: 'k' }], async () => ({ Body: ['ab'], ContentLength: 2, ContentRange }));
    for await (const _ of new Bucket('b').rows(objects));
    return 'written';
  };
  expect(await rows('bytes 0-1/2')).toBe('written');
  for (const range of ['bytes 0-1/3', 'bytes 1-2/3', 'bytes 0-1/*', ''])
    await expect(rows(range)).rejects.toThrow(
      `the answer for "k" is a part of the object (ContentRange ${JSON.stringify(range)}); get it without Range and PartNumber`,
    );
});
