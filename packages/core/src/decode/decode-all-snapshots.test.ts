import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXCLUSION_NAMES } from '@ekv/manifest';
import { DataError, EnvironmentError, UsageError, type Warning } from '@ekv/snapshot';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { plantSnapshot, snapshotPath, tokenPath } from '../node-folder/node-folder.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { StrictError } from '../run/run.ts';
import { decodeAllSnapshots, type SnapshotOutcome } from './decode-all-snapshots.ts';
import { requestOf } from './decode-folder.test-data.ts';
import type { DecodeFolderRequest } from './decode-snapshot-folder.ts';

const NAMES = ['0000000000000010', '000000000000001f', '00000000000000a0'] as const;
const [OLDEST, MIDDLE, NEWEST] = NAMES;

let node: string;
let output: string;
let warnings: Warning[];
beforeEach(() => {
  const folder = temporaryFolder();
  [node, output, warnings] = [join(folder, 'node'), join(folder, 'out'), []];
  for (const name of NAMES) plantSnapshot(node, name);
});

function decode(more: Partial<DecodeFolderRequest> = {}): SnapshotOutcome[] {
  warnings = [];
  return decodeAllSnapshots(requestOf(node, { output, ...more }), { warn: (warning) => warnings.push(warning) });
}

function states(outcomes: readonly SnapshotOutcome[]): Record<string, string> {
  return Object.fromEntries(outcomes.map(({ output: place, state }) => [place.slice(-16), state]));
}

function errorOf(outcome: SnapshotOutcome | undefined): Error {
  if (outcome?.state !== 'failed') throw new Error('the snapshot did not fail');
  return outcome.error;
}

test('every snapshot is decoded from the oldest on, each to a folder of its own with manifest and list', () => {
  const outcomes = decode();
  expect(outcomes).toMatchObject(
    NAMES.map((name) => ({
      state: 'decoded',
      input: snapshotPath(node, name),
      output: join(output, name),
      snapshotIndex: BigInt(`0x${name}`),
      files: 1,
    })),
  );
  for (const name of NAMES) {
    expect(readFileSync(join(output, name, 'redis/db_0/strings/name.bin'), 'latin1')).toBe(name);
    expect(readdirSync(join(output, name)).sort()).toEqual(['CHECKSUMS', 'MANIFEST.json', 'redis']);
  }
  expect(warnings).toEqual([]);
});

describe('a failure does not end the run', () => {
  test.each<[string, () => void, RegExp, new (message: never) => Error]>([
    ['damage', () => writeFileSync(snapshotPath(node, MIDDLE), 'EKV'), /truncated/, DataError as never],
    ['a missing token', () => rmSync(tokenPath(node, MIDDLE)), /holds no token.*within 0\.03 s/, DataError as never],
    ['a place that is taken', () => plant(join(output, MIDDLE), { file: '' }), /not empty/, UsageError as never],
  ])('%s', (_, harm, words, kind) => {
    harm();
    const outcomes = decode();
    expect(states(outcomes)).toEqual({ [OLDEST]: 'decoded', [MIDDLE]: 'failed', [NEWEST]: 'decoded' });
    const error = errorOf(outcomes[1]);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(words);
    expect(error.message).toContain(MIDDLE);
    expect(error.message).not.toContain('pass it with --input');
    expect(existsSync(join(output, MIDDLE, 'MANIFEST.json'))).toBe(false);
  });

  test('data that strict refuses in one', () => {
    plantSnapshot(node, OLDEST, [stringEntry('a', 'b'), { key: 'raw' }]);
    const outcomes = decode({ strict: true });
    expect(states(outcomes)).toEqual({ [OLDEST]: 'failed', [MIDDLE]: 'decoded', [NEWEST]: 'decoded' });
    expect(errorOf(outcomes[0])).toBeInstanceOf(StrictError);
  });

  test('but a wrong request does, and a folder without a snapshot', () => {
    expect(() => decode({ adapters: [] })).toThrow(UsageError);
    expect(() => decode({ folder: join(node, 'snap') })).toThrow(EnvironmentError);
    expect(existsSync(output)).toBe(false);
  });
});

test('every warning names its snapshot', () => {
  for (const name of [OLDEST, NEWEST]) plantSnapshot(node, name, [stringEntry('a', 'b'), { key: 'raw' }]);
  decode();
  expect(warnings.map(({ event, fields }) => [event, fields.snapshot])).toEqual([
    ['unread_user_data', snapshotPath(node, OLDEST)],
    ['unread_user_data', snapshotPath(node, NEWEST)],
  ]);
});

describe('a dump that is there already', () => {
  const inode = (name: string) => statSync(join(output, name)).ino;

  test('is kept, and a repeated run makes only what is missing', () => {
    decode();
    const before = NAMES.map(inode);
    rmSync(join(output, MIDDLE), { recursive: true });
    plantSnapshot(node, '00000000000000b0');
    const outcomes = decode();
    expect(states(outcomes)).toEqual({
      [OLDEST]: 'kept',
      [MIDDLE]: 'decoded',
      [NEWEST]: 'kept',
      '00000000000000b0': 'decoded',
    });
    expect(outcomes[0]).toMatchObject({ snapshotIndex: 0x10n, lastCommitTs: 1000n, takenAtIsApproximate: true });
    expect([inode(OLDEST), inode(NEWEST)]).toEqual([before[0], before[2]]);
    expect(warnings).toEqual([]);
  });

  test.each<[string, () => Partial<DecodeFolderRequest> | undefined]>([
    ['of other adapters', () => ({ adapters: ['redis', 's3'] })],
    ['with other exclusions', () => ({ exclusions: { ...NO_EXCLUSIONS, include_orphans: true } })],
    ['of another cluster', () => ({ clusterId: 'other' })],
    ['with a file that was changed', () => harm('redis/db_0/strings/name.bin', 'other')],
    ['with a file that is missing', () => void rmSync(join(output, NEWEST, 'redis/db_0/strings/name.bin'))],
    ['without a list', () => void rmSync(join(output, NEWEST, 'CHECKSUMS'))],
    ['with a manifest that was changed', () => void addField()],
  ])('%s is not kept, nor replaced without force', (_, change) => {
    decode();
    const before = inode(NEWEST);
    const more = change();
    const outcome = decode(more).at(-1);
    expect(errorOf(outcome).message).toMatch(/exists and is not empty/);
    expect(inode(NEWEST)).toBe(before);
    expect(decode({ ...more, force: true }).at(-1)?.state).toBe('decoded');
    expect(decode(more).at(-1)?.state).toBe('kept');
  });

  test.each(EXCLUSION_NAMES)('made without %s is none with it', (name) => {
    decode();
    const outcome = decode({ exclusions: { ...NO_EXCLUSIONS, [name]: true } }).at(-1);
    expect(errorOf(outcome).message).toMatch(/exists and is not empty/);
  });

  function harm(path: string, text: string): undefined {
    writeFileSync(join(output, NEWEST, path), text);
  }

  function addField(): void {
    const path = join(output, NEWEST, 'MANIFEST.json');
    writeFileSync(path, readFileSync(path, 'latin1').replace('{', '{ "ekv": { "partial": {} },'));
  }

  test.each<[string, string, () => void]>([
    ["a file in an adapter's folder", 'redis/db_0/strings/other.bin', () => harm('redis/db_0/strings/other.bin', 'x')],
    ['a folder of an adapter that was not selected', 's3/b/_bucket.json', () => plantIn('s3/b/_bucket.json')],
    ['a file beside its own', 'notes.txt', () => plantIn('notes.txt')],
    ['a link', 'redis/db_0/link', () => symlinkSync('strings', join(output, NEWEST, 'redis/db_0/link'))],
  ])(
    'with more than its CHECKSUMS lists is kept with a doubt that names it, which a strict run refuses: %s',
    (_, path, add) => {
      decode();
      add();
      const before = inode(NEWEST);
      expect(decode().at(-1)).toMatchObject({ state: 'kept', warnings: 1 });
      expect(warnings).toMatchObject([
        {
          event: 'kept_dump_unlisted',
          message: expect.stringContaining(join(output, NEWEST, path)),
          fields: { count: 1, snapshot: snapshotPath(node, NEWEST) },
          doubt: true,
        },
      ]);
      expect(errorOf(decode({ strict: true }).at(-1))).toBeInstanceOf(StrictError);
      expect(inode(NEWEST)).toBe(before);
    },
  );

  test('says why a dump is not kept as that of its snapshot', () => {
    decode();
    writeFileSync(join(output, NEWEST, 'redis/db_0/strings/name.bin'), 'edited');
    warnings.length = 0;
    expect(decode().at(-1)).toMatchObject({ state: 'failed' });
    expect(warnings).toMatchObject([
      { event: 'other_dump', message: expect.stringMatching(/name\.bin was changed; --force replaces it$/) },
    ]);
  });

  test('names three of many such files, and counts the others; hidden ones beside its own are nothing', () => {
    decode();
    plantIn('.git/config');
    expect([decode().at(-1)?.state, warnings]).toEqual(['kept', []]);
    for (let i = 0; i < 5; i++) plantIn(`redis/other/${i}`);
    expect(decode().at(-1)?.state).toBe('kept');
    expect(warnings).toMatchObject([{ message: expect.stringMatching(/and 2 more; look at/), fields: { count: 5 } }]);
  });

  function plantIn(path: string): void {
    plant(join(output, NEWEST), { [path]: 'x' });
  }

  test('of a snapshot with another timestamp under its name is not kept', () => {
    decode();
    const bytes = readFileSync(snapshotPath(node, NEWEST));
    bytes.writeBigUInt64LE(1001n, 8);
    writeFileSync(snapshotPath(node, NEWEST), bytes);
    expect(decode().at(-1)?.state).toBe('failed');
  });

  test('is made anew with force', () => {
    decode();
    const before = inode(NEWEST);
    expect(states(decode({ force: true }))).toEqual({ [OLDEST]: 'decoded', [MIDDLE]: 'decoded', [NEWEST]: 'decoded' });
    expect(inode(NEWEST)).not.toBe(before);
  });

  test('is kept in a strict run only when the snapshot passes it', () => {
    plantSnapshot(node, NEWEST, [stringEntry('a', 'b'), { key: 'raw' }]);
    decode();
    const outcomes = decode({ strict: true });
    expect(states(outcomes)).toEqual({ [OLDEST]: 'kept', [MIDDLE]: 'kept', [NEWEST]: 'failed' });
    expect(errorOf(outcomes[2])).toBeInstanceOf(StrictError);
  });

  test('is kept when data is required only when there is some', () => {
    plantSnapshot(node, OLDEST, []);
    decode();
    const outcomes = decode({ requireData: true });
    expect(states(outcomes)).toEqual({ [OLDEST]: 'failed', [MIDDLE]: 'kept', [NEWEST]: 'kept' });
  });
});

describe('a node that is at work', () => {
  test('a snapshot that goes before it is opened is passed over with a warning', () => {
    replaceCall('openSync', (original, ...args) => {
      if (String(args[0]).endsWith(`${OLDEST}.fsm`)) rmSync(String(args[0]), { force: true });
      return original(...args);
    });
    const outcomes = decode();
    restoreCalls();
    expect(states(outcomes)).toEqual({ [OLDEST]: 'vanished', [MIDDLE]: 'decoded', [NEWEST]: 'decoded' });
    expect(warnings).toMatchObject([{ event: 'snapshot_vanished', fields: { snapshot: snapshotPath(node, OLDEST) } }]);
  });

  test('a snapshot whose token goes first, and then the file, has vanished too', () => {
    rmSync(tokenPath(node, OLDEST));
    let isOpen = false;
    replaceCall('openSync', (original, ...args) => {
      isOpen = true;
      return original(...args);
    });
    replaceCall('lstatSync', (original, ...args) => {
      const isGone = isOpen && String(args[0]) === snapshotPath(node, OLDEST);
      return isGone ? undefined : original(...args);
    });
    const outcomes = decode();
    restoreCalls();
    expect(states(outcomes)).toEqual({ [OLDEST]: 'vanished', [MIDDLE]: 'decoded', [NEWEST]: 'decoded' });
  });

  test('snapshots that go while another one is decoded are decoded all the same: all were opened before', () => {
    replaceCall('mkdirSync', (original, ...args) => {
      for (const name of NAMES) {
        for (const path of [tokenPath(node, name), snapshotPath(node, name)]) rmSync(path, { force: true });
      }
      return original(...args);
    });
    const outcomes = decode();
    restoreCalls();
    expect(states(outcomes)).toEqual({ [OLDEST]: 'decoded', [MIDDLE]: 'decoded', [NEWEST]: 'decoded' });
  });

  test('when all go before they are opened, the run fails', () => {
    replaceCall('openSync', (original, ...args) => {
      if (String(args[0]).endsWith('.fsm')) rmSync(String(args[0]), { force: true });
      return original(...args);
    });
    expect(() => decode()).toThrow(/all snapshots in .* vanished/);
    restoreCalls();
  });

  test('no file stays open, more than are opened together', () => {
    for (let i = 0; i < 20; i++) plantSnapshot(node, `00000000000001${String(i).padStart(2, '0')}`);
    const before = readdirSync('/proc/self/fd').length;
    expect(decode()).toHaveLength(23);
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

test('a snapshot whose header is damaged is salvaged as it is by itself', () => {
  const path = snapshotPath(node, MIDDLE);
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('EKVPBBL1')]! ^= 1;
  writeFileSync(path, bytes);
  expect(states(decode())).toMatchObject({ [OLDEST]: 'decoded', [MIDDLE]: 'failed', [NEWEST]: 'decoded' });
  const [, middle] = decode({ salvage: true });
  expect(middle).toMatchObject({ state: 'decoded', partial: { header: 1 } });
});
