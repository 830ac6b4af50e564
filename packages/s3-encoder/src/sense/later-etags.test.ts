import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BodyCheck } from '@ekv/adapter';
import { InputTree } from '@ekv/dump-tree';
import { SnapshotWriter, type TakeSlicePiece, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { encodeS3 } from '../encode/index.ts';
import { sidecarOf } from '../hand-made-tree.test-data.ts';
import { bytePath, bytes, withFolder, withScratch } from '../snapshot-file.test-data.ts';

const OTHER = hash('md5', 'other', 'hex');
const WRONG = { etag: OTHER };
const LARGE = 'y'.repeat((3 << 20) + 1);
const MIDDLE = 'x'.repeat(20_000);

interface Written {
  readonly warnings: readonly Warning[];
  readonly sha256: string;
}

/** @param when etags are compared. @param objects by path: body and fields of the sidecar. */
function written(when: 'at once' | 'later', objects: Readonly<Record<string, readonly [string, object?]>>): Written {
  return withFolder((root) =>
    withScratch((scratch) => {
      plantObjects(root, objects);
      const warnings: Warning[] = [];
      const warn = (warning: Warning) => {
        warnings.push(JSON.parse(JSON.stringify(warning).replaceAll(root, '')));
      };
      const checks: BodyCheck[] = [];
      const checkLater = (check: BodyCheck) => 6 + checks.push(check);
      const writer = new SnapshotWriter({ lastCommitTs: 1n, scratch });
      try {
        const options = { scratch, warn, ...(when === 'later' ? { checkLater } : {}) };
        for (const { key, value } of encodeS3(new InputTree(root), options)) writer.add(key, value);
        const take: TakeSlicePiece = (slice, piece) => {
          expect(slice.note![0]).toBe(7);
          checks[0]!.take(slice, piece);
        };
        const { sha256 } = writer.writeTo({ write: () => {} }, { take });
        for (const check of checks) check.report(warn);
        return { warnings, sha256 };
      } finally {
        for (const check of checks) check.close();
      }
    }),
  );
}

function plantObjects(root: string, objects: Readonly<Record<string, readonly [string, object?]>>): void {
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(bytePath(root, dirname(path)), { recursive: true });
    writeFileSync(bytePath(root, path), content);
  };
  write('s3/bucket/_bucket.json', JSON.stringify({ format_version: 1, name: 'bucket' }));
  for (const [path, [body, fields]] of Object.entries(objects)) {
    write(`s3/bucket/${path}`, bytes(body));
    write(`s3/bucket/${path}.elastickv-meta.json`, sidecarOf(body, fields));
  }
}

test.each([
  ['of any size', { a: ['small', WRONG], b: [MIDDLE, WRONG], c: [LARGE, WRONG], d: [LARGE] }, 3],
  ['whose rows come in another order than their files', { 'a/b': [LARGE, WRONG], 'a.b': [MIDDLE, WRONG] }, 2],
  ['of which a small one is found behind a large one', { a: [LARGE, WRONG], b: ['small', WRONG] }, 2],
  ['with a name that is not UTF-8', { '\xff/\xc3\xa4': [MIDDLE, { etag: OTHER.toUpperCase() }] }, 1],
] as const)('bodies %s give one warning and one snapshot, whenever etags are compared', (_, objects, count) => {
  const later = written('later', objects);
  expect(later).toEqual(written('at once', objects));
  const found = later.warnings.filter(({ event }) => event !== 's3_unservable_keys');
  expect(found).toMatchObject([{ event: 's3_etag_mismatch', doubt: true, fields: { count } }]);
});

test('etags that are right, in capitals, or of another form tell nothing', () => {
  const upper = { etag: hash('md5', LARGE, 'hex').toUpperCase() };
  const objects = { a: [LARGE], b: [LARGE, upper], c: [MIDDLE], d: [MIDDLE, { etag: `${OTHER}-2` }] } as const;
  expect(written('later', objects).warnings).toEqual([]);
});
