import { CATALOG_ROWS, CATALOG_VERSION_KEY, type GroupInput, readCatalog, type StoredRow } from '@ekv/routing';
import { type CheckedSnapshot, DataError } from '@ekv/snapshot';

/** Rows that say what the catalog is; the others of it are its history. */
const READ_ROWS = [CATALOG_VERSION_KEY, ...['!dist|route|', '!dist|job|'].map((key) => Buffer.from(key, 'latin1'))];
/** Of these rows, keys and values, bytes: a hundred thousand routes. */
const MOST_BYTES = 16 << 20;

interface CatalogRow extends StoredRow {
  readonly committedAt: bigint;
}

/**
 * The newest catalog that a snapshot holds, by its own rows alone; nothing when it has none. docs/format/10-routing.md, section 5.
 *
 * @throws DataError for rows that are no catalog.
 */
export function storedCatalog(source: CheckedSnapshot): GroupInput['catalog'] {
  try {
    const rows = catalogRows(source);
    const version = rows.find(({ key }) => Buffer.compare(key, CATALOG_VERSION_KEY) === 0);
    const content = version && readCatalog(rows);
    return content && { content, committedAt: version.committedAt };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(
      `${source.path}: ${error.message}; with --routes, the ranges of the cluster, the rows are not looked at`,
    );
  }
}

function catalogRows(source: CheckedSnapshot): CatalogRow[] {
  const rows: CatalogRow[] = [];
  const cursor = source.rows(CATALOG_ROWS);
  let bytesRead = 0;
  while (cursor.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor;
    if (!READ_ROWS.some((prefix) => isAt(prefix, bytes, keyStart, keyEnd))) continue;
    bytesRead += keyEnd - keyStart + valueEnd - valueStart;
    if (bytesRead > MOST_BYTES) throw new DataError(`the rows ${CATALOG_ROWS} have more than ${MOST_BYTES} bytes`);
    rows.push({
      key: Buffer.from(bytes.subarray(keyStart, keyEnd)),
      value: Buffer.from(bytes.subarray(valueStart, valueEnd)),
      committedAt: BigInt.asUintN(64, ~bytes.readBigUInt64BE(keyEnd)),
    });
  }
  return rows;
}

function isAt(prefix: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  const stop = start + prefix.length;
  return stop <= end && bytes.compare(prefix, 0, prefix.length, start, stop) === 0;
}
