import { createHash } from 'node:crypto';
import { givenBytes, type TextOrBytes } from '@ekv/snapshot/arguments';
import { CHUNK_BYTES } from '../layout/head-value.ts';
import { failureOf } from './source-failure.ts';

/** A body that comes piece by piece, such as a stream of Node or of the web, or a generator. */
export type StreamedBody = Iterable<TextOrBytes> | AsyncIterable<TextOrBytes>;

/** What all pieces of a body were together, once the last one has come. */
export interface BodyTotals {
  bytes: number;
  /** Hex digits. */
  md5: string;
}

/**
 * Gathers the pieces of a body to chunks of one MiB, each with memory of its own; no more than one is held. Their source may use
 * the memory of a piece again. Throws ArgumentError for what is no piece. @param of the object, for messages.
 */
export async function* chunksOf(
  body: StreamedBody,
  totals: BodyTotals,
  of: () => string,
): AsyncGenerator<Buffer, void, undefined> {
  const md5 = createHash('md5');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  for await (const given of named(body, of)) {
    const piece = givenBytes(given, () => `a piece of the body of ${of()}`);
    md5.update(piece);
    totals.bytes += piece.length;
    for (let done = 0; done < piece.length; ) {
      const part = piece.subarray(done, done + CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      done += part.length;
      if (filled < CHUNK_BYTES) continue;
      yield Buffer.from(chunk);
      filled = 0;
    }
  }
  if (filled > 0) yield Buffer.from(chunk.subarray(0, filled));
  totals.md5 = md5.digest('hex');
}

/** The pieces of a body, whose failures say of which object it is; a reader that was told to stop is no failure. */
async function* named(body: StreamedBody, of: () => string): AsyncGenerator<TextOrBytes, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(`cannot read the body of ${of()}`, error);
  }
}
