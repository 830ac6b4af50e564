import { printable } from '@ekv/snapshot';
import { type RowPosition, rowError } from './row-error.ts';

/** Whether `bytes[start, end)` begins with the magic bytes of a form. */
export function hasMagic(bytes: Buffer, start: number, end: number, magic: Buffer): boolean {
  if (end - start < magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[start + i] !== magic[i]) return false;
  return true;
}

/** Throws RowError unless the value of a row begins with the magic. @param family of the row, for the message. */
export function checkMagic(
  row: RowPosition & { readonly valueStart: number; readonly valueEnd: number },
  magic: Buffer,
  family: string,
): void {
  if (hasMagic(row.bytes, row.valueStart, row.valueEnd, magic)) return;
  throw rowError(row, `invalid ${family} value: it must begin with ${printable(magic)}`);
}
