import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { plant } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { StatePlace } from './whole-state.test-data.ts';

let place: StatePlace;
beforeEach(() => {
  place = new StatePlace();
});

const UNKNOWN = {
  '!fs|chk|a\0': 'chunk \xff\xfe',
  '!fs|ino|1': '',
  '!new|family|1': 'x',
  '!redis|stream|s': 'old form',
  raw: 'a raw key',
  'raw\xfe': 'of which one begins with another',
  'raw\xff\xff': '',
};
const REDIS = { '!redis|str|a': '\xff\x01\0one', '!redis|txn-wide-set|a': '', '!txn|cmt|x': '' };

const line = (key: string, value = '') =>
  `{"key":"${Buffer.from(key, 'latin1').toString('base64url')}","value":"${Buffer.from(value, 'latin1').toString('base64url')}"}\n`;

test('rows that no adapter knows are written as lines, listed in CHECKSUMS, and come back byte by byte', () => {
  place.plantRows({ ...REDIS, ...UNKNOWN });
  place.decoded({ strict: true });
  expect(place.warnings).toEqual([]);
  const lines = place.read('ekv/rows.jsonl').split(/(?<=\n)/);
  expect(new Set(lines)).toEqual(new Set(Object.entries(UNKNOWN).map(([key, value]) => line(key, value))));
  expect(place.read('CHECKSUMS')).toContain('  ekv/rows.jsonl\n');
  expect(JSON.parse(place.read('MANIFEST.json')).ekv).toEqual({ version: 1, whole_state: true });
  const { rows, warnings, result } = place.encoded({ strict: true, verify: true });
  expect(rows).toEqual({ '!redis|str|a': expect.any(String), ...UNKNOWN });
  expect(warnings.map(({ event }) => event)).toEqual(['no_data']);
  expect(result).toMatchObject({ selfTest: 'passed' });
});

test('keys of which one begins with another may stand in either order: versions stand behind them', () => {
  place.plant([
    { key: 'k', timestamp: 2n ** 64n - 3n },
    { key: 'k\0', timestamp: 1000n },
  ]);
  place.decoded();
  expect(place.encoded().rows).toEqual({ k: '', 'k\0': '' });
  place.edit('ekv/rows.jsonl', () => line('k\0') + line('k'));
  expect(place.encoded().rows).toEqual({ k: '', 'k\0': '' });
});

test('deleted, older and expired versions are not in it', () => {
  place.plant([
    { key: 'deleted', isDeletion: true },
    { key: 'deleted', timestamp: 900n },
    { key: 'changed', value: Buffer.from('new') },
    { key: 'changed', timestamp: 900n, value: Buffer.from('old') },
    { key: 'expired', expiry: 5n },
  ]);
  place.decoded();
  expect(place.read('ekv/rows.jsonl')).toBe(line('changed', 'new'));
});

test('without such rows there is no file and no folder, and the manifest says that nothing is missing', () => {
  place.plantRows(REDIS);
  place.decoded();
  expect(existsSync(join(place.tree, 'ekv'))).toBe(false);
  expect(place.encoded().result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
});

test('a selection of adapters leaves these rows out, and says so', () => {
  place.plantRows({ ...REDIS, ...UNKNOWN });
  place.decoded({ adapters: ['redis'] });
  expect(existsSync(join(place.tree, 'ekv'))).toBe(false);
  expect(place.warnings.map(({ event }) => event)).toContain('unknown_family');
});

describe('encode', () => {
  beforeEach(() => {
    place.plantRows({ ...REDIS, ...UNKNOWN });
    place.decoded();
  });

  test('without the flag leaves all of it out, with a warning that --strict refuses', () => {
    const { rows, warnings } = place.encoded({ wholeState: false });
    expect(Object.keys(rows!)).toEqual(['!redis|str|a']);
    expect(warnings.filter(({ event }) => event === 'whole_state_unused')).toHaveLength(1);
    expect(place.refusal({ wholeState: false, strict: true })).toMatch(/--strict: .*whole_state_unused/);
  });

  test('takes a file in place of the folder for state that is left out, and refuses it when it is asked for', () => {
    rmSync(join(place.tree, 'ekv'), { recursive: true });
    plant(place.tree, { ekv: 'no folder' });
    expect(place.encoded({ wholeState: false }).warnings.map(({ event }) => event)).toContain('whole_state_unused');
    expect(place.refusal()).toMatch(/ekv must be a folder|ekv.*is no folder|must be a folder/);
  });

  test('of a tree whose manifest does not say so is refused', () => {
    place.edit('MANIFEST.json', (text) => text.replace('"whole_state": true', '"whole_state": false'));
    expect(place.refusal()).toMatch(/--whole-state: the manifest does not say ekv\.whole_state true/);
  });

  test('refuses a file in place of the folder of an adapter: all of its state would be missing', () => {
    plant(place.tree, { 'ekv/sqs': 'no folder' });
    expect(place.refusal()).toMatch(
      /ekv\/sqs must be a folder, it is a regular file; restore the folder, or remove the file/,
    );
  });

  test('names what else lies in the folder, and leaves it out', () => {
    plant(place.tree, { 'ekv/rows.json': '{}', 'ekv/other/x': '', 'ekv/sqs/notes.txt': '', 'ekv/redis/x.jsonl': '' });
    const { warnings } = place.encoded({ selfTest: false });
    const strays = warnings.find(({ event }) => event === 'stray_files')!;
    expect(strays).toMatchObject({ fields: { adapter: 'ekv', count: 4 }, loss: true });
  });

  test.each([
    [
      'bad base64',
      () => '{"key":"YQ==","value":""}\n',
      /^ekv\/rows\.jsonl:1:8: "key" must be base64 of the URL alphabet/,
    ],
    ['spare bits', () => '{"key":"YR","value":""}\n', /:1:8: "key" must be base64/],
    ['the other alphabet', () => '{"key":"+/8","value":""}\n', /:1:8: "key" must be base64/],
    [
      'a line twice',
      (text: string) => text.split(/(?<=\n)/)[0] + text,
      /:2:1: it stands for the same row as the line before/,
    ],
    [
      'another order',
      (text: string) =>
        text
          .split(/(?<=\n)/)
          .reverse()
          .join(''),
      /:\d+:1: it is out of order/,
    ],
    ['a field twice', () => '{"key":"YQ","key":"YQ","value":""}\n', /:1:13: the field "key" is there twice/],
    ['an unknown field', () => '{"key":"YQ","value":"","ttl":1}\n', /:1:30: ekv\/rows\.jsonl knows no field "ttl"/],
    ['an unknown field by a name of all objects', () => '{"constructor":1}\n', /knows no field "constructor"/],
    ['no key', () => '{"value":""}\n', /:1:1: "key" is missing/],
    ['no value', () => '{"key":"YQ"}\n', /:1:1: "value" is missing/],
    ['no object', () => '["YQ"]\n', /:1:1: a line must be an object/],
    ['a cut line', () => '{"key":"YQ","val', /:1:/],
    [
      'a key of an adapter',
      () => line('!redis|str|b'),
      /:1:1: the key !redis\|str\|b is one of redis: .*remove the line/,
    ],
    ['a key of another adapter', () => line('!sqs|queue|meta|YQ'), /is one of sqs/],
    ['a key of the cluster', () => line('!txn|lock|x'), /:1:1: the key !txn\|lock\|x is of the cluster itself/],
    ['a marker', () => line('!redis|txn-wide-set|x'), /is a marker of the server/],
    ['a key that is too long', () => line('x'.repeat(1_048_580)), /the key has 1048580 bytes/],
  ])('refuses %s, with file and line', (_, change, message) => {
    place.edit('ekv/rows.jsonl', change);
    expect(place.refusal()).toMatch(message);
  });
});

test.each([
  ['include_incomplete_uploads', '--include-incomplete-uploads'],
  ['include_orphans', '--include-orphans'],
  ['preserve_sqs_visibility', '--preserve-sqs-visibility'],
  ['include_sqs_side_records', '--include-sqs-side-records'],
] as const)('decode refuses it together with %s, and says why', (field, flag) => {
  place.plantRows(REDIS);
  expect(() => place.decoded({ exclusions: { ...NO_EXCLUSIONS, [field]: true } })).toThrow(
    new RegExp(`--whole-state and ${flag} do not go together: .*; leave ${flag} out`),
  );
});
