import { DataError } from '@ekv/snapshot';

/** Bytes of a piece at most. */
export const MOST_PIECE_BYTES = 1 << 18;

/** What a stream holds, unpacked. */
export interface UnpackedBytes {
  /**
   * The next piece, of 1 byte to 256 KiB; `undefined` at the end, which is checked: a checksum that is wrong, a stream that is cut and
   * bytes after it are damage. Valid until the next call. Throws DataError with name and offset, EnvironmentError when reading fails.
   */
  read(): Buffer | undefined;
  /** Lets go of the memory of the unpacking. */
  close(): void;
}

/** Damage of a packed stream. @param offset of the packed bytes. */
export function packedDamage(name: string, offset: number, rule: string): DataError {
  return new DataError(`${name} is damaged at byte ${offset}: ${rule}; fetch or make it again`);
}
