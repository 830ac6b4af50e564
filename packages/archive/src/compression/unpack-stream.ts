import type { ByteStream } from '@ekv/snapshot';
import { PACKING_BYTES, type Packing, packingOf } from './archive-kind.ts';
import { gzipBytes } from './gzip-bytes.ts';
import { InputWindow } from './input-window.ts';
import { MOST_PIECE_BYTES, type UnpackedBytes } from './unpacked-bytes.ts';
import { zstdBytes } from './zstd-bytes.ts';

/** What a stream holds, and how it was packed. */
export interface UnpackedStream extends UnpackedBytes {
  readonly packing: Packing;
}

/** Unpacks a stream that is zstd or gzip by its first bytes; any other is given as it is. Throws EnvironmentError when reading fails. */
export function unpackStream(stream: ByteStream): UnpackedStream {
  const input = new InputWindow(stream);
  const packing = packingOf(input.look(PACKING_BYTES));
  const bytes = unpackedAs(packing, input);
  return { packing, read: () => bytes.read(), close: () => bytes.close() };
}

function unpackedAs(packing: Packing, input: InputWindow): UnpackedBytes {
  if (packing === 'zstd') return zstdBytes(input);
  return packing === 'gzip' ? gzipBytes(input) : { read: () => nextOf(input), close: () => undefined };
}

function nextOf(input: InputWindow): Buffer | undefined {
  const piece = input.lookAtSome(MOST_PIECE_BYTES);
  input.pass(piece.length);
  return piece.length === 0 ? undefined : piece;
}
