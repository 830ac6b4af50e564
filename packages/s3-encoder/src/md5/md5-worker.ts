import { createHash } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { DONE, END, PieceRing, READY, type SharedPieces, TAKEN } from './shared-pieces.ts';

/** Takes the MD5 of the pieces that another thread hands over; see `Md5Thread`. */
const ring = new PieceRing(workerData as SharedPieces);
const { state } = ring;
let hash = createHash('md5');
ring.advance(READY);
for (let piece = 0; ; piece = (piece + 1) | 0) {
  while (Atomics.load(state, TAKEN) === piece && Atomics.load(state, END) === 0) Atomics.wait(state, TAKEN, piece);
  if (Atomics.load(state, TAKEN) === piece) break;
  const length = ring.length(piece);
  if (length > 0) hash.update(ring.slot(piece).subarray(0, length));
  else {
    hash.digest().copy(ring.digest);
    hash = createHash('md5');
  }
  ring.advance(DONE);
}
