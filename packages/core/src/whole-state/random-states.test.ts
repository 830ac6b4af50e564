import { rmSync } from 'node:fs';
import { defineTable, tableRecords } from '@ekv/dynamodb-encoder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storedRows } from '../random-data/random-database.test-data.ts';
import { queueStates } from '../random-data/random-queues.test-data.ts';
import { uploadStates } from '../random-data/random-uploads.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { U64 } from '../random-data/stored-json.test-data.ts';
import { type Rows, StatePlace } from './whole-state.test-data.ts';

const counter = fc.oneof(fc.bigInt({ min: 1n, max: 3n }), fc.constant(U64));
/** Generation counters of tables, of which those with a lower-case name are there. */
const tableStates = fc
  .dictionary(fc.constantFrom('a', 'ab', 'z', 'A', 'GONE'), counter, { maxKeys: 4, noNullPrototype: true })
  .map((counters): Rows => {
    const names = Object.keys(counters);
    const tables = names.filter((name) => name === name.toLowerCase());
    const rows = storedRows(tables.map((name) => tableRecords(defineTable({ name, hashKey: 'h' }))));
    const counterRows = names.map((name): [string, string] => {
      return [`!ddb|meta|gen|${Buffer.from(name).toString('base64url')}`, String(counters[name])];
    });
    return Object.fromEntries([
      ...[...rows].map(([key, value]): [string, string] => [key, value.toString('latin1')]),
      ...counterRows,
    ]);
  });

const unknownKey = fc.constantFrom(
  'plain',
  'plain\0',
  'plain\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '\xff\xfe',
  '!fs|inode|\0\0\0\0\0\0\0\x01',
  '!fs|chk|0123456789abcdef01234567',
  '!later|x',
  '!later|',
  '!',
);
const value = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const unknownRows: fc.Arbitrary<Rows> = fc.dictionary(unknownKey, value, { maxKeys: 6, noNullPrototype: true });

test.each([
  ['queues, their messages, locks, deduplication and counters', queueStates],
  ['open uploads, their parts, buckets and counters', uploadStates],
  ['generation counters of tables', tableStates],
  ['rows that no adapter knows', unknownRows],
  [
    'all of these together',
    fc.tuple(queueStates, uploadStates, tableStates, unknownRows).map((parts): Rows => Object.assign({}, ...parts)),
  ],
] satisfies [string, fc.Arbitrary<Rows>][])(
  'the whole state of %s, whatever it is, gives the newest live rows byte by byte, and nothing is told as lost',
  (_, states) => {
    fc.assert(
      fc.property(states, (rows) => {
        const place = new StatePlace();
        place.plantRows(rows);
        place.decoded();
        expect(place.warnings.filter(({ loss }) => loss)).toEqual([]);
        const { rows: again, error } = place.encoded({ selfTest: false });
        if (error !== undefined) throw error;
        expect(again).toEqual(rows);
        rmSync(place.folder, { recursive: true });
      }),
      runs(4),
    );
  },
  RUNS_LIMIT_MS,
);
