import { join } from 'node:path';
import { readAddress } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import { afterAll, expect, test } from 'vitest';
import { nearestAddresses } from './nearest-addresses.ts';
import { openFound } from './open-found.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live');
const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

function nearest(file: string, address: string, wholeUpTo: number): string[] {
  const owner = readAddress(address);
  const rows = openFound({ inputs: [{ path: join(LIVE, file) }], wholeUpTo }, [owner], { options: {}, scratch });
  try {
    return nearestAddresses(rows, owner, scratch);
  } finally {
    rows.close();
  }
}

const FILE = 'all-four/00000000000001b9.fsm';

test.each([
  ['redis/last:customer/7', 'redis/last:customer/'],
  ['redis/cart:customer/99', 'redis/cart:customer/'],
  ['dynamodb/products/sku-77', 'dynamodb/products/sku-'],
  ['s3/invoices/2026/03/customer-9.txt', 's3/invoices/2026/03/customer-'],
])('near %s is what begins as it does', (absent, start) => {
  for (const wholeUpTo of [0, Number.POSITIVE_INFINITY]) {
    const near = nearest(FILE, absent, wholeUpTo);
    expect(near.length).toBeGreaterThan(0);
    expect(near.length).toBeLessThanOrEqual(3);
    expect([wholeUpTo, near[0]?.startsWith(start)]).toEqual([wholeUpTo, true]);
  }
});

test('of another adapter, table, bucket or queue nothing is near', () => {
  expect(nearest(FILE, 'dynamodb/nowhere/sku-1', 0)).toEqual([]);
  expect(nearest(FILE, 's3/nowhere/a', Number.POSITIVE_INFINITY)).toEqual([]);
});
