import { createHash, hash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Md5Thread, takeMd5 } from './md5-thread.ts';
import { OwnMd5, type PieceDigest } from './piece-digest.ts';

const PIECE = 1 << 12;
/** Bytes, and the size of the pieces they come in: many pieces, few, none, and more than the ring holds. */
const BODIES = [
  [300_001, PIECE],
  [5, PIECE],
  [0, PIECE],
  [900, 1],
  [PIECE * 4, PIECE],
] as const;

function feed(digest: PieceDigest, bytes: Buffer, pieceBytes: number): string {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(digest.piece(), 0, at, Math.min(bytes.length, at + pieceBytes));
    digest.take(length);
  }
  return digest.digest();
}

test('the thread takes the MD5 of many pieces, of few and of none, one digest after another', () => {
  const md5 = new Md5Thread(PIECE);
  try {
    for (const [length, pieceBytes] of BODIES) {
      const bytes = randomBytes(length);
      expect(feed(md5, bytes, pieceBytes)).toBe(hash('md5', bytes, 'hex'));
    }
  } finally {
    md5.end();
  }
});

test('a thread that dies in the middle of a body is an error, and no wait without end', () => {
  const text = takeMd5.toString();
  takeMd5.toString = () =>
    `(piece, length, context) => { if (piece[0] === 1) process.exit(); (${text})(piece, length, context); }`;
  const md5 = new Md5Thread(PIECE);
  takeMd5.toString = () => text;
  expect(() =>
    feed(md5, Buffer.alloc(PIECE * 20, (0).toString().repeat(PIECE * 9) + '\x01'.repeat(PIECE * 11), 'latin1'), PIECE),
  ).toThrow('the thread that takes the MD5 of large bodies has died while it worked on a body');
  md5.end();
});

test('without a thread the digests are the same', () => {
  const md5 = new OwnMd5(Buffer.alloc(PIECE));
  const bytes = randomBytes(10_000);
  const wanted = createHash('md5').update(bytes).digest('hex');
  expect(feed(md5, bytes, PIECE)).toBe(wanted);
  expect(feed(md5, bytes, 17)).toBe(wanted);
});
