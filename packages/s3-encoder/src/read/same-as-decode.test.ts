import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { blobRow, bodies, bucketRow, decoded, id, objectRows } from '../rows.test-data.ts';
import { writeSnapshot } from '../snapshot-file.test-data.ts';
import { s3Objects } from './index.ts';

const path = join(mkdtempSync(join(tmpdir(), 'ekv-s3-test-')), 'in.fsm');
afterAll(() => rmSync(join(path, '..'), { recursive: true }));

const object = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.bigInt({ min: 0n, max: 3n }), fc.boolean());
const objects = fc.uniqueArray(object, {
  selector: ([key, generation]) => `${key}/${generation}`,
  minLength: 1,
  maxLength: 10,
});
/** Generation of the bucket's row, when it has one. */
const active = fc.option(fc.nat({ max: 3 }), { nil: undefined });

test('the objects of the reader are those that decode writes, whatever their generations', () => {
  fc.assert(
    fc.property(objects, active, (list, generation) => {
      const rows = list.flatMap(([key, number, isWhole]) => {
        const content = `${key} of ${number}`;
        return isWhole ? objectRows(key, content, number) : [blobRow(id(key, number), content)];
      });
      if (generation !== undefined) rows.push(bucketRow('b', { generation }));
      writeSnapshot(path, rows);
      using snapshot = openSnapshot(path);
      const read = Array.from(s3Objects(snapshot), (found) => [found.key, found.read().toString()]);
      expect(Object.fromEntries(read)).toEqual(bodies(decoded(rows)));
      expect(new Set(read.map(([key]) => key)).size).toBe(read.length);
    }),
    { numRuns: 30 },
  );
}, 30_000);
