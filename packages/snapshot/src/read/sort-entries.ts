import type { Salvage } from '../damage/salvage.ts';
import { FLAGS_RESERVED, TIMESTAMP_BYTES, VALUE_HEADER_BYTES } from '../format/constants.ts';
import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { EntryFile } from './entry-file.ts';
import type { EntryReader } from './entry-reader.ts';
import type { FileBytes } from './file-bytes.ts';

export interface SortedEntries {
  /** A scratch file that holds the entries, framed as in a snapshot, without any header. */
  readonly bytes: FileBytes;
  /** Entries left out because the same encoded key came again later. */
  readonly repeated: number;
}

/** In place of a value that cannot be used, so that no older version of its key counts. */
const NO_VALUE = Buffer.alloc(VALUE_HEADER_BYTES);
NO_VALUE[0] = FLAGS_RESERVED;

/**
 * Sorts all entries of a file by encoded key into a scratch file. Of entries with the same encoded key the one that
 * comes last in the input stays (docs/format/01-snapshot.md, section 6).
 *
 * @param salvage says which entries are left out: they stay as keys without a value.
 */
export function sortEntries(entries: EntryReader, scratch: ScratchFolder, salvage?: Salvage): SortedEntries {
  const sorter = new ExternalSorter({ scratch });
  try {
    addEntries(sorter, entries, salvage);
    return writeSorted(sorter.sorted(), scratch);
  } finally {
    sorter.close();
  }
}

function addEntries(sorter: ExternalSorter, entries: EntryReader, salvage: Salvage | undefined): void {
  while (entries.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entries;
    const isLeftOut = salvage !== undefined && (entries.isDamaged || salvage.isLeftOut(entries.offset));
    sorter.add(
      bytes.subarray(keyStart, keyEnd + TIMESTAMP_BYTES),
      isLeftOut ? NO_VALUE : bytes.subarray(valueStart - VALUE_HEADER_BYTES, valueEnd),
    );
  }
}

function writeSorted(rows: SortedRows, scratch: ScratchFolder): SortedEntries {
  const output = new EntryFile(scratch);
  try {
    const repeated = appendLastOfEach(rows, output);
    return { bytes: output.end(), repeated };
  } catch (error) {
    output.abandon();
    throw error;
  }
}

/** @returns how many rows were left out, because their key comes again. */
function appendLastOfEach(rows: SortedRows, output: EntryFile): number {
  let pending: { key: Buffer; value: Buffer } | undefined;
  let repeated = 0;
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    if (pending !== undefined) {
      if (rows.isRepeated()) repeated++;
      else output.append(pending.key, pending.value);
    }
    pending = {
      key: Buffer.from(bytes.subarray(keyStart, keyEnd)),
      value: Buffer.from(bytes.subarray(payloadStart, payloadEnd)),
    };
  }
  if (pending !== undefined) output.append(pending.key, pending.value);
  return repeated;
}
