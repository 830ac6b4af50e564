import type { EntryReader, SortedRows } from '@ekv/snapshot';

/** What becomes of a key that names a content, as the payload of a row in a sort by content. */
export const STAYS: Buffer = Buffer.from([0]);
export const GOES: Buffer = Buffer.from([1]);

/** Says of entry after entry, as they stand in the snapshot, whether it goes. */
export class ForgottenWalk {
  readonly #bits: Uint8Array;
  readonly #contents: SortedRows;
  #hasContent: boolean;
  #key = Buffer.alloc(1 << 8);
  #length = -1;
  #ordinal = -1;
  #goes = false;
  /** Contents that go. */
  contentEntries = 0;

  /** @param contents keys of contents, with whether what names them goes. */
  constructor(bits: Uint8Array, contents: SortedRows) {
    this.#bits = bits;
    this.#contents = contents;
    this.#hasContent = contents.next();
  }

  readonly goes = ({ bytes, keyStart, keyEnd }: EntryReader): boolean => {
    const length = keyEnd - keyStart;
    if (length !== this.#length || this.#key.compare(bytes, keyStart, keyEnd, 0, length) !== 0)
      this.#begin(bytes, keyStart, keyEnd);
    return this.#goes;
  };

  close(): void {
    this.#contents.close();
  }

  #begin(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.#key.length < length) this.#key = Buffer.allocUnsafe(2 * length);
    bytes.copy(this.#key, 0, start, end);
    this.#length = length;
    const ordinal = ++this.#ordinal;
    this.#goes = (this.#bits[ordinal >> 3]! & (1 << (ordinal & 7))) !== 0 || this.#isNamedByWhatGoes();
  }

  /** A content goes with the last row that names it; one that nobody named stays, for its object may be on another node. */
  #isNamedByWhatGoes(): boolean {
    const contents = this.#contents;
    let goes = false;
    let stays = false;
    for (; this.#hasContent; this.#hasContent = contents.next()) {
      const { bytes, keyStart, keyEnd, payloadStart } = contents;
      const order = bytes.compare(this.#key, 0, this.#length, keyStart, keyEnd);
      if (order > 0) break;
      if (order < 0) continue;
      if (bytes[payloadStart] === GOES[0]) goes = true;
      else stays = true;
    }
    if (!goes || stays) return false;
    this.contentEntries++;
    return true;
  }
}
