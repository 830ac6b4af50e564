import { rowError } from '@ekv/adapter';
import { fewOf, printable, type RowError } from '@ekv/snapshot';
import { peersOf, readChunkReference } from '../../layout/chunk-reference.ts';
import type { DeclaredPart, HeadValue } from '../../layout/head-value.ts';
import type { ChunkRows } from '../rows.ts';
import type { ChunkPayloads } from './chunk-payloads.ts';

const FIRST_POSITIONS = 8;
/** Nodes that are looked for, and named. */
const [MOST_PEERS, SHOWN_PEERS] = [16, 4];

/** The rows that chunks are taken from. */
export interface ChunkSources {
  readonly blobs: ChunkRows;
  readonly references: ChunkRows;
  readonly payloads: ChunkPayloads;
}

/** The chunks of one part, as far as they were found, in order, and their positions in the snapshot file. */
export class PartChunks {
  readonly part: DeclaredPart;
  /** Offset and length in bytes of each chunk, in turn. */
  #positions = new Float64Array(FIRST_POSITIONS);
  #count = 0;
  #bytes = 0;
  /** The first number that was missing before a later one came. */
  #gap: bigint | undefined;

  constructor(part: DeclaredPart) {
    this.part = part;
  }

  /** Chunks found without a gap. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of these. */
  get bytes(): number {
    return this.#bytes;
  }

  offset(i: number): number {
    return this.#positions[2 * i]!;
  }

  length(i: number): number {
    return this.#positions[2 * i + 1]!;
  }

  /** Takes the next chunk in order of their numbers; false when one with this number is there already. */
  add(number: bigint, offset: number, length: number): boolean {
    const next = BigInt(this.#count);
    if (number < next) return false;
    if (number > next || this.#gap !== undefined) {
      this.#gap ??= next;
      return true;
    }
    if (2 * this.#count === this.#positions.length) this.#widen();
    this.#positions[2 * this.#count] = offset;
    this.#positions[2 * this.#count + 1] = length;
    this.#count++;
    this.#bytes += length;
    return true;
  }

  /** What is wrong with the part; `undefined` when exactly its chunks are there. */
  fault(): string | undefined {
    const { number, version, count, isOffloaded } = this.part;
    if (this.#gap === undefined && BigInt(this.#count) === count) return undefined;
    const missing = BigInt(this.#count) < count;
    const what = missing ? `chunk ${this.#count} is missing` : 'there are more';
    return `part ${number} (version ${version}${isOffloaded ? ', offloaded' : ''}) declares ${count} chunks, ${this.#count} were found from the first one on: ${what}`;
  }

  #widen(): void {
    const wider = new Float64Array(this.#positions.length * 2);
    wider.set(this.#positions);
    this.#positions = wider;
  }
}

/** Finds the chunks that make up one object among the rows that bear its name. docs/format/05-s3.md, section 2.5. */
export class ObjectChunks {
  /** In the order of their bytes in the body; parts without chunks too. */
  readonly parts: readonly PartChunks[];
  readonly #uploadId: Buffer;
  /** Index of the first part whose number is not below those of the rows passed. */
  #blobPart = 0;
  #referencePart = 0;
  /** Own references whose payloads are not there, and the nodes that have these. */
  #absent = 0;
  readonly #peers = new Set<string>();

  constructor(head: HeadValue) {
    this.#uploadId = head.uploadId;
    this.parts = head.parts.map((part) => new PartChunks(part));
  }

  /** Length of the body in bytes. */
  get bytes(): number {
    return this.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Takes those chunks among the rows of the object that are its own. The cursors go on to the next object.
   *
   * @param id of the object, of which the first rows are at hand. @returns what is wrong with the first row that is refused.
   */
  takeAll(id: Buffer, { blobs, references, payloads }: ChunkSources): RowError | undefined {
    let refused: RowError | undefined;
    for (; blobs.isOfObject(id); blobs.advance()) {
      const error = this.#takeBlob(blobs);
      refused ??= error;
    }
    for (; references.isOfObject(id); references.advance()) {
      const error = this.#takeReference(references, payloads);
      refused ??= error;
    }
    return refused;
  }

  #takeBlob(rows: ChunkRows): RowError | undefined {
    if (!rows.upload.equals(this.#uploadId)) return undefined;
    const number = rows.part;
    while (this.#blobPart < this.parts.length && this.parts[this.#blobPart]!.part.number < number) this.#blobPart++;
    const chunks = this.#declared(this.#blobPart, number, rows.version, false);
    if (chunks === undefined || chunks.add(rows.chunk, rows.valueOffset, rows.valueLength)) return undefined;
    return sameChunkError(rows);
  }

  /** Without a payload a reference is not there. */
  #takeReference(rows: ChunkRows, payloads: ChunkPayloads): RowError | undefined {
    if (!rows.upload.equals(this.#uploadId)) return undefined;
    const number = rows.part;
    while (this.#referencePart < this.parts.length && this.parts[this.#referencePart]!.part.number < number)
      this.#referencePart++;
    const chunks = this.#declared(this.#referencePart, number, rows.version, true);
    if (chunks === undefined) return undefined;
    if (!payloads.find(rows.ordinal)) return this.#countAbsent(rows);
    const error = lengthError(rows, chunks.part, payloads.length);
    if (error !== undefined) return error;
    return chunks.add(rows.chunk, payloads.offset, payloads.length) ? undefined : sameChunkError(rows);
  }

  #countAbsent({ bytes, valueStart }: ChunkRows): undefined {
    this.#absent++;
    if (this.#peers.size < MOST_PEERS) for (const peer of peersOf(bytes, valueStart)) this.#peers.add(peer);
    return undefined;
  }

  /** What is wrong with the parts; `undefined` when all are complete. */
  fault(): string | undefined {
    for (const part of this.parts) {
      const fault = part.fault();
      if (fault !== undefined) return part.part.isOffloaded ? fault + this.#absentText() : fault;
    }
    return undefined;
  }

  #absentText(): string {
    if (this.#absent === 0) return '';
    const peers = fewOf([...this.#peers].slice(0, SHOWN_PEERS), this.#peers.size);
    return `; ${this.#absent} payloads are not in the snapshot, other nodes keep them (${peers}): name a snapshot of one of these with the option payloadFrom`;
  }

  /** What is wrong with the chunks; `undefined` when they are the whole body. */
  bodyFault({ size }: HeadValue): string | undefined {
    const fault = this.fault();
    if (fault !== undefined || BigInt(this.bytes) === size) return fault;
    return `its chunks have ${this.bytes} bytes together, "size_bytes" is ${size}`;
  }

  #declared(from: number, number: bigint, version: bigint, isOffloaded: boolean): PartChunks | undefined {
    for (let i = from; i < this.parts.length && this.parts[i]!.part.number === number; i++) {
      const chunks = this.parts[i]!;
      const { part } = chunks;
      if (part.version === version && part.isOffloaded === isOffloaded) return part.count > 0n ? chunks : undefined;
    }
    return undefined;
  }
}

/** Reference, payload and manifest must tell one length. A chunk beyond those of the part is found out later. */
function lengthError(rows: ChunkRows, part: DeclaredPart, payloadLength: number): RowError | undefined {
  const { length } = readChunkReference(rows.bytes, rows.valueStart, rows.valueEnd);
  const declared = rows.chunk < part.count ? part.chunkSizes[Number(rows.chunk)]! : payloadLength;
  if (length === BigInt(payloadLength) && declared === payloadLength) return undefined;
  return rowError(
    rows,
    `chunk ${rows.chunk} of part ${part.number} of the object "${printable(rows.object)}" has ${length} bytes by this reference, ${payloadLength} in its payload and ${declared} in "chunk_sizes"; all must agree`,
  );
}

/** What a chunk is refused with of which there was a row already. */
export function sameChunkError(rows: ChunkRows): RowError {
  return rowError(rows, 'another row stands for the same chunk, its key with or without a version of zero');
}
