import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { schema } from '../dynamodb-jsonl.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { type Rows, StatePlace } from './whole-state.test-data.ts';

let place: StatePlace;
/** Tables `abc` and `abcd`, the key of the first of which begins that of the other. */
let tables: Rows;
beforeEach(() => {
  place = new StatePlace();
  const files = { 'dynamodb/abc/_schema.json': schema('abc', 'S'), 'dynamodb/abcd/_schema.json': schema('abcd', 'S') };
  plantDump(place.tree, files, { adapters: [...ADAPTER_NAMES] });
  tables = place.encoded({ wholeState: false, selfTest: false }).rows!;
  rmSync(place.tree, { recursive: true });
});

const counter = (name: string) => `!ddb|meta|gen|${Buffer.from(name).toString('base64url')}`;

test('counters that are not 1, and those of deleted tables, come back; tables stay as without it', () => {
  const rows = { ...tables, [counter('abc')]: '3', [counter('abcd')]: '18446744073709551615', [counter('gone')]: '1' };
  place.plantRows(rows);
  place.decoded({ strict: true });
  expect(place.read('ekv/dynamodb/counters.jsonl')).toBe(
    '{"table":"abc","generation":3}\n{"table":"abcd","generation":18446744073709551615}\n{"table":"gone","generation":1}\n',
  );
  const { rows: again, result } = place.encoded();
  expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  expect(again).toEqual(rows);
});

test('without such a counter there is no file', () => {
  place.plantRows(tables);
  place.decoded();
  expect(existsSync(join(place.tree, 'ekv'))).toBe(false);
  expect(place.encoded().rows).toEqual(tables);
});

test('a counter is not below that of a table that is there', () => {
  place.plantRows({ ...tables, [counter('abc')]: '0' });
  place.decoded();
  const { rows, result } = place.encoded();
  expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  expect(rows).toEqual(tables);
});

test('a counter that no server writes is left out, with a warning', () => {
  place.plantRows({ ...tables, [counter('abc')]: '007', '!ddb|meta|gen|=': '2' });
  place.decoded();
  const left = place.warnings.filter(({ event }) => event === 'whole_state_left_out');
  expect(left).toMatchObject([{ loss: true, fields: { count: 2 } }]);
});

test.each([
  [
    (text: string) => text.replace('"abc"', '""'),
    /^dynamodb: ekv\/dynamodb\/counters\.jsonl:1:1: "table" is missing or empty/,
  ],
  [
    (text: string) => text.replace('"generation":3', '"generation":-3'),
    /:1:\d+: "generation" must be an integer from 0/,
  ],
  [(text: string) => text.replace(',"generation":3', ''), /:1:1: "generation" is missing/],
  [
    (text: string) =>
      text
        .split(/(?<=\n)/)
        .reverse()
        .join(''),
    /:2:1: it is out of order/,
  ],
  [(text: string) => text.replace('"generation"', '"gen"'), /knows no field "gen"/],
])('a line that breaks a rule is refused with file and line', (change, message) => {
  place.plantRows({ ...tables, [counter('abc')]: '3', [counter('abcd')]: '3' });
  place.decoded();
  place.edit('ekv/dynamodb/counters.jsonl', change);
  expect(place.refusal()).toMatch(message);
});
