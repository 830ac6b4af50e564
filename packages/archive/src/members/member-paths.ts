import { displayPath } from '@ekv/dump-tree';
import { DataError, ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';

const FILE = 1;
const FOLDER = 0;
/** Bytes of a path, and more. */
const LONGEST = 1 << 13;

/**
 * Finds members that cannot stand beside each other in one tree, in bounded memory: two files of one path, and a file where others have
 * a folder. Which of them was meant nobody knows.
 */
export class MemberPaths {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder, arenaBytes = SIDE_SORT_BYTES) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  /** @param path byte string without NULs. */
  add(path: string, kind: 'file' | 'folder'): void {
    const place = this.#sorter.reserve(path.length, 1);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    const { bytes, at } = place;
    bytes.write(path, at, 'latin1');
    // So that what is below a path comes right after it: "a", "a/b", "a-b".
    for (let i = path.indexOf('/'); i !== -1; i = path.indexOf('/', i + 1)) bytes[at + i] = 0;
    bytes[at + path.length] = kind === 'file' ? FILE : FOLDER;
  }

  /** To be called once, after the last one. Throws DataError. */
  check(): void {
    const rows = this.#sorter.sorted();
    // The path of the row before, its first bytes.
    const before = Buffer.allocUnsafeSlow(LONGEST);
    let length = 0;
    let wasFile = false;
    try {
      while (rows.next()) {
        const { bytes, keyStart, keyEnd } = rows;
        const isFile = bytes[rows.payloadStart] === FILE;
        const isSame = keyEnd - keyStart === length;
        const isBelow = keyEnd - keyStart > length && bytes[keyStart + length] === 0;
        const wouldClash = (wasFile && (isSame || isBelow)) || (isFile && isSame);
        if (wouldClash && bytes.compare(before, 0, length, keyStart, keyStart + length) === 0)
          throw clash(before.subarray(0, length), isSame && wasFile && isFile);
        length = bytes.copy(before, 0, keyStart, keyEnd);
        wasFile = isFile;
      }
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch without an answer; may be called twice, and after {@link check}. */
  close(): void {
    this.#sorter.close();
  }
}

function clash(path: Buffer, areFiles: boolean): DataError {
  const shown = displayPath(path.toString('latin1').replaceAll('\0', '/'));
  return new DataError(
    areFiles
      ? `two members have the path "${shown}", and nobody knows which of them was meant`
      : `"${shown}" is a file and a folder at once`,
  );
}
