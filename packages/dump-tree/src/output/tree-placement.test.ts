import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test } from 'vitest';
import { StagedTree } from './staged-tree.ts';

const RUN = '0123456789abcdef';
const MANIFEST = Buffer.from('new');
const scratch = new ScratchFolder();
const workingFolder = process.cwd();
afterEach(() => {
  scratch.remove();
  process.chdir(workingFolder);
});

function state(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const stat = lstatSync(join(root, path));
      return [
        path,
        stat.isFile() ? readFileSync(join(root, path), 'utf8') : `folder ${(stat.mode & 0o7777).toString(8)}`,
      ];
    }),
  );
}

const TARGETS = {
  missing: () => join(temporaryFolder(), 'out'),
  empty: () => {
    const target = join(temporaryFolder(), 'out');
    mkdirSync(target, 0o710);
    return target;
  },
  'filled in place': () => {
    const target = join(temporaryFolder(), 'out');
    mkdirSync(target);
    process.chdir(target);
    return target;
  },
  'earlier dump': () => {
    const target = join(temporaryFolder(), 'out');
    plant(target, { 'MANIFEST.json': 'earlier', 'redis/a': 'earlier' });
    return target;
  },
};

function staged(target: string): StagedTree {
  const tree = StagedTree.create(target, { scratch, runId: RUN, force: true });
  tree.file('redis/a', Buffer.from('new'));
  tree.file('s3/b', Buffer.from('new'));
  return tree;
}

/** Lets the n-th call, counted from 0, fail once. */
function failOnce(call: 'renameSync' | 'fsyncSync', turn: number): { calls: number } {
  const seen = { calls: 0 };
  replaceCall(call, (original, ...args) => {
    if (seen.calls++ === turn) throw systemError('EIO');
    return original(...args);
  });
  return seen;
}

test.each(
  Object.entries(TARGETS).flatMap(([name, make]) => [
    [name, 'renameSync', make] as const,
    [name, 'fsyncSync', make] as const,
  ]),
)('a target that is %s is what it was when any %s of publishing fails', (_, call, make) => {
  for (let turn = 0; ; turn++) {
    const target = make();
    const before = state(join(target, '..'));
    const tree = staged(target);
    const seen = failOnce(call, turn);
    let error: unknown;
    try {
      tree.publish(MANIFEST);
    } catch (thrown) {
      error = thrown;
    }
    tree.abandon();
    if (error === undefined) {
      expect(readFileSync(join(target, 'MANIFEST.json'), 'utf8')).toBe('new');
      // Every call had its turn to fail, or failed where it does no harm any more.
      expect(turn).toBeGreaterThan(0);
      if (seen.calls <= turn) return;
    } else {
      expect(error).toBeInstanceOf(EnvironmentError);
      expect((error as Error).message).toContain('EIO');
      expect(state(join(target, '..'))).toEqual(before);
    }
  }
});

test('an earlier dump that cannot be removed is no failure, and is told', () => {
  const target = TARGETS['earlier dump']();
  const tree = staged(target);
  replaceCall('rmSync', () => {
    throw systemError('EACCES');
  });
  tree.publish(MANIFEST);
  expect(tree.leftover).toBe(join(target, `../.out.old-${RUN}`));
  expect(readFileSync(join(tree.leftover!, 'MANIFEST.json'), 'utf8')).toBe('earlier');
  expect(readFileSync(join(target, 'MANIFEST.json'), 'utf8')).toBe('new');
});

test('an earlier dump that cannot be renamed back is named', () => {
  const target = TARGETS['earlier dump']();
  const tree = staged(target);
  let calls = 0;
  replaceCall('renameSync', (original, ...args) => {
    if (calls++ > 0) throw systemError('EIO');
    return original(...args);
  });
  expect(() => tree.publish(MANIFEST)).toThrow(
    `the earlier dump is now ${join(target, '..')}/.out.old-${RUN}; rename it to ${target}`,
  );
});

test('a target that has come to be something else meanwhile is not replaced', () => {
  const missing = join(temporaryFolder(), 'out');
  const tree = staged(missing);
  plant(missing, { mine: 'mine' });
  expect(() => tree.publish(MANIFEST)).toThrow(EnvironmentError);
  expect(state(missing)).toEqual({ mine: 'mine' });
  rmSync(missing, { recursive: true });
  writeFileSync(missing, 'F');
  tree.abandon();
  expect(state(join(missing, '..'))).toEqual({ out: 'F' });
});

test('the entries of a folder that is filled in place come before its MANIFEST.json, each by a rename', () => {
  const target = TARGETS['filled in place']();
  const tree = staged(target);
  const moved: string[] = [];
  replaceCall('renameSync', (original, from: never, to: never) => {
    moved.push(String(to).slice(target.length + 1));
    return original(from, to);
  });
  tree.publish(MANIFEST);
  expect(moved.slice(0, -1).sort()).toEqual(['CHECKSUMS', 'redis', 's3']);
  expect(moved.at(-1)).toBe('MANIFEST.json');
});

test('what appears in an earlier dump after it was examined is not removed: the dump is put back, and the stranger named', () => {
  const target = TARGETS['earlier dump']();
  const tree = staged(target);
  plant(target, { 'NOTES.md': 'mine' });
  expect(() => tree.publish(MANIFEST)).toThrow(UsageError);
  expect(() => tree.publish(MANIFEST)).toThrow();
  tree.abandon();
  expect(state(join(target, '..'))).toMatchObject({ 'out/NOTES.md': 'mine', 'out/MANIFEST.json': 'earlier' });
});

test('what appears in an earlier dump while it is removed stays, and is told', () => {
  const target = TARGETS['earlier dump']();
  const tree = staged(target);
  replaceCall('rmSync', (original, path: never, ...more) => {
    if (String(path).endsWith(`.old-${RUN}/redis`)) plant(join(String(path), '..'), { '.git/HEAD': 'mine' });
    return original(path, ...more);
  });
  tree.publish(MANIFEST);
  const left = join(target, `../.out.old-${RUN}`);
  expect(tree.leftover).toBe(left);
  expect(state(left)).toMatchObject({ '.git/HEAD': 'mine' });
  expect(Object.keys(state(left))).toEqual(['.git', '.git/HEAD']);
  expect(readFileSync(join(target, 'MANIFEST.json'), 'utf8')).toBe('new');
});

test.each(['missing', 'empty'] as const)(
  'of two runs to a target that is %s the one that comes second is told what happened, in words',
  (kind) => {
    const target = TARGETS[kind]();
    const [first, second] = [
      staged(target),
      StagedTree.create(target, { scratch, runId: 'fedcba9876543210', force: false }),
    ];
    second.file('redis/a', Buffer.from('second'));
    first.publish(MANIFEST);
    expect(() => second.publish(MANIFEST)).toThrow(
      `cannot put the tree at ${target}: another run, or somebody, has put something there since this run began; it was left as it is`,
    );
    second.abandon();
    expect(readFileSync(join(target, 'MANIFEST.json'), 'utf8')).toBe('new');
    expect(readdirSync(join(target, '..'))).toEqual(['out']);
  },
);

test('a run into an empty folder that must stay itself is refused when another one begins there at that moment', () => {
  const target = TARGETS['filled in place']();
  replaceCall('mkdirSync', (original, path: never, ...more) => {
    if (String(path).includes(`.tmp-${RUN}`)) plant(target, { mine: 'mine' });
    return original(path, ...more);
  });
  expect(() => staged(target)).toThrow(UsageError);
  expect(state(target)).toEqual({ mine: 'mine' });
});

test('undoing brings back all that had moved when another folder has come to stand at the path of the hidden one', () => {
  const target = TARGETS['filled in place']();
  const hidden = join(target, `.out.tmp-${RUN}`);
  const tree = staged(target);
  replaceCall('renameSync', (original, from: never, to: never) => {
    if (String(to) !== join(target, 'MANIFEST.json')) return original(from, to);
    original(hidden as never, join(target, '../moved') as never);
    plant(hidden, { '.moving': '["redis"]', mine: 'mine' });
    throw systemError('EIO');
  });
  expect(() => tree.publish(MANIFEST)).toThrow(/EIO/);
  expect(readdirSync(target).sort()).toEqual([`.out.run-${RUN}`, `.out.tmp-${RUN}`]);
  tree.abandon();
  expect(state(hidden)).toEqual({ '.moving': '["redis"]', mine: 'mine' });
  expect(readdirSync(join(target, '../moved'))).toEqual([]);
});

test("undoing leaves somebody's file that has a name of the tree where it is", () => {
  const target = TARGETS['filled in place']();
  const tree = staged(target);
  replaceCall('renameSync', (original, from: never, to: never) => {
    // CHECKSUMS comes to be in the target, as somebody's file, before the tree's own one would move.
    if (String(to) === join(target, 'CHECKSUMS')) {
      writeFileSync(String(to), 'mine');
      throw systemError('EIO');
    }
    return original(from, to);
  });
  expect(() => tree.publish(MANIFEST)).toThrow(EnvironmentError);
  tree.abandon();
  expect(state(target)).toEqual({ CHECKSUMS: 'mine' });
});
