import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeAddress } from '../owners/addresses.ts';
import { OwnerFinder } from '../owners/owner-finder.ts';
import { database } from '../random-data/random-database.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { type Rows, StatePlace } from '../whole-state/whole-state.test-data.ts';
import { Selection } from './selection.ts';
import { selections } from './selections.test-data.ts';

/** Addresses of the units that have rows. */
function unitsOf(rows: Rows): string[] {
  const finder = new OwnerFinder();
  const units = new Set<string>();
  for (const [key, value] of Object.entries(rows)) {
    const owner = finder.findRow(Buffer.from(key, 'latin1'), Buffer.from(value, 'latin1'))!.owner();
    if (owner.key !== undefined) units.add(writeAddress(owner));
  }
  return [...units].sort();
}

/** Addresses of the tables, buckets and queues that have a row of their settings. */
function scopesOf(rows: Rows): string[] {
  const finder = new OwnerFinder();
  const scopes = Object.keys(rows).flatMap((key) => {
    const found = finder.findRow(Buffer.from(key, 'latin1'))!;
    return found.role === 'definition' ? [writeAddress(found.owner())] : [];
  });
  return scopes.sort();
}

function filesIn(tree: string): Map<string, Buffer> {
  const paths = readdirSync(tree, { recursive: true, encoding: 'utf8' });
  return new Map(
    paths.filter((path) => statSync(join(tree, path)).isFile()).map((path) => [path, readFileSync(join(tree, path))]),
  );
}

/** Files that are made of all others. */
const MADE_OF_ALL = ['MANIFEST.json', 'CHECKSUMS'];

test.each([false, true])(
  'what is decoded by a selection is the part of the whole that it takes; whole state: %s',
  (wholeState) => {
    const place = new StatePlace();
    fc.assert(
      fc.property(database, selections, (stored, selection) => {
        rmSync(place.tree, { recursive: true, force: true });
        place.plantRows(Object.fromEntries([...stored].map(([key, value]) => [key, value.toString('latin1')])));
        const exclusions = {
          include_incomplete_uploads: false,
          include_orphans: false,
          preserve_sqs_visibility: false,
          include_sqs_side_records: false,
          rename_s3_collisions: true,
        };
        place.decoded({ wholeState, exclusions });
        const whole = filesIn(place.tree);
        const { rows } = place.encoded({ wholeState });
        const chosen = new Selection(selection);
        const expected = unitsOf(rows!).filter((unit) => chosen.takesAddress(unit));
        const isHeld = (scope: string) =>
          chosen.takesAddress(scope) || expected.some((unit) => unit.startsWith(`${scope}/`));
        const expectedScopes = scopesOf(rows!).filter(isHeld);
        const attempt = place.encoded({ wholeState, selection, selfTest: false });
        rmSync(place.tree, { recursive: true, force: true });
        const decode = () => place.decoded({ wholeState, selection, exclusions });
        if (expected.length + expectedScopes.length === 0) {
          if (chosen.takesAll) return;
          expect(attempt.error).toBeInstanceOf(UsageError);
          expect(decode).toThrow(/^nothing in .* is taken by/);
          return;
        }
        decode();
        const part = filesIn(place.tree);
        const again = place.encoded({ wholeState });
        expect(again.error).toBeUndefined();
        expect(attempt.rows).toEqual(again.rows);
        expect(unitsOf(again.rows!)).toEqual(expected);
        expect(scopesOf(again.rows!)).toEqual(expectedScopes);
        for (const [path, bytes] of part) if (!MADE_OF_ALL.includes(path)) expectPart(path, bytes, whole.get(path));
      }),
      runs(10),
    );
  },
  RUNS_LIMIT_MS,
);

/** Of files with a line for each thing, the lines of those that are taken. */
function expectPart(path: string, bytes: Buffer, whole: Buffer | undefined): void {
  if (whole?.equals(bytes)) return;
  expect(path).toMatch(/\.jsonl$/);
  const lines = whole!.toString('latin1').split('\n');
  expect(
    bytes
      .toString('latin1')
      .split('\n')
      .filter((line) => !lines.includes(line)),
  ).toEqual([]);
}
