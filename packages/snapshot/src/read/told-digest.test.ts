import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { ArgumentError, DataError, openSnapshot, writeSnapshot } from '../index.ts';

let path: string;
let lastRowBytes: number;
beforeEach(async () => {
  path = join(temporaryFolder(), 'a.fsm');
  const rows = ['a', 'b'].map((key) => ({ key: Buffer.from(key), value: Buffer.from('value') }));
  const one = await writeSnapshot(path, rows.slice(0, 1));
  lastRowBytes = (await writeSnapshot(path, rows)).bytes - one.bytes;
});

function open(options = {}) {
  return openSnapshot(path, { verify: 'sidecar', ...options });
}

test('a snapshot that has the digest of its sidecar is read as any other', () => {
  using snapshot = open();
  expect(snapshot.rowsOf(['a']).summary).toMatchObject({ entries: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(snapshot.rowsOf(['b']).summary.entries).toBe(2);
});

test('a snapshot that was cut after an entry, which nothing else tells, is refused at its first rows', () => {
  truncateSync(path, readFileSync(path).length - lastRowBytes);
  using plain = openSnapshot(path);
  expect(plain.rowsOf([]).summary.entries).toBe(1);
  using snapshot = open();
  expect(() => snapshot.rowsOf([])).toThrow(DataError);
  using again = open();
  expect(() => again.check({ families: [], bodies: 'passed over' })).toThrow(
    /a\.fsm has the SHA-256 [0-9a-f]{64}, \S+a\.fsm\.encode_info\.json says [0-9a-f]{64}: it is not the file that was written/,
  );
});

test.each<[string, () => void, RegExp]>([
  [
    'none',
    () => rmSync(`${path}.encode_info.json`),
    /encode_info\.json does not exist, so nothing says whether \S+a\.fsm is whole/,
  ],
  ['no JSON', () => appendFileSync(`${path}.encode_info.json`, '}'), /output_fsm_sha256 is no SHA-256$/],
  ['null', () => writeFileSync(`${path}.encode_info.json`, 'null'), /output_fsm_sha256 is no SHA-256$/],
  [
    'no digest',
    () => writeFileSync(`${path}.encode_info.json`, '{"output_fsm_sha256":"ab"}'),
    /output_fsm_sha256 is no SHA-256$/,
  ],
])('a sidecar that says no digest is refused when the snapshot is opened: %s', (_, spoil, message) => {
  spoil();
  expect(() => open()).toThrow(message);
  expect(() => open()).toThrow(DataError);
});

test.each<[string, () => unknown, string]>([
  [
    'an option that is misspelt',
    () => open({ scrach: 5 }),
    'openSnapshot has no option "scrach", did you mean scratch?',
  ],
  ['another way to verify', () => open({ verify: true }), "the option verify must be 'sidecar', not a boolean"],
  [
    'what has no sidecar',
    () => openSnapshot('-', { verify: 'sidecar' }),
    'openSnapshot verifies a file by its path: what is read from elsewhere has no sidecar beside it',
  ],
  [
    'an option of check() that is misspelt',
    () => open().check({ families: [], onrow: () => {} } as never),
    'check() has no option "onrow", did you mean onRow?',
  ],
])('%s is refused', (_, work, message) => {
  expect(work).toThrow(new ArgumentError(message));
});
