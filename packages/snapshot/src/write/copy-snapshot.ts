import { createHash, type Hash } from 'node:crypto';
import { FOOTER_BYTES, PAYLOAD_HEADER_BYTES, PAYLOAD_MAGIC } from '../format/constants.ts';
import { crc32c } from '../format/crc32c.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import type { EntryReader } from '../read/entry-reader.ts';
import { type ByteSink, giveBlock } from './byte-sink.ts';

/** Says whether the entry that a reader stands at is left out. Of its value the length alone can be asked for. */
export type LeavesOut = (entry: EntryReader) => boolean;

/** A snapshot that was written again. */
export interface CopiedSnapshot {
  /** Entries that stayed. */
  readonly entries: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Of the file, 64 lower-case hex digits. */
  readonly sha256: string;
}

const BLOCK_BYTES = 1 << 20;

/**
 * Writes a snapshot again, byte by byte, without some of its entries: all versions, the node's own rows, the wrapper and a new checksum with it. What was out of
 * order, or in SST files, becomes a plain payload: docs/format/01-snapshot.md, section 1, shape P.
 *
 * @throws EnvironmentError, and what the sink and `leavesOut` throw.
 */
export function copySnapshot(source: CheckedSnapshot, sink: ByteSink, leavesOut: LeavesOut): CopiedSnapshot {
  const { place } = source;
  const hasFooter = place !== 'copied' && source.summary.footer === 'ok';
  const copy = new Copy(source, sink, hasFooter);
  let from = 0;
  if (place === 'copied') copy.write(payloadHeader(source.lastCommitTs));
  let entries = 0;
  // The node's own rows stand between the entries, and are copied with what is around them.
  const reader = source.entries({ bodies: 'passed over' });
  while (reader.next()) {
    if (!leavesOut(reader)) {
      entries++;
      continue;
    }
    copy.stretch(from, reader.offset);
    from = reader.endOffset;
  }
  copy.stretch(from, place === 'copied' ? reader.endOffset : place.end);
  return { entries, ...copy.finish() };
}

class Copy {
  readonly #source: CheckedSnapshot;
  readonly #sink: ByteSink;
  readonly #hasFooter: boolean;
  readonly #hash: Hash = createHash('sha256');
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #crc = 0;
  #bytes = 0;

  constructor(source: CheckedSnapshot, sink: ByteSink, hasFooter: boolean) {
    this.#source = source;
    this.#sink = sink;
    this.#hasFooter = hasFooter;
  }

  stretch(start: number, end: number): void {
    for (let at = start; at < end; at += BLOCK_BYTES) {
      const block = this.#holdsBlocks ? this.#block : Buffer.allocUnsafe(BLOCK_BYTES);
      const piece = block.subarray(0, Math.min(BLOCK_BYTES, end - at));
      this.#source.readAt(at, piece);
      this.write(piece);
    }
  }

  write(bytes: Buffer): void {
    if (this.#hasFooter) this.#crc = crc32c(bytes, 0, bytes.length, this.#crc);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    giveBlock(this.#sink, bytes);
  }

  finish(): Pick<CopiedSnapshot, 'bytes' | 'sha256'> {
    if (this.#hasFooter) this.#footer();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** docs/format/01-snapshot.md, section 2.3. */
  #footer(): void {
    const footer = Buffer.alloc(FOOTER_BYTES);
    footer.writeUInt32BE(this.#crc);
    this.write(footer);
  }

  /** A sink may keep a block for good. */
  get #holdsBlocks(): boolean {
    return this.#sink.holdsBlocks === 'during the call';
  }
}

function payloadHeader(lastCommitTs: bigint): Buffer {
  const header = Buffer.alloc(PAYLOAD_HEADER_BYTES);
  header.write(PAYLOAD_MAGIC, 'latin1');
  header.writeBigUInt64LE(lastCommitTs, PAYLOAD_MAGIC.length);
  return header;
}
