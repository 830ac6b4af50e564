import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, type Warning } from '@ekv/snapshot';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { makeFifo, makeSocket } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantSnapshot, snapshotPath } from '../node-folder/node-folder.test-data.ts';
import { decodeAllSnapshots, type SnapshotOutcome } from './decode-all-snapshots.ts';
import { refusalOf, requestOf } from './decode-folder.test-data.ts';
import type { DecodeResult } from './decode-request.ts';
import { type DecodeFolderRequest, decodeSnapshotFolder } from './decode-snapshot-folder.ts';

const NAMES = ['0000000000000010', '000000000000001f', '00000000000000a0'] as const;
const [OLDEST, MIDDLE, NEWEST] = NAMES;

let node: string;
let warnings: Warning[];
beforeEach(() => {
  node = join(temporaryFolder(), 'node');
  for (const name of NAMES) plantSnapshot(node, name);
});

function decode(more: Partial<DecodeFolderRequest> = {}): DecodeResult {
  warnings = [];
  return decodeSnapshotFolder(requestOf(node, more), { warn: (warning) => warnings.push(warning) });
}

function refusal(more: Partial<DecodeFolderRequest> = {}): Error {
  return refusalOf(() => decode(more));
}

function decodeAll(more: Partial<DecodeFolderRequest> = {}): SnapshotOutcome[] {
  warnings = [];
  return decodeAllSnapshots(requestOf(node, more), { warn: (warning) => warnings.push(warning) });
}

function states(outcomes: readonly SnapshotOutcome[]): Record<string, string> {
  return Object.fromEntries(outcomes.map(({ output: place, state }) => [place.slice(-16), state]));
}

describe('of a decode of the newest snapshot what has the name of one and is no regular file', () => {
  const kinds: ReadonlyArray<readonly [string, RegExp, (path: string) => void]> = [
    ['a link to a snapshot', /is a symlink/, (path) => symlinkSync(`${OLDEST}.fsm`, path)],
    ['a link to nothing', /is a symlink/, (path) => symlinkSync('nowhere', path)],
    ['a pipe', /is a pipe \(FIFO\)/, makeFifo],
    ['a socket', /is a socket/, makeSocket],
  ];

  test.each(kinds)('is refused as the newest, never an older one taken in its place: %s', (_, words, make) => {
    const path = snapshotPath(node, '00000000000000a1');
    make(path);
    const error = refusal();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(`${path} is a`);
    expect(error.message).toMatch(words);
    expect(error.message).toMatch(/name the file that you mean with --input; the next older one is .*a0\.fsm/);
    expect(readdirSync(join(node, '..'))).toEqual(['node']);
  });

  test.each(kinds)('is none of a decode that takes a newer one: %s', (_, __, make) => {
    make(snapshotPath(node, '000000000000009f'));
    expect(decode().snapshotIndex).toBe(0xa0n);
  });

  test('is passed over with a doubt when it is a folder, which can be no snapshot; strict refuses it', () => {
    mkdirSync(snapshotPath(node, '000000000000009f'));
    mkdirSync(snapshotPath(node, '00000000000000a1'));
    expect(decode()).toMatchObject({
      snapshotIndex: 0xa0n,
      warnings: 1,
    });
    expect(warnings).toMatchObject([
      { event: 'snapshot_is_folder', fields: { snapshot: snapshotPath(node, '00000000000000a1') }, doubt: true },
    ]);
    const error = refusal({ strict: true, output: join(node, '../other') });
    expect(error.message).toMatch(/a1\.fsm is a folder.*the next older one is .*a0\.fsm/);
    expect(existsSync(join(node, '../other'))).toBe(false);
  });

  test('is named when nothing else is there', () => {
    for (const name of NAMES) rmSync(snapshotPath(node, name));
    mkdirSync(snapshotPath(node, NEWEST));
    expect(refusal().message).toMatch(/a0\.fsm is a folder, where a node has/);
    rmSync(snapshotPath(node, NEWEST), { recursive: true });
    makeFifo(snapshotPath(node, NEWEST));
    expect(refusal().message).toMatch(/a0\.fsm is a pipe.*; there is no older one$/);
  });

  test('is refused too when it takes the place of the snapshot between the look and the opening', () => {
    replaceCall('openSync', (original, ...args) => {
      const path = String(args[0]);
      if (path.endsWith(`${NEWEST}.fsm`)) {
        rmSync(path, { force: true });
        symlinkSync(`${OLDEST}.fsm`, path);
      }
      return original(...args);
    });
    const error = refusal();
    restoreCalls();
    expect(error.message).toMatch(/a0\.fsm is a symlink/);
  });
});

test('a folder of tokens that is none is refused: it must not switch the comparison off', () => {
  rmSync(join(node, 'snap'), { recursive: true });
  symlinkSync('nowhere', join(node, 'snap'));
  expect(refusal().message).toMatch(/snap is a symlink to nothing, where a node has the folder of tokens/);
});

describe('of a decode of all snapshots', () => {
  test('what has the name of one and is no regular file has a state of its own, with the error', () => {
    const [link, pipe] = ['0000000000000011', '00000000000000ff'] as const;
    symlinkSync(`${OLDEST}.fsm`, snapshotPath(node, link));
    makeFifo(snapshotPath(node, pipe));
    const outcomes = decodeAll();
    expect(states(outcomes)).toEqual({
      [OLDEST]: 'decoded',
      [link]: 'irregular',
      [MIDDLE]: 'decoded',
      [NEWEST]: 'decoded',
      [pipe]: 'irregular',
    });
    const found = outcomes.flatMap((outcome) => (outcome.state === 'irregular' ? [outcome] : []));
    for (const [i, words] of [/is a symlink/, /is a pipe/].entries()) {
      expect(found[i]!.error).toBeInstanceOf(EnvironmentError);
      expect(found[i]!.error.message).toMatch(words);
      expect(found[i]!.error.message).toContain(found[i]!.input);
      expect(existsSync(found[i]!.output)).toBe(false);
    }
  });

  test('a folder under the name of a snapshot is a state of its own and a doubt, which a strict run refuses', () => {
    const folder = '0000000000000012';
    mkdirSync(snapshotPath(node, folder));
    expect(states(decodeAll())).toEqual({
      [OLDEST]: 'decoded',
      [folder]: 'folder',
      [MIDDLE]: 'decoded',
      [NEWEST]: 'decoded',
    });
    expect(warnings).toMatchObject([{ event: 'snapshot_is_folder', doubt: true }]);
    expect(states(decodeAll({ strict: true }))[folder]).toBe('irregular');
    for (const name of NAMES) rmSync(snapshotPath(node, name));
    expect(() => decodeAll()).toThrow(EnvironmentError);
  });

  test('what is no regular file ends the run although nothing else is there', () => {
    for (const name of NAMES) rmSync(snapshotPath(node, name));
    symlinkSync('nowhere', snapshotPath(node, NEWEST));
    expect(states(decodeAll({ tokenPatienceMs: 600_000 }))).toEqual({ [NEWEST]: 'irregular' });
  });

  test('a folder of tokens that is none is refused for all', () => {
    rmSync(join(node, 'snap'), { recursive: true });
    writeFileSync(join(node, 'snap'), '');
    expect(() => decodeAll()).toThrow(/snap is a regular file, where a node has the folder of tokens/);
  });
});
