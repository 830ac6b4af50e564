import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTER_NAMES, decodeSnapshot } from '@ekv/core';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RUNS_LIMIT_MS, runs } from '../../core/src/random-data/runs.test-data.ts';
import { type DiffRequest, diffInputs } from './diff-inputs.ts';
import { jsonOfChange } from './forms/json-lines.ts';
import { rowsOf, type State, TAKEN, twoStates, withoutExpired } from './random-state.test-data.ts';
import { type ToldUnit, toldOf } from './told-state.test-data.ts';

const FORMS = ['snapshot', 'snapshots of groups', 'dump', 'archive'] as const;
type Form = (typeof FORMS)[number];

/** One of several groups: what is in the others does not matter to it. */
const GROUPS = [1n, 2n, 3n];
/** By which commit timestamps run ahead of the time that they stand for. */
const AHEAD_MS = 9000n;
const NOW = (BigInt(TAKEN) + AHEAD_MS) << 16n;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

/** What a server keeps beside a state: for each row one of these, in turn. */
const PASTS = ['nothing', 'other value', 'deletion', 'deletion between values', 'expires later'] as const;
const pasts = fc.array(fc.constantFrom(...PASTS), { minLength: 1, maxLength: 20 });
/** Why a row of another state is not in this one. */
const ENDS = ['never there', 'deleted', 'expired', 'expires now'] as const;
const ends = fc.array(fc.constantFrom(...ENDS), { minLength: 1, maxLength: 20 });

/** The versions of which a state is the newest one; rows of another state were there once, or never. */
function versionsOf(state: State, other: State, pasts: readonly Past[], ends: readonly End[]): Entry[] {
  const rows = new Map(Array.from(rowsOf(state), ({ key, value }) => [binaryText(key), value as Uint8Array]));
  const others = new Map(Array.from(rowsOf(other), ({ key, value }) => [binaryText(key), value as Uint8Array]));
  const entries: Entry[] = [];
  const turn = <T>(all: readonly T[]) => all[entries.length % all.length]!;
  for (const [key, value] of rows) {
    const past = turn(pasts);
    entries.push({ key, value, timestamp: NOW - 1n, ...(past === 'expires later' && { expiry: NOW + 1n }) });
    if (past.startsWith('deletion')) entries.push({ key, isDeletion: true, timestamp: NOW - 2n });
    if (/value/.test(past)) entries.push({ key, value: others.get(key) ?? value, timestamp: NOW - 3n });
  }
  for (const [key, value] of others) {
    const end = turn(ends);
    if (rows.has(key) || end === 'never there') continue;
    if (end === 'deleted') entries.push({ key, isDeletion: true, timestamp: NOW - 1n });
    entries.push({
      key,
      value,
      timestamp: NOW - 2n,
      ...(end !== 'deleted' && { expiry: end === 'expired' ? 9n : NOW }),
    });
  }
  return entries;
}

type Past = (typeof PASTS)[number];
type End = (typeof ENDS)[number];

function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** A state as a file, files or a folder. */
function written(name: string, entries: readonly Entry[], form: Form): DiffRequest['from'] {
  const at = (end: string) => join(folder, `${name}${end}`);
  const file = (path: string, some: readonly Entry[]) => writeSnapshot(path, some, { headerTimestamp: NOW });
  if (form === 'snapshots of groups') {
    const groupOf = ({ key }: Entry) => GROUPS[createHash('sha256').update(key).digest()[0]! % GROUPS.length];
    return GROUPS.map((group) => ({
      path: file(
        at(`-${group}.fsm`),
        entries.filter((entry) => groupOf(entry) === group),
      ),
      group,
    }));
  }
  const input = file(at('.fsm'), entries);
  if (form === 'snapshot') return [{ path: input }];
  const output = at(form === 'archive' ? '.tar' : '');
  const exclusions = {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: false,
    include_sqs_side_records: false,
    rename_s3_collisions: true,
  };
  rmSync(output, { recursive: true, force: true });
  decodeSnapshot({ input, output, adapters: ADAPTER_NAMES, exclusions, toolVersion: 'ekv/test' });
  return [{ path: output }];
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

function told(request: DiffRequest): ToldChange[] {
  const changes = diffInputs({ ...request, scratchRoot: join(folder, 'scratch') });
  return Array.from(changes, (change) => JSON.parse([...jsonOfChange(change)].join('')));
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

/** That the changes are those which lead from one state to the other, and no others. */
function expectExact(changes: readonly ToldChange[], a: State, b: State): void {
  const [x, y] = [toldOf(a), toldOf(b)];
  const all = [...new Set([...x.keys(), ...y.keys()])];
  const differing = all.filter(
    (name) => x.get(name) === undefined || y.get(name) === undefined || !same(x.get(name)!, y.get(name)!),
  );
  expect(changes.map(({ address }) => address).toSorted()).toEqual(differing.toSorted());
  for (const change of changes) {
    const made = applied(x.get(change.address), change);
    const wanted = y.get(change.address);
    expect(made && plain(made)).toEqual(wanted && plain(wanted));
  }
}

test(
  'the changes between two states of any form are those that were made, and made to the first they give the second',
  () => {
    const seen = { added: 0, removed: 0, changed: 0 };
    const form = fc.constantFrom(...FORMS);
    fc.assert(
      fc.property(twoStates, form, form, pasts, ends, ([a, b], formOfA, formOfB, pasts, ends) => {
        const from = written('a', versionsOf(a, b, pasts, ends), formOfA);
        const to = written('b', versionsOf(b, a, pasts.toReversed(), ends.toReversed()), formOfB);
        const changes = told({ from, to });
        expectExact(changes, a, b);
        for (const { change } of changes) seen[change as keyof typeof seen]++;
        const unexpired = told({ from, to, selection: { expired: 'drop' } });
        expectExact(unexpired, withoutExpired(a), withoutExpired(b));
      }),
      runs(30),
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  },
  RUNS_LIMIT_MS,
);

test(
  'nothing is left in the scratch folder',
  () => {
    fc.assert(
      fc.property(twoStates, ([a, b]) => {
        const from = written('a', versionsOf(a, b, ['nothing'], ['deleted']), 'snapshots of groups');
        const to = written('b', versionsOf(b, a, ['nothing'], ['deleted']), 'archive');
        told({ from, to });
        for (const _ of diffInputs({ from, to, scratchRoot: join(folder, 'scratch') })) break;
        expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
      }),
      runs(3),
    );
  },
  RUNS_LIMIT_MS,
);
