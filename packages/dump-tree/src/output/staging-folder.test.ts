import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StagedTree } from './staged-tree.ts';

const RUN = '0123456789abcdef';
const MANIFEST = Buffer.from('{}\n');
const scratch = new ScratchFolder();
const workingFolder = process.cwd();
let parent: string;
let victim: string;
beforeEach(() => {
  parent = temporaryFolder();
  victim = join(parent, 'victim');
  mkdirSync(victim);
});
afterEach(() => {
  scratch.remove();
  process.chdir(workingFolder);
});

/** Puts a link, through which one comes to the victim's folder, in the place of the hidden folder. */
function swapForLink(hidden: string): void {
  plant(parent, { 'evil/redis/db_0/.keep': '' });
  symlinkSync(victim, join(parent, 'evil/redis/db_0/strings'));
  renameSync(hidden, join(parent, 'moved'));
  symlinkSync(join(parent, 'evil'), hidden);
}

function swapForFolder(hidden: string): void {
  renameSync(hidden, join(parent, 'moved'));
  plant(hidden, { 'MANIFEST.json': 'evil', mine: 'mine' });
}

const TARGETS: ReadonlyArray<readonly [string, () => { target: string; hidden: string; force?: boolean }]> = [
  ['missing', () => ({ target: join(parent, 'out'), hidden: join(parent, `.out.tmp-${RUN}`) })],
  [
    'an earlier dump',
    () => {
      plant(parent, { 'out/MANIFEST.json': 'earlier' });
      return { target: join(parent, 'out'), hidden: join(parent, `.out.tmp-${RUN}`), force: true };
    },
  ],
  [
    'filled in place',
    () => {
      mkdirSync(join(parent, 'out'));
      process.chdir(join(parent, 'out'));
      return { target: '.', hidden: join(parent, `out/.out.tmp-${RUN}`) };
    },
  ],
];

describe.each([
  ['a link', swapForLink],
  ['another folder', swapForFolder],
])('a hidden folder in whose place somebody puts %s between two files', (_, swap) => {
  test.each(TARGETS)(
    'gets no file of the run any more, and is not published; the target, which is %s, is what it was',
    (_, prepare) => {
      const { target, hidden, force = false } = prepare();
      const before = existsSync(join(parent, 'out')) ? readdirSync(join(parent, 'out')) : undefined;
      const tree = StagedTree.create(target, { scratch, runId: RUN, force });
      tree.file('redis/db_0/strings/a.bin', Buffer.from('A'));
      swap(hidden);
      const planted = readdirSync(hidden);
      tree.file('redis/db_0/strings/b.bin', Buffer.from('B'));
      tree.file('s3/bucket/evil', Buffer.from('B'));
      expect(() => tree.publish(MANIFEST)).toThrow(EnvironmentError);
      expect(readdirSync(victim)).toEqual([]);
      expect(readdirSync(hidden)).toEqual(planted);
      tree.abandon();
      // Somebody's, as far as we know.
      expect(readdirSync(hidden)).toEqual(planted);
      expect(readdirSync(join(parent, 'moved'))).toEqual([]);
      const after = existsSync(join(parent, 'out')) ? readdirSync(join(parent, 'out')) : undefined;
      expect(after?.filter((name) => !name.startsWith('.out.tmp-'))).toEqual(before);
      if (force) expect(readFileSync(join(parent, 'out/MANIFEST.json'), 'utf8')).toBe('earlier');
    },
  );
});

test("a folder that was moved away is emptied also when Node's own removal has too many files open", () => {
  const tree = StagedTree.create(join(parent, 'out'), { scratch, runId: RUN });
  tree.file('s3/a/b/c', Buffer.from('A'));
  swapForFolder(join(parent, `.out.tmp-${RUN}`));
  replaceCall('rmSync', (original, path: never, options: never) => {
    if ((options as { recursive?: boolean } | undefined)?.recursive) throw systemError('EMFILE');
    return original(path, options);
  });
  tree.abandon();
  expect(readdirSync(join(parent, 'moved'))).toEqual([]);
});

test('the error says what was swapped and what to choose', () => {
  const tree = StagedTree.create(join(parent, 'out'), { scratch, runId: RUN });
  swapForFolder(join(parent, `.out.tmp-${RUN}`));
  expect(() => tree.publish(MANIFEST)).toThrow(
    `${parent}/.out.tmp-${RUN}, in which the tree was built, was moved or replaced by another user or program; choose an output in a folder that only you may write to`,
  );
});

/** Swaps the hidden folder between the last look at it and its rename. @param after what the other user does behind the rename. */
function swapAtLastMoment(target: string, after: (hidden: string) => void = () => {}): void {
  replaceCall('renameSync', (original, from: never, to: never) => {
    const isPlacing = String(to) === target && String(from).endsWith(`.tmp-${RUN}`);
    if (!isPlacing) return original(from, to);
    original(from, join(parent, 'moved') as never);
    plant(String(from), { 'MANIFEST.json': 'evil' });
    original(from, to);
    after(String(from));
  });
}

/** Files below the parent, with what is in them. */
function files(): Record<string, string> {
  const entries = readdirSync(parent, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(parent, path), readFileSync(path, 'utf8')]));
}

const EARLIER = '{"format_version":1}';
const LAST_MOMENT_TARGETS: ReadonlyArray<readonly [string, () => void, Record<string, string>]> = [
  ['missing', () => {}, {}],
  ['an empty folder', () => mkdirSync(join(parent, 'out')), {}],
  [
    'an earlier dump',
    () => plant(parent, { 'out/MANIFEST.json': EARLIER, 'out/redis/a': 'earlier' }),
    { 'out/MANIFEST.json': EARLIER, 'out/redis/a': 'earlier' },
  ],
];

describe.each(LAST_MOMENT_TARGETS)(
  'a folder that is swapped between the last look at it and its rename to a target that is %s',
  (_, prepare, before) => {
    /** Publishes to the prepared target with the swap. @returns what is at the target, and files, when all is over. */
    function publishSwapped(after?: (hidden: string) => void) {
      prepare();
      const target = join(parent, 'out');
      const isThere = existsSync(target);
      const tree = StagedTree.create(target, { scratch, runId: RUN, force: true });
      tree.file('redis/a', Buffer.from('new'));
      swapAtLastMoment(target, after);
      expect(() => tree.publish(MANIFEST)).toThrow(
        new EnvironmentError(
          `${parent}/.out.tmp-${RUN} was replaced by another user or program at the last moment, so ${target} was left as it was; choose an output in a folder that only you may write to`,
        ),
      );
      expect(existsSync(target)).toBe(isThere);
      tree.abandon();
      expect(existsSync(target)).toBe(isThere);
    }

    test('is an error; the target is what it was, and what is not ours is back under the temporary name', () => {
      publishSwapped();
      expect(files()).toEqual({ ...before, [`.out.tmp-${RUN}/MANIFEST.json`]: 'evil' });
    });

    test('leaves the target as it was also when the temporary name is taken again', () => {
      publishSwapped((hidden) => plant(hidden, { more: 'evil' }));
      const found = Object.entries(files()).map(([path, text]) => [
        path.replace(/tmp-(?!0123)\w{16}/, 'tmp-NEW'),
        text,
      ]);
      expect(Object.fromEntries(found)).toEqual({
        ...before,
        '.out.tmp-NEW/MANIFEST.json': 'evil',
        [`.out.tmp-${RUN}/more`]: 'evil',
      });
    });
  },
);

test('on a file system that gives all to another user the folder is ours all the same', () => {
  chmodSync(parent, 0o777);
  replaceCall('fstatSync', (original, ...args) => {
    const stat = original(...args) as { uid: number };
    stat.uid++;
    return stat;
  });
  const tree = StagedTree.create(join(parent, 'out'), { scratch, runId: RUN });
  tree.publish(MANIFEST);
  expect(readdirSync(join(parent, 'out')).sort()).toEqual(['CHECKSUMS', 'MANIFEST.json']);
});

describe('of a run whose folder was made and cannot be used', () => {
  const hidden = () => join(parent, `.out.tmp-${RUN}`);

  test.each(['lstatSync', 'openSync'] as const)('nothing is left when %s of it fails', (call) => {
    replaceCall(call, (original, ...args) => {
      if (String(args[0]) === hidden()) throw systemError('EMFILE');
      return original(...args);
    });
    expect(() => StagedTree.create(join(parent, 'out'), { scratch, runId: RUN })).toThrow(/EMFILE/);
    expect(readdirSync(parent)).toEqual(['victim']);
  });

  test('nothing is left, and it is not open any more, when it cannot be looked at', () => {
    replaceCall('fstatSync', () => {
      throw systemError('EIO');
    });
    const closed: unknown[] = [];
    replaceCall('closeSync', (original, fd) => {
      closed.push(readlinkSync(`/proc/self/fd/${fd}`));
      return original(fd);
    });
    expect(() => StagedTree.create(join(parent, 'out'), { scratch, runId: RUN })).toThrow(/EIO/);
    expect(closed).toContain(hidden());
    expect(readdirSync(parent)).toEqual(['victim']);
  });

  test('what others have put into it stays', () => {
    replaceCall('openSync', (original, ...args) => {
      if (String(args[0]) !== hidden()) return original(...args);
      plant(hidden(), { mine: 'mine' });
      throw systemError('EMFILE');
    });
    expect(() => StagedTree.create(join(parent, 'out'), { scratch, runId: RUN })).toThrow(/EMFILE/);
    expect(readdirSync(hidden())).toEqual(['mine']);
  });
});

test('a probe that lands on another file system does not make a folder ours', () => {
  chmodSync(parent, 0o777);
  let calls = 0;
  replaceCall('fstatSync', (original, ...args) => {
    const stat = original(...args) as { uid: number; dev: number };
    stat.uid++;
    if (calls++ > 0) stat.dev++;
    return stat;
  });
  expect(() => StagedTree.create(join(parent, 'out'), { scratch, runId: RUN })).toThrow(/moved or replaced by another/);
  expect(calls).toBe(2);
  expect(readdirSync(parent)).toEqual(['victim']);
});

test("somebody's folder that is there first, in a folder that others may write to, is not used", () => {
  chmodSync(parent, 0o777);
  let isSwapped = false;
  replaceCall('fstatSync', (original, ...args) => {
    const stat = original(...args) as { uid: number };
    if (!isSwapped) stat.uid++;
    isSwapped = true;
    return stat;
  });
  expect(() => StagedTree.create(join(parent, 'out'), { scratch, runId: RUN })).toThrow(/moved or replaced by another/);
  expect(readdirSync(parent)).toEqual(['victim']);
});
