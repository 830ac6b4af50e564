import { type DynamodbJsonl, givenEncode, type StateReading } from '@ekv/adapter';
import { JsonReader, Problems, StrayFiles, type TreeSource, UnknownFields } from '@ekv/dump-tree';
import { Findings, type ScratchFolder, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { JsonMessage } from '../files/json-message.ts';
import { DYNAMODB_FOLDER } from '../files/paths.ts';
import { CounterRows } from '../state/counter-rows.ts';
import type { EncodeContext } from './encode-context.ts';
import { ItemKeys } from './item-keys.ts';
import { JsonlTables } from './jsonl-tables.ts';
import { encodeTables } from './tables.ts';

/** How `encodeDynamodb` reads a tree. */
export interface EncodeDynamodbOptions {
  /** Gets what the operator should know: files and fields that were left out, what no server or client can use. */
  readonly warn: Warn;
  /** For the sort of file names and keys. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** What the manifest says of a tree in the layout `jsonl`. Absent: each item has a file. */
  readonly dynamodbJsonl?: DynamodbJsonl | undefined;
  /** Tables of that layout may hold other items than the manifest says: somebody edited them. */
  readonly acceptEdited?: boolean | undefined;
  /** Reads the whole state below `ekv/dynamodb/`, too. Default: it is not looked at. */
  readonly state?: StateReading | undefined;
}

/**
 * The rows of the files below `dynamodb/` of a dump tree, lazily: tables, items, and the rows of indexes, which are
 * derived from the items. Bytes of a row are valid until the next one is asked for.
 *
 * Problems of the tree do not end the walk: all are collected (up to 64) and thrown after the last row, a DataError
 * or a TreeProblemsError. Then the rows given before must not be used. Throws ArgumentError for arguments, at once. docs/format/04-dynamodb.md, sections 9 and 10.
 */
export function encodeDynamodb(tree: TreeSource, options: EncodeDynamodbOptions): Generator<SnapshotRow> {
  return rowsOf(tree, givenEncode('encodeDynamodb', tree, options, OPTIONS));
}

const OPTIONS: ReadonlyArray<keyof EncodeDynamodbOptions> = [
  'warn',
  'scratch',
  'dynamodbJsonl',
  'acceptEdited',
  'state',
];

function* rowsOf(
  tree: TreeSource,
  { warn, scratch, dynamodbJsonl, acceptEdited = false, state }: EncodeDynamodbOptions,
): Generator<SnapshotRow> {
  const problems = new Problems();
  const findings = new Findings();
  const jsonl =
    dynamodbJsonl === undefined ? undefined : new JsonlTables(dynamodbJsonl, acceptEdited, problems, findings);
  const context: EncodeContext = {
    tree,
    scratch,
    problems,
    strays: new StrayFiles(tree, problems),
    unknownFields: new UnknownFields(),
    reader: new JsonReader(),
    message: new JsonMessage(),
    keys: new ItemKeys(scratch),
    findings,
    jsonl,
    counters: state === undefined ? undefined : new CounterRows(tree, scratch, state),
  };
  try {
    yield* encodeTables(context);
    jsonl?.end((folder) => tree.display(`${DYNAMODB_FOLDER}/${folder}`));
    context.keys.reportDuplicates(problems, (path) => tree.display(path));
    if (context.counters !== undefined) yield* context.counters.records();
  } finally {
    context.counters?.close();
    context.keys.close();
    // A misspelt field may be why another one is missing. Also when there are so many problems that the walk ended.
    context.unknownFields.report(warn);
  }
  problems.throwIfAny();
  context.findings.report(warn);
  context.strays.report(warn, 'DynamoDB');
}
