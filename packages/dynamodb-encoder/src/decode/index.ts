import { type DynamodbParts, givenDecode } from '@ekv/adapter';
import { JsonBytes, Problems, type TreeSink } from '@ekv/dump-tree';
import { Findings, type RowSource, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { writeCounterLines } from '../state/counter-lines.ts';
import { leaveDamagedRowsOut } from './damaged-rows.ts';
import { DecodeWarnings } from './table-warnings.ts';
import { decodeTables } from './tables.ts';

export { DYNAMODB_FAMILIES } from '../layout/families.ts';

/** How `decodeDynamodb` reads a snapshot. */
export interface DecodeDynamodbOptions {
  /** Gets what the operator should know: items of tables or generations that do not exist, names that met. */
  readonly warn: Warn;
  /** For sorts that do not fit in memory. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Puts items into files with many of them, the layout `jsonl`. Absent: a file for each item. */
  readonly dynamodbParts?: DynamodbParts | undefined;
  /** Takes the files of the whole state below `ekv/dynamodb/`. Default: it is left out. */
  readonly state?: TreeSink | undefined;
}

/**
 * Writes the DynamoDB rows of a snapshot as files below `dynamodb/`.
 *
 * `source` must have been checked with DYNAMODB_FAMILIES among its families. Table rows are read first, because they come
 * after the items; then items are walked table by table, once to check them and once to write them, one in memory at a time.
 * docs/format/04-dynamodb.md, sections 5 to 8.
 *
 * Problems of rows are collected (up to 64): throws a RowError with offset, key and rule for one, a TreeProblemsError for
 * several; what was written before must not be used then. Of a snapshot that is salvaged such rows are left out. ArgumentError for
 * arguments.
 */
export function decodeDynamodb(source: RowSource, sink: TreeSink, options: DecodeDynamodbOptions): void {
  const { warn, scratch, dynamodbParts: parts, state } = givenDecode('decodeDynamodb', source, sink, options, OPTIONS);
  if (source.damage !== undefined) leaveDamagedRowsOut(source, scratch);
  const problems = new Problems();
  const warnings = new DecodeWarnings();
  decodeTables({ source, sink, scratch, problems, json: new JsonBytes(), warnings, parts });
  problems.throwIfAny();
  warnings.report(warn);
  if (state === undefined) return;
  const findings = new Findings();
  writeCounterLines(source, state, scratch, findings);
  findings.report(warn);
}

const OPTIONS: ReadonlyArray<keyof DecodeDynamodbOptions> = ['warn', 'scratch', 'dynamodbParts', 'state'];
