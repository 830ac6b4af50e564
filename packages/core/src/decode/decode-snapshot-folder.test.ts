import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, EnvironmentError, SnapshotFormatError, type Warn, type Warning } from '@ekv/snapshot';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plantSnapshot, snapshotPath, tokenOf, tokenPath } from '../node-folder/node-folder.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import type { RunOptions } from '../run/run.ts';
import { refusalOf, requestOf } from './decode-folder.test-data.ts';
import type { DecodeResult } from './decode-request.ts';
import { type DecodeFolderRequest, decodeSnapshotFolder } from './decode-snapshot-folder.ts';

const NAMES = ['0000000000000010', '000000000000001f', '00000000000000a0'] as const;
const [OLDEST, OLDER, NEWEST] = NAMES;

let node: string;
const workingFolder = process.cwd();
beforeEach(() => {
  node = join(temporaryFolder(), 'node');
  for (const name of NAMES) plantSnapshot(node, name);
});
afterEach(() => process.chdir(workingFolder));

function decode(more: Partial<DecodeFolderRequest> = {}, options: RunOptions = {}): DecodeResult {
  return decodeSnapshotFolder(requestOf(node, { folder: join(node, 'fsm-snap'), ...more }), options);
}

function refusal(more: Partial<DecodeFolderRequest> = {}): Error {
  return refusalOf(() => decode(more));
}

function decodedName(output = 'out'): string {
  return readFileSync(join(node, '..', output, 'redis/db_0/strings/name.bin'), 'latin1');
}

function replace(name: string, entries: readonly Entry[], footer: boolean): void {
  plant(node, { [`fsm-snap/${name}.fsm`]: snapshotBytes(entries, { footer }) });
}

test('the snapshot with the highest index is decoded, and its index is in the manifest', () => {
  expect(decode()).toMatchObject({ snapshotIndex: 0xa0n, input: join(node, `fsm-snap/${NEWEST}.fsm`) });
  expect(decodedName()).toBe(NEWEST);
});

test('the data folder above the snapshots is as good', () => {
  decode({ folder: node });
  expect(decodedName()).toBe(NEWEST);
});

test('only regular files with 16 lower-case hex digits and .fsm count', () => {
  const bytes = snapshotBytes([stringEntry('name', 'wrong')], { footer: true });
  const others = ['00000000000000FF.fsm', '00000000000000ff.fsm.tmp', 'ff.fsm', '255.fsm', '00000000000000ff.fsm.bak'];
  for (const name of others) plant(node, { [`fsm-snap/${name}`]: bytes });
  decode();
  expect(decodedName()).toBe(NEWEST);
});

test.each([
  ['a folder without one', () => join(node, 'snap')],
  ['a folder that does not exist', () => join(node, 'nothing')],
])('%s is refused by its name', (_, folderOf) => {
  const error = refusal({ folder: folderOf() });
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error.message).toContain(folderOf());
});

describe('a snapshot that is not whole is never passed over: the error names it and the next older one', () => {
  const named = `the next older one is .*/fsm-snap/${OLDER}\\.fsm, pass it with --input`;

  function expectRefusal(rule: RegExp, more: Partial<DecodeFolderRequest> = {}): Error {
    const error = refusal(more);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(`${NEWEST}.fsm`);
    expect(error.message).toMatch(rule);
    expect(error.message).toMatch(new RegExp(named));
    expect(readdirSync(join(node, '..'))).toEqual(['node']);
    return error;
  }

  test('without a footer', () => {
    replace(NEWEST, [stringEntry('name', NEWEST)], false);
    expectRefusal(/has no checksum footer/);
  });

  test('with a wrong footer', () => {
    const bytes = snapshotBytes([stringEntry('name', NEWEST)], { footer: true });
    bytes[bytes.length - 1]! ^= 1;
    plant(node, { [`fsm-snap/${NEWEST}.fsm`]: bytes });
    const error = expectRefusal(/the checksum does not match/);
    expect(error).toBeInstanceOf(SnapshotFormatError);
  });

  test('cut in the middle', () => {
    plant(node, { [`fsm-snap/${NEWEST}.fsm`]: snapshotBytes([stringEntry('name', NEWEST)]).subarray(0, -3) });
    expectRefusal(/truncated/);
  });

  test('without a token in the folder of tokens', () => {
    const bytes = snapshotBytes([stringEntry('name', NEWEST)], { footer: true });
    plant(node, { 'fsm-snap/00000000000000a1.fsm': bytes });
    const error = refusal();
    expect(error.message).toMatch(/00000000000000a1\.fsm is not a whole snapshot: .*holds no token of this index/);
    expect(error.message).toContain(`${NEWEST}.fsm, pass it with --input`);
  });

  test.each([7n, 0xa1n, 2n ** 64n - 1n])('with a token of another index, lower or higher: %d', (index) => {
    const bytes = readFileSync(join(node, `fsm-snap/${NEWEST}.fsm`));
    plant(node, { [`snap/0000000000000002-${NEWEST}.snap`]: tokenOf(NEWEST, bytes, index) });
    expectRefusal(new RegExp(`is of index ${index}`));
  });

  test('with rows that an adapter cannot read', () => {
    replace(NEWEST, [{ key: '!redis|ttl|a', value: Buffer.from('short') }], true);
    const bytes = readFileSync(snapshotPath(node, NEWEST));
    plant(node, { [`snap/0000000000000002-${NEWEST}.snap`]: tokenOf(NEWEST, bytes) });
    expectRefusal(/expiry in milliseconds; --salvage decodes the rest;/);
  });

  test('with a token of another footer: the rest can be salvaged', () => {
    replace(NEWEST, [stringEntry('name', 'other')], true);
    expect(decode({ salvage: true, output: join(node, 'salvaged') }).partial).toEqual({ token: 1 });
    expectRefusal(/wants the checksum [0-9a-f]{8}, the file has [0-9a-f]{8}; --salvage decodes the rest;/);
  });

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['with a flipped bit', () => flipped(readFileSync(join(node, `snap/0000000000000002-${NEWEST}.snap`)))],
    ['larger than a token can be', () => Buffer.alloc(2 << 20)],
  ])('with a token file that is none: %s', (_, bytesOf) => {
    plant(node, { [`snap/0000000000000002-${NEWEST}.snap`]: bytesOf() });
    expectRefusal(/is no snapshot token/);
  });

  test('when the folder is given as the working folder, or by a link', () => {
    replace(NEWEST, [stringEntry('name', 'other')], true);
    symlinkSync('fsm-snap', join(node, 'link'));
    expect(refusal({ folder: join(node, 'link') }).message).toMatch(/wants the checksum/);
    process.chdir(join(node, 'fsm-snap'));
    expect(refusal({ folder: '.' }).message).toMatch(/wants the checksum/);
  });

  test('the oldest one has no older one', () => {
    for (const name of [OLDER, NEWEST]) rmSync(snapshotPath(node, name));
    replace(OLDEST, [stringEntry('name', OLDEST)], false);
    expect(refusal().message).toMatch(/there is no older one$/);
  });
});

function flipped(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 1]! ^= 1;
  return damaged;
}

test('of several tokens of one index the one of the newest term counts', () => {
  plant(node, { [`snap/0000000000000001-${NEWEST}.snap`]: 'of an older term' });
  decode();
  expect(decodedName()).toBe(NEWEST);
});

test('without a folder of tokens the footer alone decides, and that is said', () => {
  const alone = join(node, '../alone/fsm-snap');
  plant(alone, { [`${NEWEST}.fsm`]: snapshotBytes([stringEntry('name', 'alone')], { footer: true }) });
  expect(eventsOf(alone)).toEqual(['no_token_folder']);
  expect(decodedName()).toBe('alone');
});

test('a folder that is none of a node has no tokens, which is nothing to be said', () => {
  const copies = join(node, '../copies');
  plant(copies, { [`${NEWEST}.fsm`]: snapshotBytes([stringEntry('name', 'copy')], { footer: true }) });
  expect(eventsOf(copies)).toEqual([]);
});

function eventsOf(snapshotFolder: string): string[] {
  const events: string[] = [];
  decode({ folder: snapshotFolder }, { warn: ({ event }) => events.push(event) });
  return events;
}

test.each([
  ['of the in-memory store', () => Buffer.concat([Buffer.from('EKVTHLC1'), Buffer.alloc(8), Buffer.from('EKVMVCC2')])],
  ['that is an empty state', () => Buffer.concat([Buffer.from('EKVTHLC1'), Buffer.alloc(8)])],
  ['that is encrypted', () => encrypted()],
])('a snapshot %s is refused without a hint to an older one, which is no better', (_, bytesOf) => {
  plant(node, { [`fsm-snap/${NEWEST}.fsm`]: bytesOf() });
  const { message } = refusal();
  expect(message).toContain(`${NEWEST}.fsm`);
  expect(message).not.toContain('older');
});

function encrypted(): Buffer {
  const bytes = snapshotBytes([stringEntry('name', 'x')]);
  bytes[bytes.indexOf('name') + 4 + 8 + 8] = 0x02;
  return bytes;
}

describe('a node that is at work', () => {
  function collected(): { warn: Warn; warnings: Warning[] } {
    const warnings: Warning[] = [];
    return { warnings, warn: (warning) => warnings.push(warning) };
  }

  test('a token that comes a moment later is waited for', () => {
    const path = tokenPath(node, NEWEST);
    const token = readFileSync(path);
    writeFileSync(path, token.subarray(0, 20));
    // The thread waits, so only another process can write meanwhile.
    spawn('sh', ['-c', `sleep 0.2; printf '%b' "$0" > "$1"`, escaped(token), path], { stdio: 'ignore' });
    decode({ tokenPatienceMs: 10_000 });
    expect(decodedName()).toBe(NEWEST);
  });

  test('a newer snapshot that comes while a token is waited for is taken', () => {
    const newer = '00000000000000a1';
    rmSync(tokenPath(node, NEWEST));
    const elsewhere = join(node, '../elsewhere');
    plantSnapshot(elsewhere, newer);
    // Renamed, as a node does it: a copy is a file without content first, and that is damage.
    const move = 'sleep 0.1; for folder in snap fsm-snap; do mv "$0/$folder/"* "$1/$folder"; done';
    spawn('sh', ['-c', move, elsewhere, node], { stdio: 'ignore' });
    expect(decode({ tokenPatienceMs: 10_000 }).snapshotIndex).toBe(0xa1n);
  });

  test('a token that does not come is refused after the patience, never an older snapshot taken', () => {
    rmSync(tokenPath(node, NEWEST));
    const begun = performance.now();
    expect(refusal({ tokenPatienceMs: 200 }).message).toMatch(
      /holds no token of this index, nor did it come within 0\.2 s/,
    );
    expect(performance.now() - begun).toBeGreaterThan(190);
  });

  test('a snapshot that goes between the listing and its opening is told, and the newest that is there is taken', () => {
    const { warn, warnings } = collected();
    replaceCall('openSync', (original, ...args) => {
      if (String(args[0]).endsWith(`${NEWEST}.fsm`)) rmSync(String(args[0]), { force: true });
      return original(...args);
    });
    const result = decode({}, { warn });
    restoreCalls();
    expect(result).toMatchObject({ snapshotIndex: 0x1fn, warnings: 1 });
    expect(warnings).toMatchObject([{ event: 'snapshot_vanished', message: expect.stringContaining(NEWEST) }]);
    expect(warnings[0]?.loss ?? warnings[0]?.doubt).toBeUndefined();
  });

  test('a listing that shows no snapshot, because one takes the place of another, is taken again', () => {
    let listings = 0;
    replaceCall('readdirSync', (original, ...args) => (listings++ === 0 ? [] : original(...args)));
    expect(decode().snapshotIndex).toBe(0xa0n);
    restoreCalls();
  });

  test('a folder of a node in which no snapshot shows is looked at again to the end of the patience', () => {
    rmSync(join(node, 'fsm-snap'), { recursive: true });
    mkdirSync(join(node, 'fsm-snap'));
    const elsewhere = join(node, '../elsewhere');
    plantSnapshot(elsewhere, NEWEST);
    spawn('sh', ['-c', 'sleep 0.2; mv "$0/fsm-snap/"* "$1/fsm-snap"', elsewhere, node], { stdio: 'ignore' });
    expect(decode({ tokenPatienceMs: 10_000 }).snapshotIndex).toBe(0xa0n);
    rmSync(snapshotPath(node, NEWEST));
    const begun = performance.now();
    expect(refusal({ tokenPatienceMs: 100, output: join(node, '../other') }).message).toContain('their files are gone');
    expect(performance.now() - begun).toBeGreaterThan(90);
  });

  test('a folder that is none of a node is not waited for', () => {
    mkdirSync(join(node, '../pictures'));
    expect(refusal({ folder: join(node, '../pictures'), tokenPatienceMs: 600_000 }).message).toContain(
      'holds no snapshot',
    );
  });

  test('a snapshot that is removed once it is open is decoded to its end', () => {
    replaceCall('readFileSync', (original, ...args) => {
      const bytes = original(...args);
      for (const path of [tokenPath(node, NEWEST), snapshotPath(node, NEWEST)]) rmSync(path, { force: true });
      return bytes;
    });
    decode();
    restoreCalls();
    expect(decodedName()).toBe(NEWEST);
  });

  test('a snapshot that is overwritten while it is read is refused, though it was opened by its folder', () => {
    const path = snapshotPath(node, NEWEST);
    replaceCall('mkdirSync', (original, ...args) => {
      if (String(args[0]).endsWith('/strings')) writeFileSync(path, readFileSync(path).subarray(0, -1));
      return original(...args);
    });
    const error = refusal();
    restoreCalls();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(/was written to while it was read/);
  });

  test('every warning names the snapshot', () => {
    const { warn, warnings } = collected();
    plantSnapshot(node, NEWEST, [{ key: 'raw' }]);
    decode({}, { warn });
    expect(warnings.length).toBeGreaterThan(0);
    for (const { fields } of warnings) expect(fields.snapshot).toBe(snapshotPath(node, NEWEST));
  });
});

function escaped(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
