import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { afterEach, expect, test } from 'vitest';
import { replaceCall, systemError } from './faults.test-data.ts';
import { StagedTree } from './staged-tree.ts';
import { plant, temporaryFolder } from './temporary-folder.test-data.ts';

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
