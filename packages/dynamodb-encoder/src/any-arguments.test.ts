import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { EkvError, openSnapshot, ScratchFolder, type Snapshot } from '@ekv/snapshot';
import { partsOf, walkedOver, withPart } from '@ekv/test-support/replaced-parts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as aws from './bridge/aws.ts';
import { MemoryTree, snapshotFile } from './decode/decoded.test-data.ts';
import * as decode from './decode/index.ts';
import * as index from './index.ts';
import * as read from './read/index.ts';
import * as ofSnapshot from './snapshot.ts';

/** What somebody without types may give for anything. */
const junk = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.constantFrom<unknown>(undefined, null, Number.NaN, '', '..', 'a\ud800', Symbol('s'), () => 1, Promise.resolve({})),
);

const DEFINITION = {
  name: 'orders',
  hashKey: 'id',
  rangeKey: 'number',
  attributeTypes: { id: 'S' },
  indexes: [{ name: 'by-due', hashKey: 'due', rangeKey: 'id', projection: 'INCLUDE', nonKeyAttributes: ['note'] }],
};
const TABLE = index.defineTable(DEFINITION);
const ITEM = {
  id: { S: 'a' },
  number: { N: '1' },
  due: { B: Buffer.from('b') },
  more: { L: [{ M: { x: { BOOL: true } } }, { SS: ['a'] }, { NS: ['1'] }, { BS: [Buffer.from('b')] }, { NULL: true }] },
};
const ANSWER = {
  Table: {
    TableName: 'orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'i',
        KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
      },
    ],
    LocalSecondaryIndexes: [{ IndexName: 'l', KeySchema: [] }],
  },
};
const PAGES = [{ Items: [ITEM], Count: 1, LastEvaluatedKey: undefined, $metadata: { httpStatusCode: 200 } }, ITEM];

const warn = () => {};
let folder: string;
let scratch: ScratchFolder;
let snapshot: Snapshot;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-arguments-'));
  scratch = new ScratchFolder(folder);
  const path = join(folder, 'file.fsm');
  writeFileSync(path, snapshotFile(TABLE.rows([ITEM]), scratch));
  snapshot = openSnapshot(path);
});
afterAll(() => {
  snapshot.close();
  rmSync(folder, { recursive: true });
});

// biome-ignore lint/suspicious/noExplicitAny: wrong types are the matter here.
type Call = (...given: any[]) => unknown;

/** Each function that callers have, and arguments that it takes. */
const CALLS: Readonly<Record<string, readonly [Call, () => readonly unknown[]]>> = {
  defineTable: [index.defineTable, () => [DEFINITION]],
  tableRecords: [index.tableRecords, () => [TABLE, { warn }]],
  itemRecords: [index.itemRecords, () => [TABLE, ITEM, { warn }]],
  rows: [(...given) => TABLE.rows(...(given as Parameters<typeof TABLE.rows>)), () => [[ITEM], { warn }]],
  fromDescribeTable: [aws.fromDescribeTable, () => [ANSWER, { warn }]],
  fromSdk: [(answers) => TABLE.rows(aws.fromSdk(answers)), () => [PAGES]],
  fromExport: [aws.fromExport, () => [folder]],
  dynamodbTables: [read.dynamodbTables, () => [snapshot, { warn }]],
  dynamodbItems: [read.dynamodbItems, () => [snapshot, 'orders', { warn }]],
  dynamodbOwnedItems: [read.dynamodbOwnedItems, () => [snapshot, 'orders', { warn }]],
  encodeDynamodb: [index.encodeDynamodb, () => [new InputTree(folder), { warn, scratch }]],
  decodeDynamodb: [
    decode.decodeDynamodb,
    () => [snapshot.rowsOf(decode.DYNAMODB_FAMILIES), new MemoryTree(), { warn, scratch }],
  ],
};

test('every function that callers have is one of those below', () => {
  const all: Record<string, unknown> = { ...index, ...aws, ...read, ...decode };
  const functions = Object.keys(all).filter((name) => typeof all[name] === 'function' && !(name in ofSnapshot));
  expect([...functions, 'rows'].toSorted()).toEqual(Object.keys(CALLS).toSorted());
});

test.each(Object.keys(CALLS))(
  'junk in the place of any part of the arguments is an error of ours or works: %s',
  async (name) => {
    const [call, good] = CALLS[name]!;
    const parts = partsOf(good());
    if (name !== 'fromExport') await walkedOver(call(...good()));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...parts), junk, async (path, part) => {
        const given = withPart(good(), path, part);
        try {
          await walkedOver(call(...(Array.isArray(given) ? given : [given])));
        } catch (error) {
          if (!(error instanceof EkvError)) throw error;
          expect(error.message).not.toContain('\n');
          refused++;
        }
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(50);
  },
);
