import { ByteWindow } from '../format/byte-window.ts';
import { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { EntryFile } from '../read/entry-file.ts';
import { EntryReader } from '../read/entry-reader.ts';
import type { FileBytes } from '../read/file-bytes.ts';
import { KeyFamilies } from '../read/key-families.ts';
import { scanEntries } from '../read/scan.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import type { SortedRows } from '../sort/sorted-run.ts';

const NAME = 'the writes of committed transactions';
const SCAN_BUFFER = 1 << 18;

/** Versions that stand in no file, as one more input of a merge. */
export interface AddedInput {
  readonly source: CheckedSnapshot;
  close(): void;
}

/** @param rows ascending; key: encoded key with its version, payload: value with its header. Throws EnvironmentError. */
export function addedInput(rows: SortedRows, lastCommitTs: bigint, scratch: ScratchFolder): AddedInput {
  const bytes = writtenRows(rows, scratch);
  const families = new KeyFamilies([]);
  const window = new ByteWindow({ bytes, start: 0, end: bytes.byteLength, bufferBytes: SCAN_BUFFER });
  const scan = scanEntries(new EntryReader(window, NAME, false, 'passed over'), lastCommitTs, families);
  const source = new CheckedSnapshot({
    path: NAME,
    bytes,
    entries: 'sorted',
    families,
    summary: {
      ...scan,
      wrapperVersion: 0,
      clockCeilingMs: undefined,
      lastCommitTs,
      footer: 'none',
      footerCrc32c: undefined,
      endsInMetaRows: false,
      minRetainedTs: undefined,
      sha256: undefined,
    },
    salvage: undefined,
  });
  return { source, close: () => bytes.close() };
}

function writtenRows(rows: SortedRows, scratch: ScratchFolder): FileBytes {
  const output = new EntryFile(scratch);
  try {
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      if (rows.isRepeated()) continue;
      output.append(
        Buffer.from(bytes.subarray(keyStart, keyEnd)),
        Buffer.from(bytes.subarray(payloadStart, payloadEnd)),
      );
    }
    return output.end();
  } catch (error) {
    output.abandon();
    throw error;
  }
}
