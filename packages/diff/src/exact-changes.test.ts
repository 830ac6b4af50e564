import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTER_NAMES, decodeSnapshot } from '@ekv/core';
import { snapshotBytes } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RUNS_LIMIT_MS, runs } from '../../core/src/random-data/runs.test-data.ts';
import { diffInputs } from './diff-inputs.ts';
import { jsonOfChange } from './forms/json-lines.ts';
import { rowsOf, type State, twoStates } from './random-state.test-data.ts';
import { type ToldUnit, toldOf } from './told-state.test-data.ts';

const FORMS = ['snapshot', 'dump', 'tar'] as const;
type Form = (typeof FORMS)[number];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

/** A state as a file or a folder. */
function written(name: string, state: State, form: Form, timestamp: bigint): string {
  const entries = Array.from(rowsOf(state), ({ key, value }) => ({ key, value: value as Uint8Array, timestamp }));
  const input = join(folder, `${name}.fsm`);
  writeFileSync(input, snapshotBytes(entries, { headerTimestamp: timestamp }));
  if (form === 'snapshot') return input;
  const output = join(folder, form === 'tar' ? `${name}.tar` : name);
  const exclusions = {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: false,
    include_sqs_side_records: false,
    rename_s3_collisions: true,
  };
  decodeSnapshot({ input, output, adapters: ADAPTER_NAMES, exclusions, toolVersion: 'ekv/test' });
  return output;
}

interface ToldChange {
  readonly change: string;
  readonly address: string;
  readonly type?: string;
  readonly differences: ReadonlyArray<{
    readonly part: string;
    readonly name?: unknown;
    readonly place?: number;
    readonly from?: unknown;
    readonly to?: unknown;
  }>;
}

function told(from: string, to: string): ToldChange[] {
  const request = { from: [{ path: from }], to: [{ path: to }], scratchRoot: join(folder, 'scratch') };
  return Array.from(diffInputs(request), (change) => JSON.parse([...jsonOfChange(change)].join('')));
}

/** What comes of a unit when its change is made. Throws for a change that cannot be made. */
function applied(unit: ToldUnit | undefined, { change, type, differences }: ToldChange): ToldUnit | undefined {
  if ((unit === undefined) !== (change === 'added'))
    throw new Error(`${change}, and it is ${unit === undefined ? 'not ' : ''}there`);
  const facts = new Map(unit?.facts);
  const elements: Array<string | undefined> = [...(unit?.elements ?? [])];
  const inserted: Array<{ readonly place: number; readonly to: string }> = [];
  for (const { part, name, place, from, to } of differences) {
    if (part === 'type') continue;
    if (place !== undefined) {
      if (from !== undefined) {
        expect(elements[place]).toBe(JSON.stringify(from));
        elements[place] = undefined;
      }
      if (to !== undefined) inserted.push({ place, to: JSON.stringify(to) });
      continue;
    }
    const what = name === undefined ? part : `${part} ${JSON.stringify(name)}`;
    expect(facts.get(what)).toBe(from === undefined ? undefined : JSON.stringify(from));
    expect(JSON.stringify(to)).not.toBe(JSON.stringify(from));
    if (to === undefined) facts.delete(what);
    else facts.set(what, JSON.stringify(to));
  }
  const kept = elements.filter((element) => element !== undefined);
  for (const { place, to } of inserted) kept.splice(place, 0, to);
  if (change !== 'removed') return { type, facts, elements: kept };
  expect([...facts.keys(), ...kept]).toEqual([]);
  return undefined;
}

const same = (a: ToldUnit, b: ToldUnit) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));
const plain = ({ type, facts, elements }: ToldUnit) => [type, [...facts].sort(), elements];

test(
  'the changes between two states of any form are those that were made, and made to the first they give the second',
  () => {
    const seen = { added: 0, removed: 0, changed: 0 };
    const forms = fc.constantFrom(...FORMS);
    fc.assert(
      fc.property(twoStates, forms, forms, ([a, b], formOfA, formOfB) => {
        for (const name of ['a', 'b', 'a.tar', 'b.tar']) rmSync(join(folder, name), { recursive: true, force: true });
        const [from, to] = [written('a', a, formOfA, 500n), written('b', b, formOfB, 700n)];
        const [x, y] = [toldOf(a), toldOf(b)];
        const all = [...new Set([...x.keys(), ...y.keys()])];
        const differing = all.filter(
          (name) => x.get(name) === undefined || y.get(name) === undefined || !same(x.get(name)!, y.get(name)!),
        );
        const changes = told(from, to);
        expect(changes.map(({ address }) => address).toSorted()).toEqual(differing.toSorted());
        for (const change of changes) {
          seen[change.change as keyof typeof seen]++;
          const made = applied(x.get(change.address), change);
          const wanted = y.get(change.address);
          expect(made && plain(made)).toEqual(wanted && plain(wanted));
        }
      }),
      runs(20),
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  },
  RUNS_LIMIT_MS,
);
