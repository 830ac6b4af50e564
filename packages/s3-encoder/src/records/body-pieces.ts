import { createHash } from 'node:crypto';
import { givenBytes, givenOnce, type TextOrBytes } from '@ekv/snapshot/arguments';
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
  givenOnce(body, () => `the body of ${of()}`);
  const md5 = createHash('md5');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const taken = (bytes: Buffer) => {
    md5.update(bytes);
    totals.bytes += bytes.length;
    return Buffer.from(bytes);
  };
  let filled = 0;
  for await (const given of named(body, of)) {
    const name = () => `a piece of the body of ${of()}`;
    const piece = givenBytes(given, name);
    const { length } = piece;
    for (let done = 0; done < length; ) {
      givenBytes(piece, name);
      const part = piece.subarray(done, done + CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      done += part.length;
      if (filled < CHUNK_BYTES) continue;
      // Of the copy: a piece may change while the chunks before are taken.
      yield taken(chunk);
      filled = 0;
    }
  }
  if (filled > 0) yield taken(chunk.subarray(0, filled));
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
