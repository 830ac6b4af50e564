import { createHash, hash, randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { Md5Thread } from './md5-thread.ts';
import { OwnMd5, type PieceDigest } from './piece-digest.ts';

vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  return { ...real, Worker: vi.fn(real.Worker) };
});
afterEach(() => vi.restoreAllMocks());

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

/** All digests are those of the bytes. */
function expectRight(md5: Md5Thread, bodies: ReadonlyArray<readonly [number, number]> = BODIES): void {
  try {
    for (const [length, pieceBytes] of bodies) {
      const bytes = randomBytes(length);
      expect(feed(md5, bytes, pieceBytes)).toBe(hash('md5', bytes, 'hex'));
    }
  } finally {
    md5.end();
  }
}

test('the thread takes the MD5 of many pieces, of few and of none, one digest after another', () => {
  const own = vi.spyOn(OwnMd5.prototype, 'digest');
  expectRight(Md5Thread.start(PIECE));
  expect(own).not.toHaveBeenCalled();
});

test.each([
  ['fails when it runs', "() => { throw new Error('no'); }"],
  ['is no program', 'function () { [native code] }'],
  ['ends at once', '() => process.exit(7)'],
])(
  'a thread whose program %s: the digests are taken here, at once, and nothing reaches the process',
  async (_, program) => {
    const own = vi.spyOn(OwnMd5.prototype, 'digest');
    const start = performance.now();
    for (const first of BODIES) expectRight(Md5Thread.start(PIECE, program), [first, ...BODIES]);
    expect(performance.now() - start).toBeLessThan(900 * BODIES.length);
    expect(own).toHaveBeenCalledTimes(BODIES.length * (BODIES.length + 1));
    // An error that nobody listens to would fail this run.
    await new Promise((resolve) => setTimeout(resolve, 50));
  },
);

test('a thread that is given up does not begin: the digests are taken here', () => {
  const wait = vi.spyOn(Atomics, 'wait').mockReturnValueOnce('timed-out');
  expectRight(Md5Thread.start(PIECE));
  expect(wait).toHaveBeenCalledTimes(1);
});

test('where the process gets no thread the digests are taken here', () => {
  vi.mocked(Worker).mockImplementationOnce(function refused(): Worker {
    throw new Error('ERR_WORKER_INIT_FAILED');
  });
  expectRight(Md5Thread.start(PIECE));
});

test('a thread that dies in the middle of a body is an error, and no wait without end', () => {
  const dies = `(ring, { state }) => {
    const counters = new Int32Array(state);
    Atomics.store(counters, ring.start, ring.running);
    Atomics.notify(counters, ring.start);
    const untilTaken = (count) => {
      for (let taken; (taken = Atomics.load(counters, ring.taken)) < count; ) Atomics.wait(counters, ring.taken, taken);
    };
    // One piece more than the ring holds: only whoever has seen the thread run gives that.
    untilTaken(ring.slots);
    Atomics.store(counters, ring.done, 1);
    Atomics.notify(counters, ring.done);
    untilTaken(ring.slots + 1);
    throw new Error('dies');
  }`;
  const md5 = Md5Thread.start(PIECE, dies);
  expect(() => feed(md5, randomBytes(PIECE * 20), PIECE)).toThrow('has died');
});

test('without a thread the digests are the same', () => {
  const md5 = new OwnMd5(Buffer.alloc(PIECE));
  const bytes = randomBytes(10_000);
  const wanted = createHash('md5').update(bytes).digest('hex');
  expect(feed(md5, bytes, PIECE)).toBe(wanted);
  expect(feed(md5, bytes, 17)).toBe(wanted);
});
