import { decodedBase64Url, STATE_FOLDER, U64_MAX } from '@ekv/adapter';
import { isValidUtf8, JsonBytes, type LineSink, type TreeSink } from '@ekv/dump-tree';
import {
  ExternalSorter,
  type FindingKind,
  type Findings,
  printable,
  type RowSource,
  type ScratchFolder,
  SMALL_SORT_BYTES,
  type SortedRows,
} from '@ekv/snapshot';
import { GENERATION_ROWS, TABLE_ROWS } from '../layout/families.ts';

/** Generation counters of tables; docs/format/12-whole-state.md, section 6. */
export const COUNTERS_FILE: string = `${STATE_FOLDER}/dynamodb/counters.jsonl`;

/** Of a table that was never deleted. */
export const FIRST_GENERATION = 1n;

const UNREADABLE_COUNTER: FindingKind = {
  event: 'whole_state_left_out',
  says: 'generation counters of tables of a form that no server writes are not in the whole state',
  advice: 'a table made again starts at generation 1',
  loss: true,
};

/** What meets in a sort by the name of the table as keys have it. */
const TABLE = 0;
const COUNTER = 1;

/**
 * Writes the counters that are not 1, and those of tables that do not exist: of deleted ones. In the order of their keys, which rows have
 * with versions behind them only nearly.
 */
export function writeCounterLines(source: RowSource, sink: TreeSink, scratch: ScratchFolder, findings: Findings): void {
  if (source.count(GENERATION_ROWS) === 0) return;
  const sorter = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  try {
    addTables(source, sorter);
    addCounters(source, sorter, findings);
    writeLines(sorter.sorted(), sink);
  } finally {
    sorter.close();
  }
}

function addTables(source: RowSource, sorter: ExternalSorter): void {
  for (const row = source.rows(TABLE_ROWS, { bodies: 'passed over' }); row.next(); )
    sorter.add(row.bytes.subarray(row.keyStart + TABLE_ROWS.length, row.keyEnd), Buffer.of(TABLE));
}

function addCounters(source: RowSource, sorter: ExternalSorter, findings: Findings): void {
  for (const row = source.rows(GENERATION_ROWS); row.next(); ) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = row;
    const part = bytes.subarray(keyStart + GENERATION_ROWS.length, keyEnd);
    const isUsable = nameIn(part) !== undefined && isGeneration(bytes.toString('latin1', valueStart, valueEnd));
    if (isUsable) sorter.add(part, Buffer.of(COUNTER), bytes.subarray(valueStart, valueEnd));
    else findings.add(UNREADABLE_COUNTER, () => printable(bytes.subarray(keyStart, keyEnd)));
  }
}

function writeLines(rows: SortedRows, sink: TreeSink): void {
  const json = new JsonBytes();
  let lines: LineSink | undefined;
  let isTable = false;
  try {
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      if (!rows.isRepeated()) isTable = false;
      if (bytes[payloadStart] === TABLE) {
        isTable = true;
        continue;
      }
      const generation = bytes.toString('latin1', payloadStart + 1, payloadEnd);
      if (isTable && generation === String(FIRST_GENERATION)) continue;
      const name = nameIn(bytes.subarray(keyStart, keyEnd))!;
      json.reset();
      json.text('{"table":');
      json.string(name, 0, name.length, 'html');
      json.text(`,"generation":${generation}}\n`);
      lines ??= sink.lines(COUNTERS_FILE);
      lines.write(json.view());
    }
  } finally {
    rows.close();
    lines?.close();
  }
}

/** One name has one spelling. */
function nameIn(part: Buffer): Buffer | undefined {
  const name = decodedBase64Url(part);
  if (name === undefined || name.length === 0 || name.toString('base64url') !== part.toString('latin1'))
    return undefined;
  return isValidUtf8(name, 0, name.length) ? name : undefined;
}

/** Whether it is a number as encode writes it: nothing else would come back as it was. */
function isGeneration(text: string): boolean {
  return /^(0|[1-9][0-9]{0,19})$/.test(text) && BigInt(text) <= U64_MAX;
}
