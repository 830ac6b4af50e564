import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { defineTable } from '@ekv/dynamodb-encoder';
import { stringRecord } from '@ekv/redis-encoder';
import { openSnapshot, UsageError } from '@ekv/snapshot';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { writeAddress } from '../owners/addresses.ts';
import { OwnerFinder } from '../owners/owner-finder.ts';
import { attempt, publishRequest } from '../publish/publish-request.test-data.ts';
import { versions } from '../random-data/random-versions.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { Selection } from '../selection/selection.ts';
import { selections } from '../selection/selections.test-data.ts';
import { entriesIn, ForgetPlace } from './forget.test-support.ts';
import type { ForgetRequest } from './forget-request.ts';
import { intentValue, lockValue } from './lock.test-data.ts';
import { DROPPED, entriesOf, formsOf, KEPT, plantWords } from './planted.test-data.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures');
const bytes = (text: string) => Buffer.from(text, 'latin1');

let place: ForgetPlace;
let folder: string;
let input: string;
let output: string;
let tree: string;
beforeEach(() => {
  place = new ForgetPlace();
  ({ folder, input, output, tree } = place);
});

const forgotten = (more: Partial<ForgetRequest>) => place.forgotten(more);

/** All entries of a file, as texts. */
function allIn(path: string): string[] {
  return entriesIn(path).map(({ key, timestamp, value }) => `${key} ${timestamp} ${value ?? 'deleted'}`);
}

const planted = () => plantWords(input);

const holds = (path: string, word: string) => {
  const content = readFileSync(path);
  return formsOf(word).some((form) => content.includes(form));
};

describe('a word that is in one unit of each adapter', () => {
  const selection = { match: [`*${DROPPED}*`] };

  test('is nowhere in the snapshot that is made, in no version and no form; all else is there', () => {
    planted();
    expect(holds(input, DROPPED)).toBe(true);
    const { result, told } = forgotten({ selection });
    expect(holds(output, DROPPED)).toBe(false);
    expect(holds(`${output}.encode_info.json`, DROPPED)).toBe(false);
    const kept = allIn(output);
    expect(allIn(input).filter((entry) => !entry.includes(DROPPED) && !kept.includes(entry)).length).toBeLessThan(9);
    expect(kept.filter((entry) => entry.includes(KEPT)).length).toBeGreaterThan(6);
    expect(told.map(({ address }) => address)).toEqual([
      `dynamodb/orders/${DROPPED}/1`,
      `redis/gone-${DROPPED}`,
      `redis/h-${DROPPED}`,
      `redis/l-${DROPPED}`,
      `redis/s-${DROPPED}`,
      `s3/photos/${DROPPED}/a.jpg`,
      `sqs/pay.fifo/${DROPPED}-1`,
    ]);
    expect(result.outcome).toBe('forgotten');
    expect([...result.forgotten].map(([name, { owners }]) => [name, owners])).toEqual([
      ['dynamodb', 1],
      ['redis', 4],
      ['s3', 1],
      ['sqs', 1],
    ]);
    expect(result.entries + told.reduce((sum, { entries }) => sum + entries, 0) + result.contents).toBe(
      allIn(input).length,
    );
  });

  test('is nowhere in the dump that is made of a dump, and its CHECKSUMS are right', () => {
    planted();
    decodeSnapshot({ input, output: tree, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS, toolVersion: 't' });
    const made = join(folder, 'made');
    const { result } = forgotten({ input: tree, output: made, selection });
    expect(result).toMatchObject({ kind: 'dump', outcome: 'forgotten', sha256: undefined });
    const names = (root: string) => readdirSync(root, { recursive: true, encoding: 'utf8' });
    expect(names(tree).some((path) => path.includes(DROPPED))).toBe(true);
    expect(names(made).filter((path) => path.includes(DROPPED))).toEqual([]);
    expect(names(made).some((path) => path.includes(KEPT))).toBe(true);
    for (const path of names(made))
      if (statSync(join(made, path)).isFile()) expect(holds(join(made, path), DROPPED), path).toBe(false);
    mkdirSync(join(folder, 'place'));
    mkdirSync(join(folder, 'scratch'));
    const encoded = attempt(
      publishRequest(folder, { input: made, adapters: ADAPTER_NAMES, verify: true, selfTest: true }),
    );
    expect(encoded.result?.outcome).toBe('published');
    expect(encoded.warnings.filter(({ event }) => event.includes('checksum'))).toEqual([]);
  });

  test('only a look at what goes writes nothing', () => {
    planted();
    const before = readdirSync(folder);
    const { result, told } = forgotten({ output: '', check: true, selection });
    expect(result).toMatchObject({ outcome: 'checked', bytes: 0, sha256: undefined });
    expect(told).toHaveLength(7);
    expect(readdirSync(folder)).toEqual(before);
  });
});

test('a table, a bucket, a queue goes with all that is known of it', () => {
  planted();
  forgotten({ selection: { scopes: ['dynamodb=orders', 's3=photos', 'sqs=pay.fifo'] } });
  for (const name of ['orders', 'photos', 'pay.fifo']) {
    expect(holds(input, name), name).toBe(true);
    expect(holds(output, name), name).toBe(false);
  }
  expect(allIn(output).every((entry) => /redis|^!(?:hs|lst)\|/.test(entry))).toBe(true);
});

test("a node's own rows, its wrapper and an older moment stay, and the checksum is right", () => {
  const live = readdirSync(join(FIXTURES, 'golden/live'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.fsm') && statSync(join(FIXTURES, 'golden/live', path)).isFile(),
  );
  expect(live.length).toBeGreaterThan(2);
  let tried = 0;
  for (const [i, path] of live.entries()) {
    const file = join(FIXTURES, 'golden/live', path);
    const selection = { match: ['redis', 'dynamodb', 's3', 'sqs'] };
    const made = join(folder, `${i}.fsm`);
    try {
      forgotten({ input: file, output: made, selection });
    } catch (error) {
      // One of nothing but the node's own rows, or one that no decode takes.
      expect(String(error), path).toMatch(/is taken by|Snapshot|entry|format|wrapper/);
      continue;
    }
    tried++;
    const summaryOf = (name: string) => {
      const snapshot = openSnapshot(name);
      const { summary, place } = snapshot.check({ families: KNOWN_FAMILIES });
      snapshot.close();
      return { ...summary, place };
    };
    const [before, after] = [summaryOf(file), summaryOf(made)];
    // What has to be brought into order first becomes a plain payload.
    if (before.place !== 'copied')
      expect(after, path).toMatchObject({
        footer: before.footer,
        wrapperVersion: before.wrapperVersion,
        clockCeilingMs: before.clockCeilingMs,
        lastCommitTs: before.lastCommitTs,
        operational: before.operational,
        minRetainedTs: before.minRetainedTs,
      });
    const left = allIn(made).filter((entry) => new OwnerFinder().findRow(bytes(entry.split(' ')[0]!)) !== undefined);
    expect(left, path).toEqual([]);
  }
  expect(tried).toBeGreaterThan(2);
});

test(
  'of random versions exactly those keys go of which a version belongs to what is named',
  () => {
    let nth = 0;
    fc.assert(
      fc.property(versions, selections, (entries, selection) => {
        fc.pre((selection.match?.length ?? 0) + (selection.scopes?.length ?? 0) > 0);
        writeSnapshot(input, entries);
        const made = join(folder, `${nth++}.fsm`);
        const expected = allIn(input).filter((_, i, all) => !goes(all, i, new Selection(selection)));
        const run = () => forgotten({ output: made, selection });
        if (expected.length === allIn(input).length) return void expect(run).toThrow(UsageError);
        run();
        expect(allIn(made)).toEqual(expected);
      }),
      runs(60),
    );
  },
  RUNS_LIMIT_MS,
);

const keyOf = (entry: string) => entry.slice(0, entry.search(/ \d+ /s));

/** By a plain rule: what the entries of one key, all together, say. */
function goes(all: readonly string[], i: number, selection: Selection): boolean {
  const key = keyOf(all[i]!);
  const group = all.filter((entry) => keyOf(entry) === key);
  const finder = new OwnerFinder();
  let isOwner = false;
  let isUnknown = true;
  for (const entry of group) {
    const value = entry.slice(key.length).replace(/^ \d+ /s, '');
    const owner = finder.findRow(bytes(key), value === 'deleted' ? undefined : bytes(value));
    if (owner === undefined || owner.role === 'content') return false;
    const { adapter, scope, key: name, sortKey } = owner;
    if (
      name === undefined
        ? selection.takesWhole({ adapter, scope })
        : selection.takesAddress(writeAddress({ adapter, scope, key: name, sortKey }))
    )
      isOwner = true;
    if (value !== 'deleted' || !owner.isInValue || name !== undefined) isUnknown = false;
  }
  return isOwner || (isUnknown && selection.mayHold(finder.findRow(bytes(key))!.owner()));
}

describe('a content that objects share', () => {
  const PART = '\0\x01';
  const FIVE = `${'\0'.repeat(7)}\x05`;
  const content = (word: string) => ({ key: `!s3|chunkblob|${digestOf(word)}`, value: bytes(word), timestamp: 900n });
  const digestOf = (word: string) => Buffer.from(word.padEnd(32, '.')).toString('hex');
  const reference = (object: string, word: string, timestamp = 900n) => ({
    key: `!s3|chunkref|photos${PART}${FIVE}${object}${PART}up${PART}${FIVE}${FIVE}`,
    value: Buffer.concat([Buffer.from([1]), Buffer.from(word.padEnd(32, '.')), Buffer.alloc(10)]),
    timestamp,
  });

  test('goes with the last one, in any version; one that nobody names stays', () => {
    const names = ['alone', 'shared', 'before', 'other', 'nobody'];
    writeSnapshot(input, [
      ...names.map(content),
      reference('a', 'alone'),
      reference('a', 'before', 800n),
      reference('a/2', 'shared'),
      reference('b', 'shared', 700n),
      reference('b', 'other'),
    ]);
    const { result, warnings } = forgotten({ selection: { match: ['s3/photos/a*'] } });
    expect(result.contents).toBe(2);
    expect(warnings.map(({ event, fields }) => [event, fields])).toEqual([['forget_unnamed_contents', { count: 1 }]]);
    const kept = allIn(output).filter((entry) => entry.startsWith('!s3|chunkblob|'));
    expect(kept.map((entry) => entry.split(' ')[2]).sort()).toEqual(['nobody', 'other', 'shared']);
  });

  const keyOfContent = (word: string) => content(word).key;
  /** What a transaction that has written the content has left of it. */
  const transactionOn = (word: string): Entry[] => [
    { key: `!txn|lock|${keyOfContent(word)}`, timestamp: 800n, value: lockValue(keyOfContent(word)) },
    { key: `!txn|int|${keyOfContent(word)}`, timestamp: 800n, value: intentValue(`${word} body`) },
    { key: `!txn|cmt|${keyOfContent(word)}${FIVE}`, timestamp: 800n, value: Buffer.alloc(9, 1) },
  ];
  /** The lock of another key that the same transaction has written. */
  const lockBeside = (more: Partial<Entry> = {}): Entry[] => [
    { key: '!txn|lock|!redis|str|b', timestamp: 800n, value: lockValue(keyOfContent('alone')) },
    { key: '!txn|lock|!redis|str|b', timestamp: 900n, ...more },
  ];

  test('goes with what transactions hold of it, and with the digest in the locks of others', () => {
    writeSnapshot(input, [
      content('alone'),
      content('other'),
      reference('a', 'alone'),
      reference('b', 'other'),
      ...transactionOn('alone'),
      ...transactionOn('other'),
      ...lockBeside({ isDeletion: true }),
    ]);
    const { result } = forgotten({ selection: { match: ['s3/photos/a*'] } });
    expect(result.contents).toBe(1);
    expect(allIn(output).sort()).toEqual(
      allIn(input)
        .filter((entry) => !entry.includes('alone') && !entry.includes(digestOf('alone')) && !entry.includes('redis'))
        .sort(),
    );
    expect(holds(output, 'alone')).toBe(false);
    expect(holds(output, digestOf('alone'))).toBe(false);
  });

  test('is refused while a lock of another key that stands names it', () => {
    const held = { value: lockValue(keyOfContent('alone')) };
    writeSnapshot(input, [content('alone'), reference('a', 'alone'), ...lockBeside(held)]);
    const run = () => forgotten({ selection: { match: ['s3/photos/a*'] } });
    expect(run).toThrow(/key !txn\|lock\|!redis\|str\|b: an open transaction has locked it, .* an S3 content with it/);
    expect(existsSync(output)).toBe(false);
  });

  test('goes, too, when a longer key that nobody knows stands before it', () => {
    const longer = { key: `${keyOfContent('alone')}\0more`, value: bytes('?') };
    writeSnapshot(input, [content('alone'), longer, reference('a', 'alone'), reference('b', 'other')]);
    expect(allIn(input)[0]).toContain('more');
    forgotten({ selection: { match: ['s3/photos/a*'] } });
    expect(allIn(output).map((entry) => entry.split(' ')[0]!.slice(0, 14))).toEqual([
      '!s3|chunkblob|',
      '!s3|chunkref|p',
    ]);
  });
});

describe('a transaction that was open', () => {
  const key = (name: string) => bytes(`!redis|str|${name}`);
  const lock = (name: string, first: string, more: Partial<Entry> = {}) => ({
    key: Buffer.concat([bytes('!txn|lock|'), key(name)]),
    value: lockValue(`!redis|str|${first}`),
    timestamp: 900n,
    ...more,
  });
  const strings = ['a', 'b'].flatMap((name) =>
    entriesOf([stringRecord(key(name).subarray(11), bytes('v'), undefined)]),
  );
  const selection = { match: ['redis/a'] };

  test('goes with the key that it has locked', () => {
    writeSnapshot(input, [...strings, lock('a', 'a')]);
    forgotten({ selection });
    expect(allIn(output).map((entry) => entry.split(' ')[0])).toEqual(['!redis|str|b']);
  });

  test('is refused when it has locked another key together with that one', () => {
    writeSnapshot(input, [...strings, lock('b', 'a')]);
    expect(() => forgotten({ selection })).toThrow(
      /an open transaction has locked it, and it or one before has locked redis\/a with it/,
    );
    expect(existsSync(output)).toBe(false);
  });

  test('that has ended leaves no trace of it', () => {
    writeSnapshot(input, [...strings, lock('b', 'a'), lock('b', 'a', { timestamp: 950n, isDeletion: true })]);
    forgotten({ selection });
    expect(allIn(output).map((entry) => entry.split(' ')[0])).toEqual(['!redis|str|b']);
  });

  test('that holds another key stays when one before it, which has ended, was of what goes', () => {
    writeSnapshot(input, [...strings, lock('b', 'b', { timestamp: 950n }), lock('b', 'a', { timestamp: 900n })]);
    expect(() => forgotten({ selection })).toThrow(/it or one before has locked redis\/a with it/);
  });

  test('has no part of an index row whose key does not say whose it is', () => {
    // Three parts: the last one is the item's key, or the last two are.
    const table = defineTable({
      name: 'orders',
      hashKey: 'customer',
      rangeKey: 'number',
      attributeTypes: { customer: 'S', number: 'N', city: 'S' },
      indexes: [{ name: 'by-city', hashKey: 'city' }],
    });
    const rows = entriesOf(table.rows([{ customer: { S: KEPT }, number: { N: '1' }, city: { S: 'Bern' } }]));
    const key = rows.map((row) => Buffer.from(row.key as Uint8Array)).find((one) => one.includes('!ddb|gsi|'))!;
    const value = lockValue(key.toString('latin1'));
    const locks = (more: Partial<Entry>) => [
      { key: Buffer.concat([bytes('!txn|lock|'), key]), value, timestamp: 900n },
      { key: Buffer.concat([bytes('!txn|lock|'), key]), value, timestamp: 950n, ...more },
    ];
    const chosen = { match: ['redis/a', 'dynamodb/orders/x/*'] };
    writeSnapshot(input, [...strings, ...locks({ isDeletion: true })]);
    forgotten({ selection: chosen });
    expect(allIn(output).map((entry) => entry.split(' ')[0])).toEqual(['!redis|str|b']);
    writeSnapshot(input, [...strings, ...locks({})]);
    const held = () => forgotten({ output: join(folder, 'held.fsm'), selection: chosen });
    expect(held).toThrow(/an open transaction has locked it/);
  });
});

test('a table of which an item stays keeps its definition', () => {
  planted();
  forgotten({ selection: { scopes: ['dynamodb=orders'], exclude: [`dynamodb/orders/${KEPT}/*`] } });
  const keys = allIn(output).filter((entry) => entry.startsWith('!ddb|'));
  expect(keys.some((entry) => entry.startsWith('!ddb|meta|table|'))).toBe(true);
  expect(keys.some((entry) => entry.includes(KEPT))).toBe(true);
  expect(keys.some((entry) => entry.includes(DROPPED))).toBe(false);
});

test('the words of selections and the path of a dump are not in the one that is made', () => {
  planted();
  const request = { input, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS, toolVersion: 't' };
  decodeSnapshot({ ...request, output: tree, selection: { match: ['redis', 'dynamodb'] } });
  const made = join(folder, 'made');
  const { warnings } = forgotten({ input: tree, output: made, selection: { match: [`redis/*${DROPPED}`] } });
  expect(warnings.map(({ event }) => event)).toContain('filter_not_kept');
  expect(readFileSync(join(made, 'MANIFEST.json'), 'utf8')).not.toMatch(new RegExp(`${folder}|filter`));
});

test('the ranges of keys of a cluster are not in the dump that is made, and that is told', () => {
  planted();
  decodeSnapshot({ input, output: tree, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS, toolVersion: 't' });
  const manifest = JSON.parse(readFileSync(join(tree, 'MANIFEST.json'), 'utf8'));
  const bound = Buffer.from(DROPPED).toString('base64url');
  const ranges = [
    { start: '', end: bound, group: 1 },
    { start: bound, group: 2 },
  ];
  writeFileSync(
    join(tree, 'MANIFEST.json'),
    JSON.stringify({ ...manifest, ekv: { ...manifest.ekv, version: 1, routes: { ranges } } }),
  );
  const made = join(folder, 'made');
  const { warnings } = forgotten({ input: tree, output: made, selection: { match: [`*${DROPPED}*`] } });
  expect(warnings.map(({ event }) => event)).toContain('ranges_not_kept');
  expect(holds(join(made, 'MANIFEST.json'), DROPPED)).toBe(false);
});

test('a link to nothing is not replaced', () => {
  planted();
  symlinkSync('nowhere', output);
  expect(() => forgotten({ selection: { match: ['redis/*'] } })).toThrow(/exists, and nothing is replaced here/);
  expect(readlinkSync(output)).toBe('nowhere');
});

test('what is all there is leaves a snapshot and a dump of nothing', () => {
  planted();
  decodeSnapshot({ input, output: tree, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS, toolVersion: 't' });
  const selection = { match: ['*'] };
  expect(forgotten({ selection }).result).toMatchObject({ entries: 0 });
  expect(allIn(output)).toEqual([]);
  const made = join(folder, 'made');
  expect(forgotten({ selection, input: tree, output: made }).result).toMatchObject({ entries: 0, bytes: 0 });
  expect(readdirSync(made).sort()).toEqual(['CHECKSUMS', 'MANIFEST.json']);
});

test('a sidecar of somebody is not replaced', () => {
  planted();
  writeFileSync(`${output}.encode_info.json`, '{}');
  expect(() => forgotten({ selection: { match: ['redis/*'] } })).toThrow(/exists, and nothing is replaced here/);
});

test.each([
  [{}, /say what is to be forgotten: an address, as redis\/user:42, or --match/],
  [{ addresses: ['redis/nob*dy'] }, /has nothing at redis\/nob\*dy; .*; for patterns there is --match$/],
  [{ addresses: ['redis/x'], selection: { match: ['redis/y'] } }, /give addresses, or --match and --scope, not both/],
  [{ selection: { match: ['redis/nobody'] } }, /nothing in .* is taken by/],
  [{ selection: { match: ['redis/*'] }, output: '' }, /--output is required/],
  [{ selection: { match: ['redis/*'] }, check: true }, /--check writes nothing/],
  [{ selection: { match: ['redis/*'], expired: 'drop' as const } }, /--expired has no meaning here/],
  [{ selection: { match: ['redis/*'] }, output: '-' }, /standard output is not supported/],
])('%j is refused', (more, words) => {
  planted();
  expect(() => forgotten(more)).toThrow(words);
});

test.each(['made.tar.zst', 'made.tar', 'made.tgz'])('of a snapshot no file is made that is called %s', (name) => {
  planted();
  expect(() => forgotten({ selection: { match: ['redis/*'] }, output: join(folder, name) })).toThrow(
    /ends like an archive, and of a snapshot a snapshot is made: name it \.fsm/,
  );
  expect(() => forgotten({ selection: { match: ['redis/*'] }, format: 'tar' })).toThrow(/--format tar is for dumps/);
});

test('of a dump no folder is made that is called as a snapshot, and nothing is said of what a node would do with it', () => {
  const dump = join(FIXTURES, 'golden/live/sqs/tree');
  const request = { input: dump, selection: { match: ['sqs/*'] } };
  expect(() => forgotten({ ...request, output: join(folder, 'made.fsm') })).toThrow(
    /ends like a snapshot, and a dump is made here/,
  );
  const { warnings } = forgotten({ ...request, output: join(folder, 'made') });
  expect(warnings.map(({ event }) => event)).toEqual(['no_data']);
});

test('nothing is replaced', () => {
  planted();
  writeFileSync(output, 'mine');
  expect(() => forgotten({ selection: { match: ['redis/*'] } })).toThrow(/exists, and nothing is replaced here/);
  expect(readFileSync(output, 'utf8')).toBe('mine');
});
