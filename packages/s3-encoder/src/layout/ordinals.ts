/** Numbers of rows and lines in the records of sorts: 6 bytes whose order is that of the numbers. */
export const ORDINAL_BYTES = 6;

/** Writes the number at an index. */
export function writeOrdinal(bytes: Buffer, at: number, ordinal: number): void {
  bytes.writeUIntBE(ordinal, at, ORDINAL_BYTES);
}

/** Reads what {@link writeOrdinal} wrote. */
export function readOrdinal(bytes: Buffer, at: number): number {
  return bytes.readUIntBE(at, ORDINAL_BYTES);
}
