import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, foreignPackages, type LoadedModules, loadedModules, namesOf } from './loaded-modules.ts';
import { GOLDEN, PROGRAMS } from './setting.ts';

// How long a start takes is how much it loads. No time is measured here: these are the figures that decide it.

/** They take longer to load than what is printed does to be made; `net` and `tty` belong to the stream of standard output. */
const SLOW = [
  'crypto',
  'zlib',
  'child_process',
  'net',
  'tty',
  'inspector',
  'worker_threads',
  'internal/fs/streams',
  'internal/crypto/webcrypto',
];

const [node, restore] = PROGRAMS.restore;
const START = { ...PROGRAMS, restore: [node!, restore!] };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-start-'));
  cpSync(join(GOLDEN, 'cli/empty-tree/t'), join(folder, 'tree'), { recursive: true });
  const [program, ...words] = PROGRAMS.encode;
  execFileSync(program!, [...words, '--input', join(folder, 'tree'), '--output', join(folder, 'a.fsm'), '--quiet'], {
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function slowOf({ builtins }: LoadedModules): string[] {
  return SLOW.filter((name) => builtins.has(name));
}

describe.each(Object.entries(START))('%s', (_, program) => {
  test('--version loads one small file and no slow module of Node, and starts no thread', async () => {
    const [main, ...others] = await loadedModules(program, ['--version']);
    expect(others).toEqual([]);
    expect(namesOf(main!.files)).toEqual(['main.js']);
    expect(bytesOf(main!.files)).toBeLessThan(4 << 10);
    expect(slowOf(main!)).toEqual([]);
  });

  test.each(['--help', '-h'])('%s loads two files and no slow module of Node, and starts no thread', async (word) => {
    const [main, ...others] = await loadedModules(program, [word]);
    expect(others).toEqual([]);
    expect(namesOf(main!.files)).toEqual(['main-start.js', 'main.js']);
    expect(bytesOf(main!.files)).toBeLessThan(160 << 10);
    expect(slowOf(main!)).toEqual([]);
  });
});

describe('ekv', () => {
  const EKV = [node!, join(import.meta.dirname, '../apps/cli/dist/main.js')];

  test('--version loads one small file', async () => {
    const [main, ...others] = await loadedModules(EKV, ['--version']);
    expect(others).toEqual([]);
    expect(namesOf(main!.files)).toEqual(['main.js']);
    expect(bytesOf(main!.files)).toBeLessThan(4 << 10);
    expect(slowOf(main!)).toEqual([]);
  });

  test.each([['--help'], ['-h'], ['help']])(
    '%s loads a few small files, neither commander nor a slow module of Node',
    async (word) => {
      const [main, ...others] = await loadedModules(EKV, [word]);
      expect(others).toEqual([]);
      expect(main!.files.flatMap(foreignPackages)).toEqual([]);
      expect(main!.files.length).toBeLessThan(8);
      expect(bytesOf(main!.files)).toBeLessThan(32 << 10);
      expect(slowOf(main!)).toEqual([]);
    },
  );

  test.each([
    ['encode', ['encode', '--help']],
    ['decode', ['help', 'decode']],
    ['archive', ['archive', 'pack', '--help']],
    ['restore', ['help', 'restore', 'prepare']],
  ])('the help of %s loads nothing of another command and no slow module of Node', async (command, words) => {
    const [main, ...others] = await loadedModules(EKV, words);
    expect(others).toEqual([]);
    const names = namesOf(main!.files);
    expect(names.flatMap((name) => /^main-(\w+)-programs?\.js$/.exec(name)?.[1] ?? [])).toEqual([command]);
    // Small ones: what a part of the commands share.
    expect(names.length).toBeLessThan(20);
    expect(bytesOf(main!.files)).toBeLessThan(180 << 10);
    expect(slowOf(main!)).toEqual([]);
  });
});

const NODE = [
  ...['--index', '1', '--peers', 'n1=10.0.0.1:2380'],
  ...['--fresh-cluster', '--allow-missing-cluster-id', '--allow-unverified-self-test'],
];
/** Each with whether it reads or writes a manifest or a sidecar. */
const RUNS = [
  ['encode', PROGRAMS.encode, () => ['--input', join(folder, 'tree'), '--output', join(folder, 'new.fsm')], true],
  ['decode', PROGRAMS.decode, () => ['--input', join(folder, 'a.fsm'), '--output', join(folder, 'dump')], true],
  [
    'prepare',
    PROGRAMS.restore,
    () => ['--input', join(folder, 'a.fsm'), '--data-dir', join(folder, 'node'), ...NODE],
    true,
  ],
  ['list', [...PROGRAMS.archive, 'list'], () => [join(GOLDEN, 'archive/member-forms/gnu.tar')], false],
] as const;

test.each(RUNS)(
  'a run of %s loads three files, of other packages than those of ekv what reads bytes, and zod only for manifests',
  async (_, program, words, hasManifest) => {
    const [main, work, ...others] = await loadedModules(program, words());
    expect(others).toEqual([]);
    expect(namesOf(main!.files)).toEqual(['main-start.js', 'main.js']);
    expect(namesOf(work!.files)).toEqual(['work.js']);
    // 80,000 of these bytes are the owners of rows, selections, and the search for a part of a file.
    expect(bytesOf(work!.files)).toBeLessThan(1_300_000);
    expect(main!.files.flatMap(foreignPackages)).toEqual(['commander']);
    const known = ['@bufbuild/protobuf', 'minipass', 'minizlib', 'zod'];
    expect(work!.files.flatMap(foreignPackages).filter((name) => !known.includes(name))).toEqual([]);
    expect([main!.hasZod, work!.hasZod]).toEqual([false, hasManifest]);
    // Nothing of it is there only because an ES module would have needed it.
    expect(work!.builtins.has('internal/crypto/webcrypto')).toBe(false);
  },
);
