import { readFileSync, rmSync } from 'node:fs';
import { readEncodeInfo, readManifest } from '@ekv/manifest';
import { stringRecord } from '@ekv/redis-encoder';
import { UsageError, type Warning } from '@ekv/snapshot';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { beforeEach, expect, test } from 'vitest';
import { publishRequest } from '../publish/publish-request.test-data.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { StatePlace } from '../whole-state/whole-state.test-data.ts';
import { filtersOf, filtersText, filtersTogether } from './filters.ts';
import { Selection, type SelectionOptions } from './selection.ts';

let place: StatePlace;
beforeEach(() => {
  place = new StatePlace();
  const keys = ['a', 'ab', 'b', 'user:1', 'user:2'];
  writeSnapshot(
    place.input,
    keys
      .map((key) => stringRecord(Buffer.from(key), Buffer.from('v')))
      .map(({ key, value }) => ({ key, value: value as Uint8Array })),
  );
});

const filterOf = (tree: string) => readManifest(readFileSync(`${tree}/MANIFEST.json`), 'MANIFEST.json').ekv?.filter;

/** @returns the sidecar's filter, and what the run says of it. */
function publish(selection?: SelectionOptions) {
  const warnings: Warning[] = [];
  const request = publishRequest(place.folder, { input: place.tree, adapters: ADAPTER_NAMES, selection });
  publishSnapshot(request, { warn: (warning) => warnings.push(warning) });
  const info = readEncodeInfo(readFileSync(`${request.output}.encode_info.json`), 'sidecar');
  return {
    output: request.output,
    filter: info.ekv?.filter,
    partial: warnings.filter(({ event }) => event === 'partial_snapshot'),
  };
}

test('the selections of a decode, an encode and the next decode stand one after the other, with the data', () => {
  const first = { match: ['redis/a*', 'redis/user:*'] };
  place.decoded({ selection: first, wholeState: false });
  expect(filterOf(place.tree)).toEqual([first]);
  const second = { exclude: ['redis/user:1'] };
  const { output, filter, partial } = publish(second);
  expect(filter).toEqual([first, second]);
  expect(partial).toMatchObject([
    { message: expect.stringContaining("--match 'redis/a*' --match 'redis/user:*' --exclude 'redis/user:1'") },
  ]);
  rmSync(place.tree, { recursive: true });
  const third = { match: ['*'], exclude: ['redis/ab'] };
  place.decoded({ input: output, selection: third, wholeState: false });
  expect(filterOf(place.tree)).toEqual([first, second, third]);
  expect(publish().filter).toEqual([first, second, third]);
});

test('a dump of all says nothing of selections, also when one takes all', () => {
  place.decoded({ selection: {}, wholeState: false });
  expect(filterOf(place.tree)).toBeUndefined();
  const { filter, partial } = publish({});
  expect([filter, partial]).toEqual([undefined, []]);
});

test('a sidecar of another file says nothing of the one at hand', () => {
  place.decoded({ selection: { match: ['redis/a'] }, wholeState: false });
  const { output } = publish();
  writeSnapshot(output, [{ key: '!redis|str|x', value: Buffer.from('v') }]);
  rmSync(place.tree, { recursive: true });
  place.decoded({ input: output, wholeState: false });
  expect(filterOf(place.tree)).toBeUndefined();
});

test('the self-test of an encode does not go with a selection', () => {
  place.decoded({ wholeState: false });
  const { error } = place.encoded({ wholeState: false, selection: { match: ['redis/a'] } });
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.message).toMatch(/^--self-test compares the snapshot with the whole tree/);
});

test('what nothing matches beside what is taken is a doubt, with what is there', () => {
  place.decoded({ selection: { match: ['redis/a', 'redis/nobody'] }, wholeState: false });
  expect(place.warnings).toMatchObject([
    { event: 'selection_unmatched', doubt: true, message: expect.stringContaining("matches --match 'redis/nobody'") },
  ]);
});

test.each<[SelectionOptions, RegExp]>([
  [{ match: ['redis/nobody:*'] }, /is taken by --match 'redis\/nobody:\*'; it has redis$/],
  [{ match: ['redis/a'], exclude: ['redis'] }, /is taken by --match 'redis\/a' --exclude 'redis'/],
  [{ scopes: ['s3=photos'] }, /is taken by --scope 's3=photos'; it has redis$/],
])('a decode by a selection that takes nothing is refused, and nothing is written: %j', (selection, words) => {
  expect(() => place.decoded({ selection, wholeState: false })).toThrow(words);
  expect(() => filterOf(place.tree)).toThrow(/ENOENT/);
});

test('counts tell how many rows a selection left out', () => {
  const { counts } = place.decoded({ selection: { match: ['redis/a*'] }, wholeState: false });
  expect(counts).toMatchObject({ entries: 5, redis: 2, unselected: 3 });
});

test('selections of several snapshots are one when they are the same', () => {
  const one = [{ match: ['redis/a'] }, { exclude: ['redis/b'] }];
  expect(filtersTogether([one, one, []])).toEqual(one);
});

test('a long selection is cut for people', () => {
  const [filter] = filtersOf(new Selection({ match: Array.from({ length: 100 }, (_, i) => `redis/key-${i}`) }), [], 1n);
  expect(filtersText([filter!]).length).toBeLessThan(210);
});
