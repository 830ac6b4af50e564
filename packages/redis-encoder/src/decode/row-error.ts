import { RowError } from '@ekv/snapshot';

/** The place of a row in the snapshot, for messages. */
export interface RowPlace {
  readonly bytes: Buffer;
  readonly rowStart: number;
  readonly rowEnd: number;
  /** File offset of the entry, in bytes. */
  readonly offset: number;
}

/** An error about one row: file offset, user key and the rule it breaks. */
export function rowError(place: RowPlace, rule: string): RowError {
  const key = Uint8Array.from(place.bytes.subarray(place.rowStart, place.rowEnd));
  return new RowError(rule, { offset: place.offset, key });
}
