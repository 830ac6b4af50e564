import { ExternalSorter, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import type { Rename, RenameKind } from '../../files/object-path.ts';

const ARENA_BYTES = 8 << 20;
const ORDINAL_BYTES = 6;

/** An object that is left out, for a later generation has its key. */
const LEFT_OUT = 'left out';
const KINDS: readonly (RenameKind | typeof LEFT_OUT)[] = [
  's3-leaf-data',
  'meta-suffix-rename',
  'sha-fallback',
  LEFT_OUT,
];

/** Objects that are not written under their key, by the number of their row; all others are. Sorted on disk when they are many. */
export class NameChanges {
  readonly #sorter: ExternalSorter;
  readonly #ordinal = Buffer.alloc(ORDINAL_BYTES);

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  }

  rename(ordinal: number, { kind, path }: Rename): void {
    this.#add(ordinal, kind, path);
  }

  leaveOut(ordinal: number): void {
    this.#add(ordinal, LEFT_OUT, '');
  }

  /** Adds all changes to others. To be called once, in place of {@link sorted}. */
  moveTo(others: NameChanges): void {
    const rows = this.#sorter.sorted();
    while (rows.next()) {
      others.#sorter.add(
        rows.bytes.subarray(rows.keyStart, rows.keyEnd),
        rows.bytes.subarray(rows.payloadStart, rows.payloadEnd),
      );
    }
    rows.close();
  }

  /** To be called once, behind the last change. */
  sorted(): SortedNameChanges {
    return new SortedNameChanges(this.#sorter.sorted());
  }

  #add(ordinal: number, kind: RenameKind | typeof LEFT_OUT, path: string): void {
    this.#ordinal.writeUIntBE(ordinal, 0, ORDINAL_BYTES);
    const payload = Buffer.allocUnsafe(1 + path.length);
    payload[0] = KINDS.indexOf(kind);
    payload.write(path, 1, 'latin1');
    this.#sorter.add(this.#ordinal, payload);
  }
}

export class SortedNameChanges {
  readonly #rows: SortedRows;
  /** Of the change at hand; -1 behind the last one. */
  #ordinal = -1;

  constructor(rows: SortedRows) {
    this.#rows = rows;
    this.#next();
  }

  /** What becomes of the object with that number; `undefined`: its key is its path. Numbers must rise from call to call. */
  of(ordinal: number): Rename | 'left out' | undefined {
    if (this.#ordinal !== ordinal) return undefined;
    const { bytes, payloadStart, payloadEnd } = this.#rows;
    const kind = KINDS[bytes[payloadStart]!]!;
    const path = bytes.toString('latin1', payloadStart + 1, payloadEnd);
    this.#next();
    return kind === LEFT_OUT ? kind : { kind, path };
  }

  close(): void {
    this.#rows.close();
  }

  #next(): void {
    this.#ordinal = this.#rows.next() ? this.#rows.bytes.readUIntBE(this.#rows.keyStart, ORDINAL_BYTES) : -1;
  }
}
