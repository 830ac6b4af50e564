import { EnvironmentError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

/** Fills `into` with the bytes from `position` on, which are there. Throws EnvironmentError. */
export function readExactly(bytes: ByteSource, position: number, into: Uint8Array, path: string = bytes.name): void {
  for (let filled = 0; filled < into.length; ) {
    const read = bytes.read(position + filled, into, filled, into.length - filled);
    if (read === 0) throw new EnvironmentError(`${path} became shorter while it was read`);
    filled += read;
  }
}
