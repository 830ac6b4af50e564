import { readStateBytes, readStateLines, STATE_FOLDER } from '@ekv/adapter';
import { JsonBytes, JsonReader, type LineSink, type TreeSink, type TreeSource } from '@ekv/dump-tree';
import { type CheckedSnapshot, KEY_CAP, printable, type SnapshotRow, VALUE_CAP } from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';
import { INTERNAL_FAMILIES, KNOWN_FAMILIES } from '../decode/row-classes.ts';

/** Rows that no adapter knows: files of the file system, raw keys, unknown families. docs/format/12-whole-state.md, section 3. */
export const ROWS_FILE: string = `${STATE_FOLDER}/rows.jsonl`;

/** Bytes of a commit timestamp behind a key, and of the header of a value. */
const [TIMESTAMP_BYTES, HEADER_BYTES] = [8, 9];

/** Writes the newest live rows that no adapter knows, ascending; no file when there is none. */
export function writeUnclaimedRows(source: CheckedSnapshot, sink: TreeSink): void {
  // The walk over all entries is for those that have some.
  if (source.summary.unknown.size === 0) return;
  const json = new JsonBytes();
  let lines: LineSink | undefined;
  for (const row = source.unclaimedRows(); row.next(); ) {
    lines ??= sink.lines(ROWS_FILE);
    json.reset();
    json.text('{"key":');
    json.base64(row.bytes, row.keyStart, row.keyEnd);
    json.text(',"value":');
    json.base64(row.bytes, row.valueStart, row.valueEnd);
    json.text('}\n');
    lines.write(json.view());
  }
  lines?.close();
}

/**
 * Reads them back. Throws DataError, with file and line, for a line that breaks a rule, and for a key of an adapter or of the cluster
 * itself.
 *
 * @param take gets each row; its bytes are valid during the call.
 */
export function readUnclaimedRows(tree: TreeSource, take: (row: SnapshotRow) => void): void {
  const reader = new JsonReader();
  let key: Buffer | undefined;
  let value: Buffer | undefined;
  readStateLines(tree, reader, {
    path: ROWS_FILE,
    fields: {
      key: () => {
        key = readStateBytes(reader, 'key');
      },
      value: () => {
        value = readStateBytes(reader, 'value');
      },
    },
    begin: () => {
      key = value = undefined;
    },
    take: (line) => {
      if (key === undefined || value === undefined)
        return line.fail(`"${key === undefined ? 'key' : 'value'}" is missing`);
      const rule = brokenRule(key, value);
      if (rule !== undefined) line.fail(rule);
      line.ascend(key, 'encoded');
      take({ key, value });
    },
  });
}

function brokenRule(key: Buffer, value: Buffer): string | undefined {
  if (key.length + TIMESTAMP_BYTES > KEY_CAP) return `the key has ${key.length} bytes, more than a snapshot holds`;
  if (value.length + HEADER_BYTES > VALUE_CAP) return `the value has ${value.length} bytes, more than a snapshot holds`;
  const text = key.toString('latin1');
  const family = KNOWN_FAMILIES.find((prefix) => text.startsWith(prefix));
  if (family === undefined) return undefined;
  const shown = printable(key);
  const owner = ADAPTERS.find(({ families }) => families.data.includes(family));
  if (owner !== undefined)
    return `the key ${shown} is one of ${owner.name}: its rows are made from the files of ${owner.name}; remove the line`;
  const kind = INTERNAL_FAMILIES.includes(family) ? 'of the cluster itself' : 'a marker of the server';
  return `the key ${shown} is ${kind}, which no snapshot is restored with; remove the line`;
}
