import { beginsWith, prefixBytes } from './key-bytes.ts';

/** Rows that a transaction over several groups leaves. docs/format/10-routing.md, section 1. */
const TRANSACTION = prefixBytes('!txn|');
const KEYED = ['!txn|lock|', '!txn|int|'].map(prefixBytes);
const OF_PRIMARY = ['!txn|cmt|', '!txn|rb|'].map(prefixBytes);
const START_BYTES = 8;

/** Which part of a key says where its row lies: the key that a transaction row is about, else all of it. */
export class KeyPart {
  start = 0;
  end = 0;

  /** Looks at the key `bytes[start, end)`. */
  look(bytes: Uint8Array, start: number, end: number): void {
    this.start = start;
    this.end = end;
    if (bytes[start + 1] !== 0x74 || !beginsWith(bytes, start, end, TRANSACTION)) return;
    for (const prefix of KEYED) {
      if (!beginsWith(bytes, start, end, prefix)) continue;
      this.start = start + prefix.length;
      return;
    }
    for (const prefix of OF_PRIMARY) {
      if (!beginsWith(bytes, start, end, prefix) || end - start < prefix.length + START_BYTES) continue;
      this.start = start + prefix.length;
      this.end = end - START_BYTES;
      return;
    }
  }
}
