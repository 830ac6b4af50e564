import { hash } from 'node:crypto';
import { linkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, SliceReader } from '@ekv/snapshot';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { InputTree } from '../input/input-tree.ts';
import type { LargeFile } from '../input/tree-source.ts';

function planted(files: Record<string, string>): string {
  const root = temporaryFolder();
  plant(root, files);
  return root;
}

test('a file up to the limit is read, a larger one is left for later', () => {
  const tree = new InputTree(planted({ 'a/x': '12345', 'a/\xff': '123456' }));
  expect(tree.readOrLeave('a/x', 5)).toEqual(Buffer.from('12345'));
  const large = tree.readOrLeave('a/\xff', 5) as LargeFile;
  expect(large.size).toBe(6);
  const pieces: string[] = [];
  new SliceReader().read(large.slice(1, 4), (bytes) => void pieces.push(bytes.toString()));
  expect(pieces).toEqual(['2345']);
});

test('the digest of both is told to who wants digests', () => {
  const digests = new Map<string, string>();
  const verifier = { add: (path: string, sha256: string) => void digests.set(path, sha256) };
  const tree = new InputTree(planted({ small: 'x', large: 'x' }), { verifier: verifier as never });
  tree.readOrLeave('small', 1);
  tree.readOrLeave('large', 0);
  expect(digests.get('large')).toMatch(/^[0-9a-f]{64}$/);
  expect(digests.get('large')).toBe(digests.get('small'));
});

test('what is no regular file with one name is refused, whatever its size', () => {
  const root = planted({ f: 'x' });
  linkSync(join(root, 'f'), join(root, 'hard'));
  symlinkSync('f', join(root, 'soft'));
  makeFifo(join(root, 'fifo'));
  for (const path of ['hard', 'soft', 'fifo', 'none', '']) {
    expect(() => new InputTree(root).readOrLeave(path, 0), path).toThrow(DataError);
    expect(() => new InputTree(root).readOrLeave(path, 9), path).toThrow(DataError);
  }
});

test.each([false, true])(
  'the bytes of a file that is left are given in pieces, with digests wanted: %s',
  (isWanted) => {
    const content = 'x'.repeat(600_000);
    const digests: string[] = [];
    const verifier = { add: (_: string, sha256: string) => void digests.push(sha256) };
    const tree = new InputTree(planted({ large: content, small: 'y' }), isWanted ? { verifier } : {});
    const pieces: string[] = [];
    tree.readOrLeave('large', 1, (piece) => void pieces.push(piece.toString()));
    tree.readOrLeave('small', 1, () => expect.unreachable());
    expect(pieces.map(({ length }) => length)).toEqual([1 << 18, 1 << 18, 600_000 - (1 << 19)]);
    expect(pieces.join('')).toBe(content);
    expect(digests).toHaveLength(isWanted ? 2 : 0);
  },
);

describe('of JSON that is read in pieces', () => {
  const BLOCK = 1 << 18;
  const blanks = ' '.repeat(3 * BLOCK);

  /** The digests that are told, and the blocks that are read. */
  function opened(content: string): { digests: string[]; blocks: number } {
    const digests: string[] = [];
    const verifier = { add: (_: string, sha256: string) => void digests.push(sha256) };
    const tree = new InputTree(planted({ file: content }), { verifier });
    let blocks = 0;
    replaceCall('readSync', (original, ...args) => {
      blocks++;
      return original(...args);
    });
    tree.openOptional('file', 'recorded of JSON')!.close();
    expect(tree.readOrLeaveJson('file', 0)).toMatchObject({ size: content.length });
    restoreCalls();
    return { digests, blocks };
  }

  test('the digest is told', () => {
    for (const content of ['{}\n', `${blanks}[]`, 'tree', `{"a":"${blanks}"}`]) {
      const digest = hash('sha256', content, 'hex');
      expect(opened(content).digests).toEqual([digest, digest]);
    }
  });

  test.each([
    ['begins as none', `x${blanks}`, 1],
    ['has a NUL in its first block', `{"a":"\0${blanks}`, 1],
    ['has a NUL in its third block', `{"a":"${blanks.slice(7)}\0`.padEnd(4 * BLOCK), 3],
    ['ends in a NUL', `${blanks}\0`, 4],
  ])('a file that %s is read up to there, and no digest is told', (_, content, blocks) => {
    expect(opened(content)).toEqual({ digests: [], blocks: 2 * blocks });
  });
});
