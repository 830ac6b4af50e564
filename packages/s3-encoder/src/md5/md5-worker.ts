import type { RING, SharedPieces } from './shared-pieces.ts';

/**
 * Takes the MD5 of the pieces that another thread hands over; see `Md5Thread`. It is sent to its thread as text, so that it runs in every
 * bundle, without a file of its own: it must name nothing outside itself, and hold no function (bundlers add helpers to those).
 */
export function takeMd5(ring: typeof RING, { state: counters, bytes, pieceBytes }: SharedPieces): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const state = new Int32Array(counters);
  let hash = createHash('md5');
  if (Atomics.compareExchange(state, ring.start, ring.starting, ring.running) !== ring.starting) return;
  Atomics.notify(state, ring.start);
  for (let piece = 0; ; piece = (piece + 1) | 0) {
    while (Atomics.load(state, ring.taken) === piece && Atomics.load(state, ring.end) === 0)
      Atomics.wait(state, ring.taken, piece);
    if (Atomics.load(state, ring.taken) === piece) return;
    const slot = (piece >>> 0) % ring.slots;
    const length = state[ring.lengths + slot]!;
    if (length > 0) hash.update(new Uint8Array(bytes, slot * pieceBytes, length));
    else {
      new Uint8Array(bytes, ring.slots * pieceBytes).set(hash.digest());
      hash = createHash('md5');
    }
    Atomics.add(state, ring.done, 1);
    Atomics.notify(state, ring.done);
  }
}
