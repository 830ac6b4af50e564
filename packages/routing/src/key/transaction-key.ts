import { readTransactionKey } from '@ekv/snapshot';

/** Which part of a key says where its row lies: the key that a transaction row is about, else all of it. docs/format/10-routing.md, section 1. */
export class KeyPart {
  start = 0;
  end = 0;

  /** Looks at the key `bytes[start, end)`. */
  look(bytes: Uint8Array, start: number, end: number): void {
    const part = readTransactionKey(bytes, start, end);
    this.start = part?.start ?? start;
    this.end = part?.end ?? end;
  }
}
