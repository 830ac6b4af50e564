import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAsOf } from '@ekv/core/run-control';
import { ScratchFolder, UsageError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import type { GetOrder } from './get-program.ts';
import { getUnits } from './get-units.ts';
import { printHistory } from './print-history.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live');
const SNAPSHOT = join(LIVE, 'all-four/00000000000001b9.fsm');

function orderOf(order: Partial<GetOrder> & { path?: string }): GetOrder {
  const { path = SNAPSHOT, ...given } = order;
  return {
    inputs: [{ path }],
    addresses: [],
    form: 'json',
    isJson: true,
    output: undefined,
    asOf: 'none',
    ...given,
  };
}

function got(order: Partial<GetOrder> & { path?: string }) {
  const printed: Buffer[] = [];
  const run = { options: {}, scratch: new ScratchFolder(temporaryFolder()) };
  const given = orderOf(order);
  const work = given.form === 'history' ? printHistory : getUnits;
  const result = work(given, run, (piece) => void printed.push(Buffer.from(piece)));
  return { ...result, text: Buffer.concat(printed).toString() };
}

function addressesIn(text: string): string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).address);
}

test('addresses, patterns and scopes print what they name, of a snapshot and of its dump alike', () => {
  for (const path of [SNAPSHOT, join(LIVE, 'all-four/tree')]) {
    expect(addressesIn(got({ path, addresses: ['redis/recent', 'dynamodb/products/sku-3'] }).text)).toEqual([
      'redis/recent',
      'dynamodb/products/sku-3',
    ]);
    const some = got({ path, selection: { match: ['redis/last:*'], exclude: ['*/0'] } });
    expect(addressesIn(some.text)).toEqual(['1', '2', '3', '4'].map((i) => `redis/last:customer/${i}`));
    expect(got({ path, selection: { scopes: ['dynamodb=products'] } }).units).toBe(
      got({ path, addresses: ['dynamodb/products'] }).units,
    );
  }
});

test('what is not there is told with what is near', () => {
  const { units, absent, text } = got({ addresses: ['redis/last:customer/8', 'redis/recent'] });
  expect([units, addressesIn(text)]).toEqual([1, ['redis/recent']]);
  expect(absent).toEqual([
    `${SNAPSHOT} has nothing at redis/last:customer/8; nearest: redis/last:customer/0, redis/last:customer/1, redis/last:customer/2`,
  ]);
  expect(got({ selection: { match: ['redis/nobody*'] } }).absent).toEqual([
    `nothing in ${SNAPSHOT} is taken by --match 'redis/nobody*'; inspect tells what it has`,
  ]);
});

test('raw bytes are those of one value', () => {
  expect(got({ form: 'raw', addresses: ['s3/invoices/2026/00/customer-0.txt'] }).text).toBe(
    'invoice 20 for customer/0\n',
  );
  expect(() => got({ form: 'raw', addresses: ['redis/last:customer/0', 'redis/last:customer/1'] })).toThrow(
    '--raw prints one value',
  );
  expect(() => got({ form: 'raw', addresses: ['redis/recent'] })).toThrow(
    'redis/recent is a list, which has no bytes of its own',
  );
});

test('a form for one adapter refuses what is asked of others, before anything is read', () => {
  expect(() => got({ form: 'resp', selection: { match: ['*'] }, path: '/nowhere' })).toThrow(UsageError);
  expect(() => got({ form: 's3-cp', addresses: ['redis/a'], path: '/nowhere' })).toThrow('--as s3-cp is for s3 alone');
});

test('each form says how to run what it printed', () => {
  expect(got({ form: 'resp', addresses: ['redis/recent'] }).nextSteps).toEqual([
    'to bring it back: redis-cli -h NODE -p PORT --pipe < FILE',
  ]);
  const output = join(temporaryFolder(), "it's here");
  const copied = got({ form: 's3-cp', addresses: ['s3/thumbs'], output });
  expect([copied.text, copied.nextSteps]).toEqual([
    '',
    [`to bring it back: sh '${output.replace("'", "'\\''")}/copy.sh' --endpoint-url http://NODE:PORT`],
  ]);
  expect(readdirSync(output).sort()).toEqual(['00000001', 'copy.sh']);
  expect(got({ addresses: ['redis/recent'] }).nextSteps).toEqual([]);
});

test('an older version is got by its commit in the history', () => {
  const path = join(LIVE, 'redis/0000000000000097.fsm');
  const lines = got({ path, form: 'history', addresses: ['redis/back'] })
    .text.split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  expect(lines.map(({ is_deleted }) => is_deleted)).toEqual([false, true, false, true, false]);
  const values = lines.map(({ commit_ts }) => {
    const { text } = got({ path, addresses: ['redis/back'], asOf: parseAsOf(commit_ts) });
    return text === '' ? undefined : JSON.parse(text).value;
  });
  expect(values).toEqual(['first life', undefined, 'second life', undefined, 'third life']);
});

test('of a table that is not there others are told, of a pattern the flag for it, of a moment the flag for its history', () => {
  expect(got({ addresses: ['dynamodb/produkts'] }).absent).toEqual([
    `${SNAPSHOT} has nothing at dynamodb/produkts; nearest: dynamodb/products, dynamodb/ledger`,
  ]);
  expect(got({ addresses: ['redis/last:*'] }).absent[0]).toMatch(/; for patterns there is --match$/);
  expect(got({ addresses: ['redis/recent'], asOf: parseAsOf('2026-11-23T08:00:00Z', '--at') }).absent).toEqual([
    `${SNAPSHOT} has nothing at redis/recent as of then; --history tells when it was there`,
  ]);
  expect(() => parseAsOf('yesterday', '--at')).toThrow(/^--at "yesterday" must be none, auto, /);
});
