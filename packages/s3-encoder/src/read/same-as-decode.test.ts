import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot, type SnapshotRow } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { blobRow, bucketRow, decoded, headRow, id, payloadRow, referenceRow } from '../rows.test-data.ts';
import { writeSnapshot } from '../snapshot-file.test-data.ts';
import { s3Buckets, s3Objects } from './index.ts';

const path = join(mkdtempSync(join(tmpdir(), 'ekv-s3-test-')), 'in.fsm');
afterAll(() => rmSync(join(path, '..'), { recursive: true }));

const UPLOAD = 'u';
const BUCKETS = ['b', 'c', 'd'];

/** How the body of an object is stored. */
const form = fc.constantFrom('one chunk', 'two chunks', 'elsewhere', 'no head', 'other upload');
const object = fc.record({
  bucket: fc.constantFrom(...BUCKETS),
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  generation: fc.bigInt({ min: 0n, max: 3n }),
  form,
});
type StoredForm = typeof object extends fc.Arbitrary<infer T> ? T : never;
const objects = fc.uniqueArray(object, {
  selector: ({ bucket, key, generation }) => `${bucket}/${key}/${generation}`,
  minLength: 1,
  maxLength: 12,
});
/** Generations of the buckets' rows, where they have one. */
const active = fc.array(fc.option(fc.nat({ max: 3 }), { nil: undefined }), { minLength: 3, maxLength: 3 });

function rowsOf({ bucket, key, generation, form }: StoredForm): SnapshotRow[] {
  const identity = id(key, generation, bucket);
  const content = `${key} of ${generation} in ${bucket}`;
  const fields = { upload_id: UPLOAD, size_bytes: content.length, etag: form, last_modified_hlc: 65536 * 1000 };
  const whole = { part_no: 1, chunk_count: 1 };
  switch (form) {
    case 'one chunk':
      return [headRow(identity, { ...fields, parts: [whole] }), blobRow(identity, content)];
    case 'two chunks': {
      const chunks = [blobRow(identity, content.slice(0, 2)), blobRow(identity, content.slice(2), UPLOAD, 1n, 1n)];
      return [headRow(identity, { ...fields, parts: [{ part_no: 1, chunk_count: 2 }] }), ...chunks];
    }
    case 'elsewhere': {
      const part = { ...whole, offloaded: true, chunk_ref_version: 7, chunk_sizes: [content.length] };
      return [headRow(identity, { ...fields, parts: [part] }), referenceRow(identity, content), payloadRow(content)];
    }
    case 'no head':
      return [blobRow(identity, content)];
    case 'other upload':
      return [headRow(identity, { ...fields, size_bytes: 0 }), blobRow(identity, content, 'v')];
  }
}

test('buckets and objects of the reader are those that decode writes, in whatever generations and chunks', () => {
  fc.assert(
    fc.property(objects, active, (list, generations) => {
      const rows = list.flatMap(rowsOf);
      generations.forEach((generation, i) => {
        if (generation !== undefined) rows.push(bucketRow(BUCKETS[i]!, { generation }));
      });
      writeSnapshot(path, rows);
      using snapshot = openSnapshot(path);
      const read = new Map<string, string>();
      for (const { name } of s3Buckets(snapshot))
        for (const found of s3Objects(snapshot, { bucket: name })) {
          read.set(`${name}/${found.key}`, found.read().toString());
          const sidecar = { etag: found.etag, size_bytes: found.size, last_modified: '1970-01-01T00:00:01Z' };
          read.set(`${name}/${found.key}.elastickv-meta.json`, JSON.stringify({ format_version: 1, ...sidecar }));
        }
      const files = Object.entries(decoded(rows).files).filter(([name]) => !name.endsWith('_bucket.json'));
      const asDecoded = files.map(([name, content]): [string, string] =>
        name.endsWith('.json') ? [name, JSON.stringify(JSON.parse(content))] : [name, content],
      );
      expect(read).toEqual(new Map(asDecoded));
      const inOneLoop = Array.from(s3Objects(snapshot), ({ bucket, key }) => `${bucket}/${key}`);
      expect(inOneLoop.toSorted()).toEqual([...read.keys()].filter((name) => !name.endsWith('.json')).toSorted());
    }),
    { numRuns: 40 },
  );
}, 30_000);
