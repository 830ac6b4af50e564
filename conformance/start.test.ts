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
  const encode = (tree: string, output: string, ...flags: string[]) =>
    execFileSync(program!, [...words, '--input', tree, '--output', join(folder, output), '--quiet', ...flags], {
      stdio: 'ignore',
    });
  encode(join(folder, 'tree'), 'a.fsm');
  encode(join(GOLDEN, 'redis/adapter-redis-only/tree'), 'redis.fsm', '--adapter', 'redis');
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

  test.each(['--help', '-h'])(
    '%s loads what a help needs and no slow module of Node, and starts no thread',
    async (word) => {
      const [main, ...others] = await loadedModules(program, [word]);
      expect(others).toEqual([]);
      // One more is what a help and a run share.
      expect(namesOf(main!.files)).toEqual(expect.arrayContaining(['main-start.js', 'main.js']));
      expect(main!.files.length).toBeLessThan(4);
      expect(namesOf(main!.files)).not.toContain('main-run.js');
      expect(bytesOf(main!.files)).toBeLessThan(128 << 10);
      expect(slowOf(main!)).toEqual([]);
    },
  );
});

const EKV = [node!, join(import.meta.dirname, '../apps/cli/dist/main.js')];

describe('ekv', () => {
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
    expect(names.length).toBeLessThan(7);
    expect(bytesOf(main!.files)).toBeLessThan(145 << 10);
    expect(slowOf(main!)).toEqual([]);
  });
});

const NODE = [
  ...['--index', '1', '--peers', 'n1=10.0.0.1:2380'],
  ...['--fresh-cluster', '--allow-missing-cluster-id', '--allow-unverified-self-test'],
];
/** Each with the most kibibytes that its thread compiles, and whether it reads or writes a manifest or a sidecar. */
const RUNS = [
  ['encode', PROGRAMS.encode, () => ['--input', join(folder, 'tree'), '--output', join(folder, 'new.fsm')], 540, true],
  ['decode', PROGRAMS.decode, () => ['--input', join(folder, 'a.fsm'), '--output', join(folder, 'dump')], 680, true],
  [
    'prepare',
    PROGRAMS.restore,
    () => ['--input', join(folder, 'a.fsm'), '--data-dir', join(folder, 'node'), ...NODE],
    300,
    true,
  ],
  ['list', [...PROGRAMS.archive, 'list'], () => [join(GOLDEN, 'archive/member-forms/gnu.tar')], 300, false],
  ['inspect', [...EKV, 'inspect'], () => [join(folder, 'a.fsm')], 670, true],
  ['get', [...EKV, 'get'], () => [join(folder, 'redis.fsm'), 'redis/str'], 680, true],
  ['diff', [...EKV, 'diff'], () => [join(folder, 'a.fsm'), join(folder, 'a.fsm')], 670, true],
] as const;

test.each(RUNS)(
  'a run of %s compiles of its thread what it needs, of other packages than those of ekv what reads bytes or shapes a table, and zod only for manifests',
  async (_, program, words, mostKibibytes, hasManifest) => {
    const [main, work, ...others] = await loadedModules(program, words());
    expect(others).toEqual([]);
    expect(main!.files.length).toBeLessThan(8);
    expect(main!.files.flatMap(foreignPackages)).toEqual(['commander']);
    expect(bytesOf(work!.files)).toBeLessThan(mostKibibytes << 10);
    // Each is a few hundred microseconds.
    expect(work!.files.length).toBeLessThan(14);
    const known = ['@bufbuild/protobuf', 'get-east-asian-width', 'minipass', 'minizlib', 'zod'];
    expect(work!.files.flatMap(foreignPackages).filter((name) => !known.includes(name))).toEqual([]);
    expect([main!.hasZod, work!.hasZod]).toEqual([false, hasManifest]);
    // It takes longer to load than a small run does, and nothing asks for it in the main thread.
    expect(main!.builtins.has('crypto')).toBe(false);
    // Nothing of it is there only because an ES module would have needed it.
    expect(work!.builtins.has('internal/crypto/webcrypto')).toBe(false);
  },
);

test.each([
  ['encode', PROGRAMS.encode, () => ['--input', join(folder, 'tree'), '--output', join(folder, 'none.fsm')]],
  ['decode', PROGRAMS.decode, () => ['--input', join(folder, 'a.fsm'), '--output', join(folder, 'empty')]],
])('a run of %s without data loads no adapter but what all of them are', async (_, program, words) => {
  const [, work] = await loadedModules(program, words());
  expect(namesOf(work!.files).filter((name) => /-(encode|decode)\.js$/.test(name))).toEqual([]);
});

test('a get of a key loads the reader of its adapter alone', async () => {
  const [, work] = await loadedModules([...EKV, 'get'], [join(folder, 'redis.fsm'), 'redis/str']);
  expect(namesOf(work!.files).filter((name) => name.endsWith('-units.js'))).toEqual(['get-work-redis-units.js']);
});
