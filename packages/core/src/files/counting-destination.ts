import { type ByteSink, giveBlock } from '@ekv/snapshot';
import type { Progress } from '../run/progress.ts';

/** A destination that counts the bytes that pass. */
export function countingDestination(destination: ByteSink, progress: Progress): ByteSink {
  return {
    write: (bytes) => {
      giveBlock(destination, bytes);
      progress.addBytes(bytes.length);
      progress.advance(bytes.length);
    },
    holdsBlocks: destination.holdsBlocks,
  };
}
