import { type ByteSink, giveBlock, type OpenDescriptor } from '@ekv/snapshot';
import type { Progress } from '../run/progress.ts';

/** A destination that counts the bytes that pass. */
export function countingDestination(destination: ByteSink, progress: Progress): ByteSink {
  const { descriptor, holdsBlocks } = destination;
  const count = (bytes: number) => {
    progress.addBytes(bytes);
    progress.advance(bytes);
  };
  return {
    write: (bytes) => {
      giveBlock(destination, bytes);
      count(bytes.length);
    },
    holdsBlocks,
    descriptor: descriptor && { fd: descriptor.fd, wrote: countingToo(descriptor, count) },
  };
}

function countingToo(descriptor: OpenDescriptor, count: (bytes: number) => void): OpenDescriptor['wrote'] {
  return (bytes) => {
    descriptor.wrote(bytes);
    count(bytes);
  };
}
