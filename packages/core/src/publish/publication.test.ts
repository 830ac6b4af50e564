import { hash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DataError, EnvironmentError, UsageError } from '@ekv/snapshot';
import { failWrites, replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { manifestOf, NO_EXCLUSIONS, plantDump } from '../dump.test-data.ts';
import { attempt, OLDER, placesOf, plantOlder, publishRequest, sidecarOf } from './publish-request.test-data.ts';

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
  plantDump(join(folder, 'tree'));
});

/** Makes the tree one that decode would not give back. */
function plantMismatch(): void {
  plant(folder, { 'tree/redis/db_0/strings/%62.bin': '' });
}

const AS_BEFORE = { output: 'as before', sidecar: 'as before', report: 'none', temporaries: [] };

function expectNothingLeft(): void {
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
}

describe('what is there after a run, older files being there before (08, 4.2)', () => {
  beforeEach(() => plantOlder(folder));

  test.each<[string, () => void, object, typeof DataError | typeof UsageError]>([
    ['a missing manifest', () => rmSync(join(folder, 'tree/MANIFEST.json')), {}, UsageError],
    ['a bad manifest', () => plant(folder, { 'tree/MANIFEST.json': '{' }), {}, DataError],
    ['an adapter that is not in the manifest', () => {}, { adapters: ['redis', 's3'] }, DataError],
    ['a timestamp that is too low', () => {}, { lastCommitTs: 1n }, DataError],
    [
      'a guard',
      () =>
        plant(folder, {
          'tree/MANIFEST.json': manifestOf({
            adapters: ['s3'],
            exclusions: { ...NO_EXCLUSIONS, include_orphans: true },
          }),
        }),
      { adapters: ['s3'] },
      DataError,
    ],
    ['an adapter that fails', () => plant(folder, { 'tree/redis/db_0/sets/a.json': '{' }), {}, DataError],
    ['a duplicate key', () => plant(folder, { 'tree/redis/db_0/strings/%61.bin': '' }), {}, DataError],
  ])('%s: snapshot and sidecar as before, the report removed', (_, spoil, more, kind) => {
    spoil();
    const { error } = attempt(publishRequest(folder, more));
    expect(error).toBeInstanceOf(kind);
    expect(placesOf(output)).toEqual(AS_BEFORE);
    expectNothingLeft();
  });

  test('a scratch root that is missing, or is none: as before, report removed', () => {
    for (const scratchRoot of [join(folder, 'nothing'), output]) {
      plantOlder(folder);
      const { error } = attempt(publishRequest(folder, { selfTest: true, scratchRoot }));
      expect(error).toBeInstanceOf(UsageError);
      expect(error?.message).toContain(scratchRoot);
      expect(placesOf(output)).toEqual(AS_BEFORE);
    }
  });

  test('a disk that gets full while the snapshot is written: as before, report removed', () => {
    failWrites('out.fsm.tmp-', 'ENOSPC');
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toMatch(/out\.fsm: no space left/);
    expect(placesOf(output)).toEqual(AS_BEFORE);
  });

  test('a machine that refuses during the self-test is no mismatch: as before, report removed', () => {
    const { error } = attempt(publishRequest(folder, { selfTest: true }), () =>
      replaceCall('readSync', (original, ...args) => {
        if (readlinkSync(`/proc/self/fd/${args[0]}`).includes('out.fsm.tmp-')) throw systemError('EIO');
        return original(...args);
      }),
    );
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(placesOf(output)).toEqual(AS_BEFORE);
    expectNothingLeft();
  });

  test('a sidecar that cannot be written: as before, report removed', () => {
    failWrites('encode_info.json', 'ENOSPC');
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toContain('out.fsm.encode_info.json');
    expect(placesOf(output)).toEqual(AS_BEFORE);
  });

  test('a self-test that differs: no snapshot, a sidecar with the digest of the rejected bytes, a report', () => {
    plantMismatch();
    const { result } = attempt(publishRequest(folder, { selfTest: true }));
    expect(result).toMatchObject({ outcome: 'mismatch', report: `${output}.mismatch.txt` });
    expect(placesOf(output)).toEqual({
      output: 'none',
      sidecar: 'new',
      report: 'new',
      // Its sidecar tells no digest, so it is not the sidecar of the previous one.
      temporaries: ['out.fsm.previous'],
    });
    expect(readFileSync(`${output}.previous`, 'latin1')).toBe(OLDER.output);
    expect(sidecarOf(output)).toMatchObject({
      output_fsm_sha256: result?.sha256,
      self_test: { ran: true, matched: false },
    });
    expect(readFileSync(`${output}.mismatch.txt`, 'latin1')).toBe(
      'redis/db_0/strings/%62.bin (missing in scratch)\nredis/db_0/strings/b.bin (missing in input)\n',
    );
    expectNothingLeft();
  });

  test.each([true, false])('a success (self-test: %s): both new, the report removed', (selfTest) => {
    const { result } = attempt(publishRequest(folder, { selfTest }));
    expect(result).toMatchObject({ outcome: 'published', selfTest: selfTest ? 'passed' : 'not run' });
    expect(placesOf(output)).toEqual({ output: 'new', sidecar: 'new', report: 'none', temporaries: [] });
    const digest = hash('sha256', readFileSync(output), 'hex');
    expect(result?.sha256).toBe(digest);
    expect(sidecarOf(output)).toMatchObject({
      output_fsm_sha256: digest,
      self_test: { ran: selfTest, matched: selfTest },
    });
    expectNothingLeft();
  });
});

describe('the place of the output', () => {
  test('a folder at the output is refused and stays; the report of an earlier run is removed', () => {
    plant(folder, { 'place/out.fsm/file': '', 'place/out.fsm.mismatch.txt': OLDER.report });
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(UsageError);
    expect(placesOf(output)).toEqual({ output: 'folder', sidecar: 'none', report: 'none', temporaries: [] });
    expect(readdirSync(output)).toEqual(['file']);
  });

  test('a folder that does not exist is refused, the message has the path of the output', () => {
    const { error } = attempt(publishRequest(folder, { output: join(folder, 'no/out.fsm') }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toContain(join(folder, 'no/out.fsm'));
  });

  test('a name with a slash at its end is refused, and nothing in that folder is touched', () => {
    plant(folder, { 'place/.mismatch.txt': 'mine' });
    const { error } = attempt(publishRequest(folder, { output: join(folder, 'place/') }));
    expect(error).toBeInstanceOf(UsageError);
    expect(readFileSync(join(folder, 'place/.mismatch.txt'), 'latin1')).toBe('mine');
  });

  test('a name that is too long for its sidecar is refused before the tree is read', () => {
    plant(folder, { 'tree/redis/db_0/sets/a.json': '{' });
    const { error } = attempt(publishRequest(folder, { output: join(folder, 'place', 'n'.repeat(239)) }));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toMatch(
      /a name of more than 255 bytes, or a path of more than 4095, is more than the system takes \(ENAMETOOLONG\)/,
    );
  });

  test('a folder that cannot be written to is an error with the path of the output', () => {
    plantOlder(folder);
    for (const path of [folder, join(folder, 'tree')]) chmodSync(path, 0o755);
    chmodSync(join(folder, 'place'), 0o555);
    const { error } = asNobody(() => attempt(publishRequest(folder)));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toMatch(/out\.fsm: permission denied/);
    expect(placesOf(output)).toEqual({ ...AS_BEFORE, report: 'as before' });
  });

  test('what is published has mode 0600', () => {
    attempt(publishRequest(folder));
    const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);
    expect([output, `${output}.encode_info.json`].map(modeOf)).toEqual(['600', '600']);
    plantMismatch();
    attempt(publishRequest(folder, { selfTest: true }));
    expect([`${output}.encode_info.json`, `${output}.mismatch.txt`].map(modeOf)).toEqual(['600', '600']);
  });
});

/** Runs without the rights of root. */
function asNobody<T>(work: () => T): T {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('leftovers of killed runs', () => {
  test('are told with their names and stay', () => {
    const names = ['out.fsm', 'out.fsm.encode_info.json', 'out.fsm.mismatch.txt', 'out.fsm.old', 'out.fsm.lock'];
    const left = names.map((name) => `${name}.tmp-0123456789abcdef`);
    for (const name of left) writeFileSync(join(folder, 'place', name), '');
    const { result, warnings } = attempt(publishRequest(folder));
    expect(result?.outcome).toBe('published');
    expect(warnings).toMatchObject([{ event: 'leftovers', fields: { count: left.length } }]);
    for (const name of left) expect(warnings[0]?.message).toContain(join(folder, 'place', name));
    expect(placesOf(output).temporaries.toSorted()).toEqual(left.toSorted());
  });

  test('of other outputs in the same folder are not told', () => {
    for (const name of ['other.fsm.tmp-0123456789abcdef', 'out.fsm.tmp-0123', 'out.fsm.tmp-0123456789ABCDEF'])
      writeFileSync(join(folder, 'place', name), '');
    expect(attempt(publishRequest(folder)).warnings).toEqual([]);
  });
});

test('two outputs share a folder without touching each other', () => {
  attempt(publishRequest(folder));
  attempt(publishRequest(folder, { output: join(folder, 'place/other.fsm') }));
  expect(readdirSync(join(folder, 'place'))).toEqual([
    'other.fsm',
    'other.fsm.encode_info.json',
    'out.fsm',
    'out.fsm.encode_info.json',
  ]);
});

test('a scratch folder that disappears during the run does not matter when nothing is spilled', () => {
  const { result } = attempt(publishRequest(folder, { selfTest: true }), () => rmdirSync(join(folder, 'scratch')));
  expect(result?.outcome).toBe('published');
});
