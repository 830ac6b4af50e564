import type { Problems } from '@ekv/dump-tree';
import { DataError, ExternalSorter, printable, type ScratchFolder } from '@ekv/snapshot';

const ARENA_BYTES = 16 << 20;

/** The keys of all items with the paths of their files, so that two files of one item are found with both their paths. */
export class ItemKeys {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  }

  /** @param path byte string. */
  add(key: Buffer, path: string): void {
    const place = this.#sorter.reserve(key.length, path.length);
    if (place === undefined) return this.#sorter.add(key, Buffer.from(path, 'latin1'));
    place.bytes.set(key, place.at);
    place.bytes.write(path, place.at + key.length, 'latin1');
  }

  /** To be called once, behind the last item. @param display makes a path one for people. */
  reportDuplicates(problems: Problems, display: (path: string) => string): void {
    const rows = this.#sorter.sorted();
    let path = '';
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      const next = bytes.toString('latin1', payloadStart, payloadEnd);
      if (rows.isRepeated()) problems.add(duplicate(bytes.subarray(keyStart, keyEnd), display(path), display(next)));
      else path = next;
    }
    rows.close();
  }
}

function duplicate(key: Buffer, first: string, second: string): DataError {
  return new DataError(
    `duplicate key ${printable(key)}: ${first} and ${second} are one item, for their key attributes are equal; remove one of them`,
  );
}
