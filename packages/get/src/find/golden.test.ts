import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTER_NAMES, readAddress } from '@ekv/core';
import { DataError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { afterAll, expect, test } from 'vitest';
import { jsonOfUnit } from '../forms/unit-json.ts';
import type { Unit } from '../units/unit.ts';
import { wantedOwners } from '../wanted.ts';
import { findUnits } from './units-found.ts';

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');
/** Of each file; `EKV_RUNS` makes it that many times more. */
const UNITS_OF_A_FILE = 3 * Number(process.env.EKV_RUNS ?? 1);

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

/** What is found, as text by address and type. */
function found(path: string, addresses: readonly string[], wholeUpTo: number) {
  const run = { options: {}, scratch };
  const wanted = wantedOwners(addresses.map(readAddress));
  const all = findUnits({ inputs: [{ path }], wholeUpTo }, wanted, run);
  try {
    const units = Array.from(all.units, (unit) => [`${unit.address} ${typeOf(unit)}`, textOf(unit)] as const);
    return { units: new Map(units), isNarrowed: all.rows.isNarrowed };
  } finally {
    all.close();
  }
}

function typeOf(unit: Unit): string {
  return unit.adapter === 'redis' ? unit.stored.type : unit.adapter;
}

function textOf(unit: Unit): string {
  const text = [...jsonOfUnit(unit)].join('');
  if (unit.adapter !== 's3') return text;
  const hash = createHash('sha256');
  for (const piece of unit.object.pieces()) hash.update(piece);
  return `${text}${hash.digest('hex')}`;
}

const files = readdirSync(GOLDEN, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
  .map(({ parentPath, name }) => join(parentPath, name))
  // Of these each unit is looked for in golden-live.test.ts.
  .filter((path) => !path.startsWith(join(GOLDEN, 'live/')));

test('some units of each golden file are found by a search alone as in the whole file, and none that is not there', () => {
  let searched = 0;
  let units = 0;
  for (const file of files) {
    let all: ReadonlyMap<string, string>;
    try {
      all = found(file, ADAPTER_NAMES, Number.POSITIVE_INFINITY).units;
    } catch (error) {
      // Files that decode refuses too.
      if (error instanceof DataError || error instanceof UsageError) continue;
      throw error;
    }
    const [some] = [...all.keys()];
    if (some !== undefined) {
      const absent = `${some.slice(0, some.lastIndexOf(' '))}~absent`;
      expect([file, ...found(file, [absent], 0).units]).toEqual([file]);
    }
    const step = Math.max(1, Math.floor(all.size / UNITS_OF_A_FILE));
    for (const name of [...all.keys()].filter((_, i) => i % step === 0)) {
      const address = name.slice(0, name.lastIndexOf(' '));
      const one = found(file, [address], 0);
      const expected = [...all].filter(
        ([other]) => other.startsWith(`${address} `) && !other.slice(address.length + 1).includes(' '),
      );
      expect([file, address, [...one.units]]).toEqual([file, address, expected]);
      units++;
      if (one.isNarrowed) searched++;
    }
  }
  expect(units).toBeGreaterThan(500);
  expect(searched / units).toBeGreaterThan(0.9);
}, 600_000);
