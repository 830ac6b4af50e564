import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeInfoBytes, extensionOf, readEncodeInfo } from '@ekv/manifest';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { attemptGroups as encodeGroups, groupsRequest } from '../publish-groups/groups-request.test-data.ts';
import { attemptGroups } from './groups.test-data.ts';

const STRINGS = { a: 'one', m: 'two', z: 'three' };

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ['scratch', 'place']) mkdirSync(join(folder, name));
  plantDump(
    join(folder, 'tree'),
    Object.fromEntries(Object.entries(STRINGS).map(([name, text]) => [`redis/db_0/strings/${name}.bin`, text])),
  );
});

/** Encodes the dump for these ranges, and decodes what came of it, or some of the groups alone. */
function circle(ranges: string, groups: readonly number[], more: Parameters<typeof attemptGroups>[2] = {}) {
  expect(encodeGroups(groupsRequest(folder, { groups: ranges })).error).toBeUndefined();
  return decode(groups, more);
}

function decode(groups: readonly number[], more: Parameters<typeof attemptGroups>[2] = {}) {
  return attemptGroups(folder, {}, { inputs: groups.map((group) => ({ path: fileOf(group) })), ...more });
}

function fileOf(group: number): string {
  return join(folder, `place/out/group-${group}.fsm`);
}

/** Writes another part into the sidecar of a group. */
function rewritePart(group: number, part: { readonly group: bigint; readonly ranges: string }): void {
  const path = `${fileOf(group)}.encode_info.json`;
  const { ekv, ...info } = readEncodeInfo(readFileSync(path), path);
  writeFileSync(path, encodeInfoBytes({ ...info, ...extensionOf({ part }) }));
}

function rewriteRanges(ranges: string): void {
  for (const group of [1, 2]) rewritePart(group, { group: BigInt(group), ranges });
}

describe('the snapshots of one encode for several groups', () => {
  test('are of one moment, and say their numbers and ranges: they are decoded without a warning, and without flags', () => {
    const { error, warnings, strings, manifest } = circle(':m=1,m:=2', [2, 1], { strict: true });
    expect(error).toBeUndefined();
    expect(warnings).toEqual([]);
    expect(strings).toEqual(STRINGS);
    expect(manifest?.ekv).toMatchObject({
      groups: [{ group: 2n }, { group: 1n }],
      routes: {
        ranges: [
          { start: '', end: 'bQ', group: 1n },
          { start: 'bQ', group: 2n },
        ],
      },
      strays: 0n,
    });
    expect(manifest?.ekv?.routes).not.toHaveProperty('version');
  });

  test('are missed where one of them is not there: refused for several files, a warning for one', () => {
    const ranges = ':m=1,m:n=2,n:=3';
    expect(circle(ranges, [1, 3]).error?.message).toMatch(/has the groups 1, 2, 3, and group 2 is not among/);
    const { warnings, strings } = decode([2]);
    expect(warnings).toMatchObject([{ event: 'missing_groups', fields: { missing: '1,3' } }]);
    expect(strings).toEqual({ m: 'two' });
  });

  test('are missed, too, where only the partition map has their group', () => {
    const request = groupsRequest(folder, { groups: ':=1', partitionMap: 'q.fifo:2=30,31' });
    expect(encodeGroups(request).error).toBeUndefined();
    expect(decode([1, 30]).error?.message).toMatch(/has the groups 1, 30, 31, and group 31 is not among/);
    expect(decode([1], { check: true, output: '' }).warnings).toMatchObject([
      { event: 'missing_groups', fields: { missing: '30,31' } },
    ]);
    expect(decode([1, 30, 31], { strict: true })).toMatchObject({ warnings: [], strings: STRINGS });
  });

  test('one of them twice, as a copy, is refused; so is one file that is named twice', () => {
    expect(circle(':m=1,m:=2', [2, 2]).error?.message).toMatch(/group-2\.fsm was given more than once/);
    for (const end of ['', '.encode_info.json'])
      writeFileSync(`${fileOf(7)}${end}`, readFileSync(`${fileOf(2)}${end}`));
    expect(decode([2, 7]).error?.message).toMatch(/group-2\.fsm and .*group-7\.fsm are both of group 2/);
  });
});

describe('without a sidecar for each that all agree, nothing is known of numbers and ranges', () => {
  test.each([
    ['one has none', () => rmSync(`${fileOf(2)}.encode_info.json`)],
    ['it is text for people, with escapes', () => rewriteRanges(':\\x00=1,\\x00:=2')],
    ['it is text for people, with a colon in a bound', () => rewriteRanges(':a=1,b:c:d=2')],
    ['it is no text of ranges', () => rewriteRanges('some')],
  ])('%s', (_, change) => {
    expect(encodeGroups(groupsRequest(folder, { groups: ':m=1,m:=2' })).error).toBeUndefined();
    change();
    const { warnings, strings, manifest } = decode([1, 2]);
    expect(warnings.map(({ event }) => event)).toEqual(['no_catalog']);
    expect(strings).toEqual(STRINGS);
    expect(manifest?.ekv).not.toHaveProperty('routes');
  });

  test('a number that was given goes before that of a sidecar, and the ranges are not taken then', () => {
    expect(encodeGroups(groupsRequest(folder, { groups: ':m=1,m:=2' })).error).toBeUndefined();
    const inputs = [
      { path: fileOf(1), group: 5n },
      { path: fileOf(2), group: 2n },
    ];
    const { warnings, manifest } = decode([], { inputs });
    expect(warnings.map(({ event }) => event)).toEqual(['no_catalog']);
    expect(manifest?.ekv?.groups).toMatchObject([{ group: 5n }, { group: 2n }]);
  });
});

test('snapshots of two encodes with different ranges are refused: rows may be in neither, with a catalog or without, unless the ranges are given', () => {
  expect(encodeGroups(groupsRequest(folder, { groups: ':m=1,m:=2' })).error).toBeUndefined();
  rewritePart(2, { group: 2n, ranges: ':z=1,z:=2' });
  expect(decode([1, 2]).error?.message).toMatch(/group-1\.fsm and .*group-2\.fsm are of different ranges, so they/);
  expect(decode([1, 2], { routes: ':m=1,m:=2' }).strings).toEqual(STRINGS);
  rmSync(join(folder, 'place/out'), { recursive: true });
  rmSync(join(folder, 'out'), { recursive: true });
  expect(encodeGroups(groupsRequest(folder, { groups: ':m=1,m:=2', withCatalog: true })).error).toBeUndefined();
  rewritePart(2, { group: 2n, ranges: ':z=1,z:=2' });
  expect(decode([1, 2]).error?.message).toMatch(/two runs of encode/);
});

test('files without a wrapper that have different timestamps are of unknown times', () => {
  expect(encodeGroups(groupsRequest(folder, { groups: ':m=1,m:=2' })).error).toBeUndefined();
  const bytes = readFileSync(fileOf(2));
  bytes.writeBigUInt64LE(999n, 8);
  writeFileSync(fileOf(2), bytes);
  rmSync(`${fileOf(2)}.encode_info.json`);
  expect(decode([1, 2]).warnings.map(({ event }) => event)).toContain('groups_apart');
});
