import { ExternalSorter, type RowSource, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { PathExceptions, type SortedPathExceptions } from '../decode/names/path-exceptions.ts';
import { HeadRows } from '../decode/rows.ts';
import { ORDINAL_BYTES, readOrdinal, writeOrdinal } from '../layout/ordinals.ts';

/**
 * Of a bucket without an active generation: says which objects have their key in a later generation too, which is the one that
 * counts. docs/format/05-s3.md, section 2.3.
 */
export class SupersededObjects {
  readonly #found: SortedPathExceptions | undefined;

  /** @param first manifest of the bucket. */
  constructor(source: RowSource, scratch: ScratchFolder, first: HeadRows) {
    const part = Buffer.from(first.bucketPart);
    const heads = () => new HeadRows(source, { bodies: 'passed over', from: first.offset }, first.ordinal);
    if (hasSeveralGenerations(heads(), part)) this.#found = superseded(heads(), part, scratch);
  }

  /** Whether the object at hand is one of them. Objects must come in the order of their rows. */
  has({ ordinal }: HeadRows): boolean {
    return this.#found?.of(ordinal) !== undefined;
  }

  close(): void {
    this.#found?.close();
  }
}

function hasSeveralGenerations(heads: HeadRows, part: Buffer): boolean {
  const first = heads.generation;
  for (; heads.isOfBucket(part); heads.advance()) if (heads.generation !== first) return true;
  return false;
}

/** Sorts the objects of the bucket by key, then by generation: all but the last of a key. */
function superseded(heads: HeadRows, part: Buffer, scratch: ScratchFolder): SortedPathExceptions {
  const byKey = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  const ordinal = Buffer.alloc(ORDINAL_BYTES);
  for (; heads.isOfBucket(part); heads.advance()) {
    writeOrdinal(ordinal, 0, heads.ordinal);
    byKey.add(heads.objectPart, ordinal);
  }
  const found = new PathExceptions(scratch);
  const rows = byKey.sorted();
  for (let last = 0; rows.next(); last = readOrdinal(rows.bytes, rows.payloadStart))
    if (rows.isRepeated()) found.leaveOut(last);
  rows.close();
  return found.sorted();
}
