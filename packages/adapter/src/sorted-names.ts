import { ExternalSorter, type ScratchFolder, type SortedRows } from '@ekv/snapshot';

/** More names than this are sorted on disk. */
const FEW = 10_000;
const NOTHING = Buffer.alloc(0);

/**
 * Byte strings (one character per byte) in ascending order, in bounded memory: those of a folder, as a rule, which are few.
 * First all are added, then all are taken.
 */
export class SortedNames {
  readonly #scratch: ScratchFolder;
  #few: string[] | undefined = [];
  #many: ExternalSorter | undefined;
  #rows: SortedRows | undefined;
  #at = -1;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  add(name: string): void {
    if (this.#few === undefined) this.#many!.add(Buffer.from(name, 'latin1'), NOTHING);
    else if (this.#few.push(name) > FEW) this.#sortOnDisk();
  }

  /** The next name; `undefined` after the last one. */
  take(): string | undefined {
    if (this.#at === -1) this.#sort();
    if (this.#rows === undefined) return this.#few?.[this.#at++];
    if (!this.#rows.next()) return undefined;
    return this.#rows.bytes.toString('latin1', this.#rows.keyStart, this.#rows.keyEnd);
  }

  /** Gives memory and files back; no name is taken after it. May be called twice. */
  close(): void {
    this.#rows?.close();
    this.#many?.close();
    this.#rows = undefined;
    this.#many = undefined;
    this.#few = undefined;
    this.#at = 0;
  }

  #sortOnDisk(): void {
    this.#many = new ExternalSorter({ scratch: this.#scratch });
    for (const name of this.#few!) this.#many.add(Buffer.from(name, 'latin1'), NOTHING);
    this.#few = undefined;
  }

  #sort(): void {
    this.#at = 0;
    this.#few?.sort();
    this.#rows = this.#many?.sorted();
    this.#many = undefined;
  }
}
