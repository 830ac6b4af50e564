import {
  DataError,
  ExternalSorter,
  MAIN_SORT_BYTES,
  printable,
  type ScratchFolder,
  type SortedRows,
} from '@ekv/snapshot';
import { KEYMAP_FILE, SIDECAR_SUFFIX } from '../../files/paths.ts';
import { isInside, pathOf, sortedPath } from '../../files/sorted-path.ts';

const MOST_NAMED = 100;

const BODY = 0;
const SIDECAR = 1;
const KEYMAP = 2;

/**
 * Finds paths of one bucket that two files want, or a file and a folder. docs/format/05-s3.md, section 4.3.
 */
export class PathClashes {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: MAIN_SORT_BYTES });
  }

  /** Takes body and sidecar of an object. */
  addObject(path: string, key: string): void {
    this.#add(path, BODY, key);
    this.#add(path + SIDECAR_SUFFIX, SIDECAR, key);
  }

  addKeymap(): void {
    this.#add(KEYMAP_FILE, KEYMAP, '');
  }

  /** Throws DataError that names all clashes. To be called once. */
  check(bucket: Buffer): void {
    const rows = this.#sorter.sorted();
    const found: string[] = [];
    let count = 0;
    let last: Wanted | undefined;
    while (rows.next()) {
      const wanted = wantedBy(rows);
      if (last !== undefined && (wanted.path.equals(last.path) || isInside(last.path, wanted.path))) {
        count++;
        if (found.length < MOST_NAMED) found.push(described(last, wanted));
        // The folder's name stays the one to compare with: more files of it may follow.
        if (!wanted.path.equals(last.path)) continue;
      }
      last = wanted;
    }
    rows.close();
    if (count === 0) return;
    const more = count > found.length ? `; and ${count - found.length} more` : '';
    throw new DataError(
      `bucket "${printable(bucket)}": objects need paths that others have, rename one of each pair: ${found.join('; ')}${more}`,
    );
  }

  /** Lets go of memory and scratch, also when nothing was checked. */
  close(): void {
    this.#sorter.close();
  }

  #add(path: string, role: number, key: string): void {
    const payload = Buffer.allocUnsafe(1 + key.length);
    payload[0] = role;
    payload.write(key, 1, 'latin1');
    this.#sorter.add(sortedPath(path), payload);
  }
}

interface Wanted {
  readonly path: Buffer;
  readonly what: string;
}

function wantedBy({ bytes, keyStart, keyEnd, payloadStart, payloadEnd }: SortedRows): Wanted {
  const key = printable(bytes.subarray(payloadStart + 1, payloadEnd));
  const role = bytes[payloadStart];
  const what =
    role === KEYMAP ? 'the key map' : role === SIDECAR ? `the sidecar of object "${key}"` : `object "${key}"`;
  return { path: Buffer.from(bytes.subarray(keyStart, keyEnd)), what };
}

function described(first: Wanted, second: Wanted): string {
  const path = printable(Buffer.from(pathOf(first.path), 'latin1'));
  const how = first.path.equals(second.path) ? 'both want' : 'want as a file and as a folder';
  return `${first.what} and ${second.what} ${how} ${path}`;
}
