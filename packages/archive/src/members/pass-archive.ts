import { DataError } from '@ekv/snapshot';
import type { OpenArchive } from '../compression/open-archive.ts';
import type { ArchiveProgress } from '../run/archive-run.ts';
import { BLOCK_BYTES } from '../tar/tar-header.ts';
import { type Member, type MemberSink, TarReader } from '../tar/tar-reader.ts';

/**
 * Reads an archive from its first byte to its last. Throws DataError, with the name of the archive and the offset, for damage and for what
 * `sink` throws as one; EnvironmentError.
 *
 * @param onBytes is told how many bytes of the tar have passed, and may say that it is enough.
 */
export function passArchive(
  archive: OpenArchive,
  sink: MemberSink,
  onBytes: (bytes: number) => 'more' | 'enough',
): void {
  const reader = new TarReader(new LocatedSink(sink));
  for (let piece = archive.read(); piece !== undefined; piece = archive.read()) {
    const bytes = piece;
    named(archive, () => reader.push(bytes));
    if (onBytes(bytes.length) === 'enough') return;
  }
  const hasMembers = named(archive, () => reader.end());
  if (!hasMembers) throw new DataError(`${archive.name} is no archive: nothing is in it`);
}

/** Counts bytes, and wants all of them. */
export function counting(progress: ArchiveProgress): (bytes: number) => 'more' {
  return (bytes) => {
    progress.advance(bytes);
    return 'more';
  };
}

function named<T>({ name }: OpenArchive, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${name}: ${error.message}`, { cause: error });
  }
}

/** Says where in the archive a member is that is refused. */
class LocatedSink implements MemberSink {
  readonly #sink: MemberSink;
  #header = 0;

  constructor(sink: MemberSink) {
    this.#sink = sink;
  }

  begin(member: Member): void {
    this.#header = member.offset - BLOCK_BYTES;
    try {
      this.#sink.begin(member);
    } catch (error) {
      throw this.#located(error);
    }
  }

  piece(bytes: Buffer): void {
    try {
      this.#sink.piece(bytes);
    } catch (error) {
      throw this.#located(error);
    }
  }

  end(): void {
    try {
      this.#sink.end();
    } catch (error) {
      throw this.#located(error);
    }
  }

  #located(error: unknown): unknown {
    if (!(error instanceof DataError)) return error;
    return new DataError(`${error.message} (its header is at byte ${this.#header} of the archive)`, { cause: error });
  }
}
