import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { picture, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { decodeSnapshot } from './decode/decode-snapshot.ts';
import { NO_EXCLUSIONS, plantDump, REDIS } from './dump.test-data.ts';
import { attempt, publishRequest } from './publish/publish-request.test-data.ts';

const DAY = 86_400_000n;
/** The snapshot was taken ten days ago; commit timestamps run 9 s ahead of the clock. */
const TAKEN = BigInt(Date.now()) - 10n * DAY;
const LAST_COMMIT_TS = (TAKEN + 9000n) << 16n;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
});

/** A dump of keys that had a day left when it was taken. */
function plantOldDump(): void {
  const expiry = TAKEN + DAY;
  const collection = (list: string, element: string) =>
    `{\n  "format_version": 1,\n  "${list}": [\n    ${element}\n  ],\n  "expire_at_ms": ${expiry}\n}`;
  const files = {
    'redis/db_0/strings/k1.bin': 'v',
    'redis/db_0/strings_ttl.jsonl': `{"key":"k1","expire_at_ms":${expiry}}\n`,
    'redis/db_0/hll/k2.bin': Buffer.from('00525301', 'hex'),
    'redis/db_0/hll_ttl.jsonl': `{"key":"k2","expire_at_ms":${expiry}}\n`,
    'redis/db_0/sets/k3.json': collection('members', '"m"'),
    'redis/db_0/lists/k4.json': collection('items', '"i"'),
    'redis/db_0/streams/k5.jsonl': `{"id":"7-7","fields":[{"name":"f","value":"v"}]}\n{"_meta":true,"length":1,"last_ms":7,"last_seq":7,"expire_at_ms":${expiry}}\n`,
  };
  plantDump(join(folder, 'tree'), files, { lastCommitTs: LAST_COMMIT_TS });
}

test('Redis expiries are moved by the age of the dump, ids of streams stay, and the self-test meets the tree as it is', () => {
  plantOldDump();
  const before = attempt(publishRequest(folder, { selfTest: true }));
  expect(before.warnings.map(({ event, fields }) => [event, fields.count])).toEqual([['redis_past_expiry', 5]]);
  const { result, warnings, error } = attempt(
    publishRequest(folder, { selfTest: true, shiftTimes: true, strict: true }),
  );
  expect(error).toBeUndefined();
  expect(warnings).toEqual([]);
  expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  decodeSnapshot({
    input: join(folder, 'place/out.fsm'),
    output: join(folder, 'again'),
    adapters: REDIS,
    exclusions: NO_EXCLUSIONS,
    toolVersion: 'ekv/test',
  });
  const files = Object.entries(picture(join(folder, 'again'))).filter(([path]) => path.includes('redis/'));
  const expiries = files.flatMap(([, content]) =>
    [...String(content).matchAll(/"expire_at_ms": ?([0-9]+)/g)].map(([, digits]) => BigInt(digits!)),
  );
  expect(expiries).toHaveLength(5);
  for (const expiry of expiries) {
    expect(expiry).toBeGreaterThan(BigInt(Date.now()) + DAY - 600_000n);
    expect(expiry).toBeLessThanOrEqual(BigInt(Date.now()) + DAY);
  }
  expect(files.map(([, content]) => String(content)).join()).toContain('{"id":"7-7",');
});
