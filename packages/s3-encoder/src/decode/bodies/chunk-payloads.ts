import { createHash, hash } from 'node:crypto';
import { asRowError, rowError } from '@ekv/adapter';
import {
  ExternalSorter,
  type RowCursor,
  RowError,
  type RowSource,
  type ScratchFolder,
  SIDE_SORT_BYTES,
  type SortedRows,
} from '@ekv/snapshot';
import { type ChunkReference, readChunkReference } from '../../layout/chunk-reference.ts';
import { PAYLOAD_ROWS, REFERENCE_ROWS } from '../../layout/families.ts';
import { ORDINAL_BYTES, readOrdinal, writeOrdinal } from '../../layout/ordinals.ts';
import type { ValueRow } from '../../layout/row-json.ts';
import { NUMBER_BYTES } from '../../layout/row-keys.ts';
import { offsetIn } from './other-payloads.ts';

const BLOCK = 1 << 20;
const DIGEST_BYTES = 32;
const DIGEST_DIGITS = 64;

/** What payloads are read of. */
type PayloadSource = Pick<RowSource, 'rows' | 'count' | 'readAt' | 'attempt'>;

/**
 * Where the payloads of references lie, in the order of the references. Payloads are in order of their digests and
 * references in order of their objects, so both meet in a sort by digest and the result is sorted back.
 * docs/format/05-s3.md, section 2.5.
 */
export class ChunkPayloads {
  readonly #found: SortedRows | undefined;
  #present = false;
  /** File offset and length in bytes of the payload {@link find} found. */
  offset = 0;
  length = 0;

  /**
   * Checks the digest of every payload, and every reference. Throws RowError.
   *
   * @param others gives snapshots in which payloads may be, too; asked only when there are references. Their offsets are {@link offsetIn}.
   */
  constructor(source: RowSource, scratch: ScratchFolder, others: () => readonly RowSource[] = () => []) {
    const hasReferences = source.count(REFERENCE_ROWS) > 0;
    const payloads = hasReferences ? newSorter(scratch) : undefined;
    checkPayloads(source, payloads);
    if (payloads === undefined) return;
    for (const [number, other] of others().entries())
      locatedBy(other, () => checkPayloads(other, payloads, (offset) => offsetIn(number, offset)));
    this.#found = joined(payloads.sorted(), referencesByDigest(source, scratch).sorted(), scratch);
    this.#advance();
  }

  /** Whether the reference with that number has a payload. Numbers must rise from call to call. */
  find(ordinal: number): boolean {
    const rows = this.#found;
    while (rows !== undefined && this.#present) {
      const at = readOrdinal(rows.bytes, rows.keyStart);
      if (at >= ordinal) {
        this.offset = rows.bytes.readDoubleLE(rows.payloadStart);
        this.length = rows.bytes.readDoubleLE(rows.payloadStart + NUMBER_BYTES);
        return at === ordinal;
      }
      this.#advance();
    }
    return false;
  }

  close(): void {
    this.#found?.close();
  }

  #advance(): void {
    this.#present = this.#found!.next();
  }
}

function newSorter(scratch: ScratchFolder): ExternalSorter {
  return new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
}

/** Runs a check of rows of another snapshot: what it throws says where in that one. */
function locatedBy(source: RowSource, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof RowError ? source.located(error) : error;
  }
}

const asItIs = (offset: number) => offset;

function checkPayloads(source: RowSource, positions: ExternalSorter | undefined, placed = asItIs): void {
  const rows = source.rows(PAYLOAD_ROWS, { bodies: 'passed over' });
  const block = payloadBlock(source);
  const position = Buffer.alloc(2 * NUMBER_BYTES);
  while (rows.next()) {
    const digest = checkedDigest(source, rows, block);
    position.writeDoubleLE(placed(rows.valueOffset), 0);
    position.writeDoubleLE(rows.valueEnd - rows.valueStart, NUMBER_BYTES);
    positions?.add(Buffer.from(digest, 'hex'), position);
  }
}

/** Runs the check of each payload as one of the source, which may leave out what is wrong. */
export function attemptPayloads(source: PayloadSource): void {
  const block = payloadBlock(source);
  for (const rows = source.rows(PAYLOAD_ROWS, { bodies: 'passed over' }); rows.next(); )
    source.attempt(() => checkedDigest(source, rows, block));
}

function payloadBlock(source: PayloadSource): Buffer {
  return Buffer.allocUnsafe(source.count(PAYLOAD_ROWS) > 0 ? BLOCK : 0);
}

function checkedDigest(source: PayloadSource, rows: RowCursor, block: Buffer): string {
  const wanted = digestInKey(rows);
  const digest = digestAt(source, rows.valueOffset, rows.valueEnd - rows.valueStart, block);
  if (digest === wanted) return digest;
  throw rowError(rows, `the payload of this row has the digest ${digest}, not ${wanted} as its key says`);
}

/** 64 hex digits, in lower case. */
function digestInKey(rows: RowCursor): string {
  const text = rows.bytes.toString('latin1', rows.keyStart + PAYLOAD_ROWS.length, rows.keyEnd);
  if (text.length !== DIGEST_DIGITS || !/^[0-9a-fA-F]*$/.test(text))
    throw rowError(rows, `the key of a ${PAYLOAD_ROWS} row must end in 64 hex digits`);
  return text.toLowerCase();
}

function digestAt(source: PayloadSource, offset: number, length: number, block: Buffer): string {
  if (length <= BLOCK) {
    const bytes = block.subarray(0, length);
    source.readAt(offset, bytes);
    return hash('sha256', bytes, 'hex');
  }
  const sha256 = createHash('sha256');
  for (let done = 0; done < length; done += BLOCK) {
    const bytes = block.subarray(0, Math.min(BLOCK, length - done));
    source.readAt(offset + done, bytes);
    sha256.update(bytes);
  }
  return sha256.digest('hex');
}

function referencesByDigest(source: RowSource, scratch: ScratchFolder): ExternalSorter {
  const sorter = newSorter(scratch);
  const rows = source.rows(REFERENCE_ROWS);
  const number = Buffer.alloc(ORDINAL_BYTES);
  for (let ordinal = 0; rows.next(); ordinal++) {
    writeOrdinal(number, 0, ordinal);
    sorter.add(referenceAt(rows).digest, number);
  }
  return sorter;
}

/** Reads the reference in the row at hand. Throws RowError. */
export function referenceAt(rows: ValueRow): ChunkReference {
  try {
    return readChunkReference(rows.bytes, rows.valueStart, rows.valueEnd);
  } catch (error) {
    throw asRowError(rows, error, `this ${REFERENCE_ROWS} row is wrong: `);
  }
}

/** Of each reference that has a payload its number, and where the payload is. */
function joined(payloads: SortedRows, references: SortedRows, scratch: ScratchFolder): SortedRows {
  const found = newSorter(scratch);
  let isPayload = payloads.next();
  while (isPayload && references.next()) {
    let order = compareKeys(payloads, references);
    while (order < 0 && isPayload) {
      isPayload = payloads.next();
      if (isPayload) order = compareKeys(payloads, references);
    }
    if (!isPayload || order !== 0) continue;
    found.add(
      references.bytes.subarray(references.payloadStart, references.payloadEnd),
      payloads.bytes.subarray(payloads.payloadStart, payloads.payloadEnd),
    );
  }
  payloads.close();
  references.close();
  return found.sorted();
}

function compareKeys(a: SortedRows, b: SortedRows): number {
  return a.bytes.compare(b.bytes, b.keyStart, b.keyStart + DIGEST_BYTES, a.keyStart, a.keyStart + DIGEST_BYTES);
}
