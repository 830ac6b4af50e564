import type { BlockHandle } from './block-handle.ts';
import { TableError } from './table-error.ts';
import { Varints } from './varint.ts';

/** The end of an SST file; docs/format/01-snapshot.md, section 3.7. */
export interface TableFooter {
  readonly metaindex: BlockHandle;
  readonly index: BlockHandle;
}

export const TABLE_FOOTER_BYTES = 53;

const MAGIC = Buffer.from('f09faab3f09faab3', 'hex');
const VERSION_AT = 41;
const MAGIC_AT = 45;
const VERSION = 4;
const CRC32C = 1;

/** @param bytes the last {@link TABLE_FOOTER_BYTES} of the file. Throws TableError. */
export function readTableFooter(bytes: Buffer): TableFooter {
  const magic = bytes.subarray(MAGIC_AT);
  if (!magic.equals(MAGIC)) throw new TableError(`the magic of the table is ${magic.toString('hex')}`, 'form');
  const version = bytes.readUInt32LE(VERSION_AT);
  if (version !== VERSION) throw new TableError(`the table has the format version ${version}`, 'form');
  if (bytes[0] !== CRC32C) throw new TableError(`the table has checksums of kind ${bytes[0]}`, 'form');
  const varints = new Varints();
  varints.begin(bytes, 1, VERSION_AT);
  const metaindex = { offset: varints.next(), length: varints.next() };
  const index = { offset: varints.next(), length: varints.next() };
  if (bytes.subarray(varints.at, VERSION_AT).some((byte) => byte !== 0))
    throw new TableError('what follows the two places in its footer is not zero');
  return { metaindex, index };
}
