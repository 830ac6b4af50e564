import { ByteWindow } from '../format/byte-window.ts';
import { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { EntryReader } from '../read/entry-reader.ts';
import { FileBytes } from '../read/file-bytes.ts';
import { KeyFamilies } from '../read/key-families.ts';
import { scanEntries } from '../read/scan.ts';
import { EntryFile } from '../sort/entry-file.ts';
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
  const scan = scanEntries(new EntryReader(window, NAME, 'copy', 'passed over'), lastCommitTs, families);
  const source = new CheckedSnapshot({
    path: NAME,
    bytes,
    entries: 'copied',
    families,
    summary: {
      ...scan,
      form: 'entries',
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
  const output = new EntryFile(scratch, 'added');
  try {
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      if (rows.isRepeated()) continue;
      output.append(bytes, keyStart, keyEnd, bytes, payloadStart, payloadEnd);
    }
    const { fd, path, size } = output.end();
    return new FileBytes({ fd, size, ownership: 'owned' }, path);
  } catch (error) {
    output.abandon();
    throw error;
  }
}
