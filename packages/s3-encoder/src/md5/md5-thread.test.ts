import { createHash, hash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Md5Thread } from './md5-thread.ts';
import { OwnMd5, type PieceDigest } from './piece-digest.ts';

const PIECE = 1 << 12;

function feed(digest: PieceDigest, bytes: Buffer, pieceBytes: number): string {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(digest.piece(), 0, at, Math.min(bytes.length, at + pieceBytes));
    digest.take(length);
  }
  return digest.digest();
}

test('the thread takes the MD5 of many pieces, of few and of none, one digest after another', () => {
  const thread = Md5Thread.start(PIECE);
  expect(thread).toBeDefined();
  const md5 = thread as Md5Thread;
  try {
    for (const [length, pieceBytes] of [
      [300_001, PIECE],
      [5, PIECE],
      [0, PIECE],
      [900, 1],
    ] as const) {
      const bytes = randomBytes(length);
      expect(feed(md5, bytes, pieceBytes)).toBe(hash('md5', bytes, 'hex'));
    }
  } finally {
    md5.end();
  }
});

test('without a file of its own the thread does not start', () => {
  expect(Md5Thread.start(PIECE, new URL('file:///nowhere/md5-worker.js'))).toBeUndefined();
});

test('without a thread the digests are the same', () => {
  const md5 = new OwnMd5(Buffer.alloc(PIECE));
  const bytes = randomBytes(10_000);
  const wanted = createHash('md5').update(bytes).digest('hex');
  expect(feed(md5, bytes, PIECE)).toBe(wanted);
  expect(feed(md5, bytes, 17)).toBe(wanted);
});
