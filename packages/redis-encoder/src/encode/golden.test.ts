import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { DataError, ScratchFolder, SnapshotWriter } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { GOLDEN, goldenCases } from '../golden.test-data.ts';
import { encodeRedis } from './index.ts';

function snapshotOf(tree: string, lastCommitTs: bigint): Buffer {
  const scratch = new ScratchFolder();
  try {
    const writer = new SnapshotWriter({ lastCommitTs, scratch });
    for (const { key, value } of encodeRedis(new InputTree(tree), { scratch, warn: () => {} })) writer.add(key, value);
    const blocks: Buffer[] = [];
    writer.writeTo({ write: (block) => void blocks.push(Buffer.from(block)) });
    return Buffer.concat(blocks);
  } finally {
    scratch.remove();
  }
}

const trees = goldenCases('tree', 'out.fsm');

test('there are golden trees', () => {
  expect(trees.length).toBeGreaterThan(20);
});

test.each(trees)('the tree of %s gives its snapshot, byte for byte', (name) => {
  const wanted = readFileSync(join(GOLDEN, name, 'out.fsm'));
  expect(snapshotOf(join(GOLDEN, name, 'tree'), wanted.readBigUInt64LE(8)).equals(wanted)).toBe(true);
});

test('the tree of tree/keymap-every-redis-type gives the snapshot that it came from', () => {
  const folder = join(GOLDEN, 'tree/keymap-every-redis-type');
  const wanted = readFileSync(join(folder, 'in.fsm'));
  expect(snapshotOf(join(folder, 'tree'), wanted.readBigUInt64LE(8)).equals(wanted)).toBe(true);
});

interface Case {
  readonly steps: ReadonlyArray<{ readonly args: readonly string[]; readonly stderr?: readonly string[] }>;
}

describe.each(['collections', 'names-and-sidecars', 'streams'])('redis/encode-rejects-%s', (name) => {
  const folder = join(GOLDEN, `redis/encode-rejects-${name}`);
  const { steps }: Case = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));

  test.each(steps.map(({ args, stderr }) => ({ tree: args[1]!.replace('{case}/', ''), stderr: stderr ?? [] })))(
    '$tree is refused, and the message has $stderr',
    ({ tree, stderr }) => {
      let error: unknown;
      try {
        snapshotOf(join(folder, tree), 1n);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(DataError);
      // The path of the case is no evidence.
      const message = (error as DataError).message.replaceAll(join(folder, tree), '').toLowerCase();
      for (const text of stderr) expect(message).toContain(text.toLowerCase());
    },
  );
});
