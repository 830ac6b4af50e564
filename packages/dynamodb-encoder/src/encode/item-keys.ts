import type { Problems } from '@ekv/dump-tree';
import { DataError, ExternalSorter, MAIN_SORT_BYTES, printable, type ScratchFolder } from '@ekv/snapshot';

/** The keys of all items with the paths of their files, so that two files of one item are found with both their paths. */
export class ItemKeys {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: MAIN_SORT_BYTES });
  }

  /** @param path byte string. */
  add(key: Buffer, path: string): void {
    const room = this.#sorter.reserve(key.length, path.length);
    if (room === undefined) return this.#sorter.add(key, Buffer.from(path, 'latin1'));
    room.bytes.set(key, room.at);
    room.bytes.write(path, room.at + key.length, 'latin1');
  }

  /** To be called once, after the last item. @param display makes a path one for people. */
  reportDuplicates(problems: Problems, display: (path: string) => string): void {
    const rows = this.#sorter.sorted();
    try {
      for (let path = ''; rows.next(); ) {
        const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
        const next = bytes.toString('latin1', payloadStart, payloadEnd);
        if (rows.isRepeated()) problems.add(duplicate(bytes.subarray(keyStart, keyEnd), display(path), display(next)));
        else path = next;
      }
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#sorter.close();
  }
}

function duplicate(key: Buffer, first: string, second: string): DataError {
  return new DataError(
    `duplicate key ${printable(key)}: ${first} and ${second} are one item, for their key attributes are equal; remove one of them`,
  );
}
