import { join } from 'node:path';
import { readAddress } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { findUnits } from '../find/units-found.ts';
import type { Unit } from '../units/unit.ts';
import { wantedOwners } from '../wanted.ts';

const GOLDEN: string = join(import.meta.dirname, '../../../../fixtures/golden');

/** Gives the units at an address of a golden file to a function, while the file is open. */
export function withUnits<Adapter extends Unit['adapter'], Result>(
  file: string,
  address: Adapter | `${Adapter}/${string}`,
  use: (units: Iterable<Extract<Unit, { adapter: Adapter }>>) => Result,
): Result {
  const run = { options: {}, scratch: new ScratchFolder(temporaryFolder()) };
  const found = findUnits({ inputs: [{ path: join(GOLDEN, file) }] }, wantedOwners([readAddress(address)]), run);
  try {
    return use(found.units as Iterable<Extract<Unit, { adapter: Adapter }>>);
  } finally {
    found.close();
  }
}
