import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Owner } from '@ekv/adapter';
import { ADAPTER_NAMES, decodeSnapshot, readAddress, writeAddress } from '@ekv/core';
import { DataError, ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterAll, expect, test, vi } from 'vitest';
import { wantedOwners } from '../wanted.ts';
import { valueInUnit, valuesInDump } from './dump-values.test-support.ts';
import { findUnits } from './units-found.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live');

vi.setConfig({ testTimeout: 60_000 });

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const files = readdirSync(LIVE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
  .map(({ parentPath, name }) => relative(LIVE, join(parentPath, name)));

/** Of which all has to be read: a search sees that they are not in order. */
const OUT_OF_ORDER = /^shapes\/(?:doubled|reversed|shuffled)\//;

/** What is found, by its address; two types can stand under one. */
function found(path: string, wanted: readonly Owner[], wholeUpTo: number) {
  const all = findUnits({ inputs: [{ path }], wholeUpTo }, wantedOwners(wanted), { options: {}, scratch });
  try {
    const values = new Map<string, string[]>();
    for (const unit of all.units) values.set(unit.address, [...(values.get(unit.address) ?? []), valueInUnit(unit)]);
    return { values, isNarrowed: all.rows.isNarrowed };
  } finally {
    all.close();
  }
}

function decodedOrRefused(input: string): string[] | 'refused' {
  const output = join(temporaryFolder(), 'dump');
  const exclusions = {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: true,
    include_sqs_side_records: false,
    rename_s3_collisions: true,
  };
  try {
    decodeSnapshot({ input, output, adapters: ADAPTER_NAMES, exclusions, toolVersion: 'ekv/test' });
  } catch (error) {
    if (error instanceof DataError) return 'refused';
    throw error;
  }
  return valuesInDump(output);
}

/** One byte changed, one less, one more; in the key, in the sort key and in the name of what it is in. */
function nearMisses(owner: Owner): Owner[] {
  return (['scope', 'key', 'sortKey'] as const).flatMap((part) => {
    const bytes = owner[part];
    if (bytes === undefined) return [];
    const other = Buffer.from(bytes);
    if (other.length > 0) other[other.length - 1]! ^= 1;
    return [other, bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('0')])].map((changed) => ({
      ...owner,
      [part]: changed,
    }));
  });
}

test.each(files)(
  'each unit of %s is found by a search alone, with the value that decode writes, and none that is not there',
  (name) => {
    const path = join(LIVE, name);
    const everything = ADAPTER_NAMES.map((adapter) => ({ adapter }));
    const values = decodedOrRefused(path);
    if (values === 'refused') {
      expect(() => found(path, everything, Number.POSITIVE_INFINITY)).toThrow(DataError);
      return;
    }
    const all = found(path, everything, Number.POSITIVE_INFINITY).values;
    expect([...all.values()].flat().sort()).toEqual(values.sort());
    for (const [address, units] of all) {
      const owner = readAddress(address);
      const one = found(path, [owner], 0);
      expect([[...one.values], one.isNarrowed]).toEqual([[[address, units]], !OUT_OF_ORDER.test(name)]);
      const absent = nearMisses(owner).filter((one) => !all.has(writeAddress(one)));
      expect(absent.length).toBeGreaterThan(0);
      expect([address, ...found(path, absent, 0).values]).toEqual([address]);
    }
  },
);
