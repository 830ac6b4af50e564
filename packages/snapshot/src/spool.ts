import { openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { environmentError, scratchError } from './errors.ts';
import type { ScratchFolder } from './scratch.ts';

const BLOCK = 1 << 20;

/** A scratch file that is open and already unlinked: it goes with the process, whatever ends it. */
export interface SpooledFile {
  readonly fd: number;
  readonly size: number;
}

export function openUnlinked(scratch: ScratchFolder, name: string): { fd: number; path: string } {
  const path = scratch.newFile(name);
  try {
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return { fd, path };
  } catch (error) {
    throw scratchError(error, 'write the scratch file', path);
  }
}

/** Copies input that can be read only once to scratch. */
export function spoolToScratch(input: number, name: string, scratch: ScratchFolder): SpooledFile {
  const output = openUnlinked(scratch, 'spool');
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let size = 0;
  for (;;) {
    const read = readBlock(input, block, name);
    if (read === 0) return { fd: output.fd, size };
    try {
      for (let at = 0; at < read; ) at += writeSync(output.fd, block, at, read - at);
    } catch (error) {
      throw scratchError(error, 'write the scratch file', output.path);
    }
    size += read;
  }
}

function readBlock(fd: number, block: Buffer, name: string): number {
  for (;;) {
    try {
      return readSync(fd, block, 0, BLOCK, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      // A non-blocking pipe without data yet.
      if (code !== 'EAGAIN') throw environmentError(error, 'read', name);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
