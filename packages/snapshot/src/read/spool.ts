import { closeSync } from 'node:fs';
import { scratchError } from '../errors.ts';
import { readMagics } from '../format/container.ts';
import { type OpenScratchFile, openUnlinked, type ScratchFolder } from '../sort/scratch.ts';
import { sstManifestLength } from '../sst/manifest.ts';
import { writeAll } from '../write-all.ts';
import { FileBytes } from './file-bytes.ts';
import { type ByteStream, StreamStart } from './stream-start.ts';

const BLOCK = 1 << 20;

/**
 * Copies input that can be read only once to a scratch file, which is unlinked already: it goes with the process, whatever ends
 * it. What is no snapshot by its first bytes is refused before anything is written: it may be large, or have no end.
 */
export function spoolToScratch(stream: ByteStream, scratch: ScratchFolder): FileBytes {
  const start = new StreamStart(stream);
  // A manifest has a length; bytes without an end that only begin like one are refused by it.
  if (readMagics(start, stream.name).form === 'SST files') sstManifestLength(start, stream.name);
  const output = openUnlinked(scratch, 'spool');
  try {
    const size = copyRest(stream, start.read, output);
    return new FileBytes({ fd: output.fd, size, ownership: 'owned' }, stream.name);
  } catch (error) {
    closeSync(output.fd);
    throw error;
  }
}

/** @param first what was read already. @returns how many bytes there were. */
function copyRest(stream: ByteStream, first: Uint8Array, output: OpenScratchFile): number {
  writeBlock(output, first);
  let size = first.length;
  const block = Buffer.allocUnsafeSlow(BLOCK);
  for (;;) {
    const read = stream.read(block);
    if (read === 0) return size;
    writeBlock(output, block.subarray(0, read));
    size += read;
  }
}

function writeBlock({ fd, path }: OpenScratchFile, block: Uint8Array): void {
  try {
    writeAll(fd, block);
  } catch (error) {
    throw scratchError(error, 'write the scratch file', path);
  }
}
