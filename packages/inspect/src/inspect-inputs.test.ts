import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Selection } from '@ekv/core';
import { AHEAD_MS, openSnapshot, ScratchFolder, SnapshotFormatError, UsageError, wallTimeOf } from '@ekv/snapshot';
import { countedInReport, countedPlainly, TOP } from '@ekv/test-support/counted-report';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { type PlainVersion, plainCount, plainVersions } from '@ekv/test-support/plain-count';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InspectRequest, inspectInputs } from './inspect-inputs.ts';
import type { InspectReport } from './report.ts';

const LIVE = join(import.meta.dirname, '../../../fixtures/golden/live');
const FILES = ['all-four', 'redis', 'dynamodb', 's3', 'sqs', 'history', 'sst'].map((folder) => {
  const name = readdirSync(join(LIVE, folder)).find((one) => /^[0-9a-f]{16}\.fsm$/.test(one))!;
  return join(LIVE, folder, name);
});

function inspect(path: string, more: Partial<InspectRequest> = {}): InspectReport {
  return inspectInputs({ inputs: [{ path }], tool: 'ekv/test', top: TOP, ...more });
}

/** An independent count: it reads the file by itself. Of SST files the entries that were read out of them. */
function countOf(path: string) {
  const { versions, lastCommitTs } = path.includes('/sst/') ? versionsOfSstFiles(path) : plainVersions(path);
  return plainCount(versions, lastCommitTs);
}

function expectPlainCount(path: string, report: InspectReport): void {
  const count = countOf(path);
  expect(countedInReport(report)).toEqual(countedPlainly(count));
  const { widthMs, buckets } = report.commits;
  const times = count.live.map(({ timestamp }) => {
    const ms = wallTimeOf(timestamp);
    return ms < 0n ? 0n : ms;
  });
  expect(buckets.map((bucket) => bucket.count)).toEqual(
    buckets.map(({ fromMs }) => times.filter((ms) => ms >= fromMs && ms < fromMs + widthMs).length),
  );
  expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(times.length);
}

describe('the counts of a report are those of a plain count', () => {
  test.each(FILES)('%s', (path) => expectPlainCount(path, inspect(path)));

  /** Keys and values as nodes write them, of all adapters. */
  const pool = FILES.flatMap(rowsOf);
  const version = fc.record({
    row: fc.nat(pool.length - 1),
    timestamp: fc.oneof(fc.bigInt(1n, 3n), fc.bigInt(1n << 40n, (1n << 63n) - 1n)),
    isDeletion: fc.boolean(),
    isEncrypted: fc.boolean(),
  });

  test('for any versions of any rows, in any order, deleted and encrypted ones too', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(version, { selector: ({ row, timestamp }) => `${row} ${timestamp}`, maxLength: 80 }),
        fc.constantFrom('sorted', 'as given'),
        (versions, order) => {
          const entries = versions.map(({ row, ...one }): Entry => ({ ...pool[row]!, ...one }));
          const unique = [...new Map(entries.map((entry) => [`${entry.timestamp} ${entry.key}`, entry])).values()];
          const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), unique, { order });
          expectPlainCount(path, inspect(path, { quick: true }));
        },
      ),
      { numRuns: 60 },
    );
  });
});

function versionsOfSstFiles(path: string): ReturnType<typeof plainVersions> {
  const scratch = new ScratchFolder();
  using snapshot = openSnapshot(path, { scratch });
  const versions: PlainVersion[] = [];
  const source = snapshot.check({ families: ['!'] });
  for (const entries = source.entries(); entries.next(); ) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, timestamp, expiry, tombstone, isEncrypted } = entries;
    versions.push({
      key: bytes.toString('latin1', keyStart, keyEnd),
      body: Buffer.from(bytes.subarray(valueStart, valueEnd)),
      isDeletion: tombstone,
      ...{ timestamp, expiry, isEncrypted },
    });
  }
  scratch.remove();
  return { versions, lastCommitTs: source.lastCommitTs };
}

function rowsOf(path: string): Entry[] {
  const scratch = new ScratchFolder();
  using snapshot = openSnapshot(path, { scratch });
  const rows: Entry[] = [];
  for (const entries = snapshot.check({ families: ['!'] }).entries(); entries.next(); ) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entries;
    rows.push({
      key: bytes.toString('latin1', keyStart, keyEnd),
      value: Buffer.from(bytes.subarray(valueStart, valueEnd)),
    });
  }
  scratch.remove();
  return rows;
}

test('the largest units are told with all their rows, when there are many more than are told', () => {
  const hash = (key: string, fields: number): Entry[] => {
    const length = String.fromCharCode(0, 0, 0, key.length);
    return [
      { key: `!hs|meta|${length}${key}`, value: Buffer.alloc(8) },
      { key: `!redis|ttl|${key}`, value: Buffer.alloc(8, 1) },
      ...Array.from({ length: fields }, (_, i) => ({ key: `!hs|fld|${length}${key}f${i}`, value: Buffer.alloc(30) })),
    ];
  };
  const rows = Array.from({ length: 300 }, (_, i) => hash(`h${i}`, 1 + ((i * 37) % 101))).flat();
  const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), rows);
  const { units } = countOf(path);
  const { largest } = inspect(path, { top: 3, quick: true });
  const sizes = units.map(({ bytes }) => bytes).sort((a, b) => b - a);
  expect(largest.bySize.map(({ bytes }) => bytes)).toEqual(sizes.slice(0, 3));
  expect(largest.byElements.map(({ elements }) => elements)).toEqual([101, 101, 101]);
  for (const { bytes, rows } of largest.bySize)
    expect(units.some((unit) => unit.bytes === bytes && unit.rows === rows)).toBe(true);
});

test('units are what a decode makes files and lines of', () => {
  const count = (name: string) => inspect(FILES.find((file) => file.includes(`/${name}/`))!).adapters[0]!.amounts.units;
  expect(count('redis')).toBe(47);
  expect(count('history')).toBeGreaterThan(0);
  expect(inspect(join(LIVE, 'all-four/tree')).adapters.map(({ adapter, amounts }) => [adapter, amounts.units])).toEqual(
    inspect(join(LIVE, 'all-four/out.fsm')).adapters.map(({ adapter, amounts }) => [adapter, amounts.units]),
  );
});

test('a dump is told as the snapshot that encode makes of it', () => {
  const ofTree = inspect(join(LIVE, 'all-four/tree'));
  const ofFile = inspect(join(LIVE, 'all-four/out.fsm'));
  expect(ofTree.inputs[0]).toMatchObject({ kind: 'dump', bytes: 0 });
  for (const part of ['totals', 'adapters', 'families', 'tree', 'largest', 'sizes', 'commits', 'expiries'] as const)
    expect(ofTree[part]).toEqual(ofFile[part]);
});

test('the groups of a node are told together, as what is decoded of them', () => {
  const report = inspect(join(LIVE, 'two-groups/node'));
  expect(report.inputs.map(({ group }) => group)).toEqual(['1', '2']);
  const units = ({ adapters }: InspectReport) =>
    adapters.map(({ adapter, amounts }) => `${adapter} ${amounts.units}`).sort();
  expect(units(report)).toEqual(units(inspect(join(LIVE, 'two-groups/out-merged.fsm'))));
  expect(report.transactions.resolved).toBeDefined();
});

test('what is encrypted is counted, and a decode is said to refuse it', () => {
  const rows: Entry[] = [
    { key: '!redis|str|a', value: Buffer.from('clear') },
    { key: '!redis|str|b', isEncrypted: true, value: Buffer.alloc(40) },
  ];
  const report = inspect(writeSnapshot(join(temporaryFolder(), 'x.fsm'), rows));
  expect(report.totals).toMatchObject({ rows: 1, encrypted: 1, encryptedBytes: '!redis|str|b'.length + 40 });
  expect(report.leftOut.refused).toMatch(/entry 2 .* key !redis\|str\|b: the value is encrypted/);
});

test('open transactions, unknown families and what no adapter reads are told', () => {
  const lock = Buffer.alloc(26 + 12);
  lock[0] = 1;
  lock.writeBigUInt64BE(1_767_225_600_000n << 16n, 1);
  lock.writeBigUInt64BE(12n, 18);
  lock.write('!redis|str|a', 26);
  const rows: Entry[] = [
    { key: '!txn|lock|!redis|str|b', value: lock },
    { key: '!new|thing|x', value: Buffer.from('1') },
    { key: '!fs|dir|x', value: Buffer.from('1') },
  ];
  const report = inspect(writeSnapshot(join(temporaryFolder(), 'x.fsm'), rows));
  expect(report.transactions).toMatchObject({
    locks: 1,
    open: [{ primary: 'redis/a', startedAtMs: 1_767_225_591_000, locks: 1, keys: ['redis/b'] }],
  });
  expect(report.families.map(({ prefix, class: one }) => [prefix, one]).sort()).toEqual([
    ['!fs|dir|', 'unread'],
    ['!new|thing|', 'unknown'],
    ['!txn|lock|', 'internal'],
  ]);
  expect(report.leftOut.warnings.map(({ event, weight }) => [event, weight]).sort()).toEqual([
    ['open_transactions', 'note'],
    ['unknown_family', 'loss'],
    ['unread_user_data', 'loss'],
  ]);
});

test('the history of a key has its commits, the newest first, deletions too', () => {
  const ms = 1_767_225_600_000n;
  const at = (later: bigint) => (ms + AHEAD_MS + later) << 16n;
  const rows: Entry[] = [
    { key: '!redis|str|a', value: Buffer.from('one'), timestamp: at(0n) },
    { key: '!redis|str|a', isDeletion: true, timestamp: at(1n) },
    { key: '!redis|str|a', value: Buffer.from('three'), timestamp: at(2n) },
    { key: '!redis|ttl|a', value: Buffer.alloc(8), timestamp: at(2n) },
    { key: '!redis|str|ab', value: Buffer.from('another'), timestamp: at(3n) },
  ];
  const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), rows, { headerTimestamp: at(5n) });
  const { history } = inspect(path, { history: 'redis/a', quick: true });
  expect(history).toEqual({
    address: 'redis/a',
    commits: [
      {
        commitTs: String(at(2n)),
        atMs: Number(ms) + 2,
        written: 2,
        writtenBytes: 12 + 5 + 12 + 8,
        deleted: 0,
        live: 2,
      },
      { commitTs: String(at(1n)), atMs: Number(ms) + 1, written: 0, writtenBytes: 0, deleted: 1, live: 0 },
      { commitTs: String(at(0n)), atMs: Number(ms), written: 1, writtenBytes: 12 + 3, deleted: 0, live: 0 },
    ],
    olderRows: 0,
  });
});

test('of a key with very many commits the newest are told, and how many rows are older', () => {
  const rows = Array.from(
    { length: 5000 },
    (_, i): Entry => ({ key: '!redis|str|a', value: Buffer.from('v'), timestamp: BigInt(i + 1) }),
  );
  const { history } = inspect(writeSnapshot(join(temporaryFolder(), 'x.fsm'), rows), {
    history: 'redis/a',
    quick: true,
  });
  expect(history!.commits).toHaveLength(1000);
  expect(history!.commits[0]!.commitTs).toBe('5000');
  expect(history!.commits.at(-1)!.commitTs).toBe('4001');
  expect(history!.olderRows).toBe(4000);
});

test('a damaged snapshot is refused, and what can be read of it is counted when that is asked for', () => {
  const damaged = join(LIVE, 'damaged/cut-in-value/0000000000000033.fsm');
  const whole = inspect(join(LIVE, 'damaged/0000000000000033.fsm'), { quick: true });
  expect(() => inspect(damaged)).toThrow(SnapshotFormatError);
  const report = inspect(damaged, { salvage: true });
  expect(Object.keys(report.partial!)).not.toEqual([]);
  expect(report.totals.rows).toBeGreaterThan(0);
  expect(report.totals.rows).toBeLessThanOrEqual(whole.totals.rows);
  expect(whole.partial).toBeUndefined();
  expect(report.leftOut.warnings.some(({ weight }) => weight === 'loss')).toBe(true);
});

test('what cannot be asked for is refused', () => {
  const path = FILES[0]!;
  expect(() => inspect(path, { top: 1001 })).toThrow(
    new UsageError('the option top is 1001; it must be a whole number from 0 to 1000'),
  );
  expect(() => inspect(path, { prefixes: 1.5 })).toThrow(
    /the option prefixes is 1.5; it must be a whole number from 100 to 100000/,
  );
  expect(() => inspect(path, { separator: 'é' })).toThrow(/the option separator is "é"; it must be printable ASCII/);
  expect(() => inspect(path, { history: 'reddis/a' })).toThrow(/did you mean/);
});

test('separators that are given count, and none when they are empty', () => {
  const separators = (more: Partial<InspectRequest>) =>
    new Set(
      inspect(FILES[0]!, { quick: true, ...more }).adapters.flatMap(({ scopes }) =>
        scopes.map(({ separator }) => separator),
      ),
    );
  expect(separators({ separator: '/:' })).toEqual(new Set(['/:']));
  expect(separators({ separator: '' })).toEqual(new Set(['']));
  expect(separators({}).has(':')).toBe(true);
});

describe('of a selection', () => {
  const path = FILES[0]!;
  const whole = inspect(path);

  test.each([
    ['redis', { match: ['redis'] }],
    ['dynamodb', { match: ['dynamodb/*'] }],
    ['dynamodb', { scopes: ['dynamodb=products'] }],
    ['s3', { match: ['*/invoices/*'] }],
    ['sqs', { scopes: ['sqs=ship'], exclude: ['sqs/ship/0*'] }],
  ] as const)(
    'of %s: %j holds those largest units that it takes, with their sizes, and no other adapter',
    (adapter, selection) => {
      const report = inspect(path, { selection });
      const chosen = new Selection(selection);
      const expected = whole.largest.bySize.filter(({ address }) => chosen.takesAddress(address));
      expect(expected.length).toBeGreaterThan(1);
      expect(report.largest.bySize).toEqual(expected);
      expect(report.adapters.map((one) => one.adapter)).toEqual([adapter]);
      const scopes = new Set(expected.map(({ address }) => address.split('/')[1]));
      if (adapter !== 'redis')
        expect(report.adapters[0]!.scopes.map(({ name }) => name).sort()).toEqual([...scopes].sort());
    },
  );

  test('that takes all is the whole', () => {
    const { madeAtMs: _, ...report } = inspect(path, { selection: { match: ['*'] } });
    const { madeAtMs: __, ...all } = whole;
    expect(report.adapters.map(({ adapter, amounts }) => [adapter, amounts.units])).toEqual(
      all.adapters.map(({ adapter, amounts }) => [adapter, amounts.units]),
    );
    expect(report.largest).toEqual(all.largest);
  });

  test('that takes nothing is refused with what is near', () => {
    expect(() => inspect(path, { selection: { scopes: ['dynamodb=product'] } })).toThrow(
      /nothing in .* is taken by --scope 'dynamodb=product'; did you mean dynamodb\/products\?/,
    );
    expect(() => inspect(path, { selection: { match: ['redis'] }, salvage: true })).toThrow(UsageError);
  });
});

test('a Redis key is of the type that it has, though deletions of it lie in the families of others', () => {
  const { largest } = inspect(FILES.find((file) => file.includes('/all-four/'))!);
  const scopes = new Map([...largest.bySize, ...largest.byElements].map(({ address, scope }) => [address, scope]));
  expect(scopes.get('redis/recent')).toBe('list');
  expect(scopes.get('redis/bestseller')).toBe('sorted set');
  expect(scopes.get('redis/cart:customer/0')).toBe('hash');
});
