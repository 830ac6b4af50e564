import { BlockEntries } from './block-entries.ts';
import { type BlockHandle, readHandle } from './block-handle.ts';
import { BlockKey } from './block-key.ts';
import type { BlockReader } from './block-reader.ts';
import { TableError } from './table-error.ts';
import { Varints } from './varint.ts';

/** What a table says of itself. */
export interface TableProperties {
  /** Of index blocks, one above the other. */
  readonly indexLevels: 1 | 2;
  readonly entries: number;
}

const PROPERTIES = 'rocksdb.properties';
/** Filters only say which keys are not there. */
const FILTER = 'fullfilter.';
const COMPARATOR = 'leveldb.BytewiseComparator';
const LONGEST_NAME = 1024;

/** @param block the metaindex, read. Throws TableError. */
export function propertiesHandle(block: BlockReader): BlockHandle {
  let handle: BlockHandle | undefined;
  eachPair(block, (name, bytes, start, end) => {
    if (name === PROPERTIES) handle = readHandle(bytes, start, end);
    else if (!name.startsWith(FILTER))
      throw new TableError(`the table has a part ${JSON.stringify(name)} that is not read`, 'form');
  });
  if (handle === undefined) throw new TableError('the table has no properties');
  return handle;
}

/** @param block the properties, read. Throws TableError. */
export function readProperties(block: BlockReader): TableProperties {
  let comparator: string | undefined;
  let indexType: number | undefined;
  let entries: number | undefined;
  const varints = new Varints();
  eachPair(block, (name, bytes, start, end) => {
    if (name === 'rocksdb.comparator') comparator = bytes.toString('latin1', start, end);
    else if (name === 'rocksdb.block.based.table.index.type' && end - start === 4)
      indexType = bytes.readUInt32LE(start);
    else if (name === 'rocksdb.num.entries') {
      varints.begin(bytes, start, end);
      entries = varints.next();
    }
  });
  if (comparator !== COMPARATOR) throw new TableError(`the table has the comparator ${comparator ?? 'none'}`, 'form');
  if (indexType !== 0 && indexType !== 2)
    throw new TableError(`the table has an index of type ${indexType ?? 'none'}`, 'form');
  if (entries === undefined) throw new TableError('the table does not say how many entries it has');
  return { indexLevels: indexType === 0 ? 1 : 2, entries };
}

/** Gives each name of a block with its value, `bytes[start, end)`. */
function eachPair(block: BlockReader, take: (name: string, bytes: Buffer, start: number, end: number) => void): void {
  const entries = new BlockEntries();
  const key = new BlockKey();
  entries.begin(block.bytes, block.start, block.end);
  while (entries.next()) {
    key.take(entries, LONGEST_NAME);
    take(key.bytes.toString('latin1', 0, key.length), entries.bytes, entries.valueStart, entries.valueEnd);
  }
}
