import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  ADAPTER_NAMES,
  type DecodeGroupsRequest,
  decodeGroups,
  type GroupFile,
  type SelectionOptions,
} from '@ekv/core';
import { stringRecord } from '@ekv/redis-encoder';
import { DataError, UsageError, type Warning } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { diffInputs } from './diff-inputs.ts';

vi.setConfig({ testTimeout: 60_000 });

const GOLDEN = join(import.meta.dirname, '../../../fixtures/golden');

/** What nodes wrote, one of each state. */
const SNAPSHOTS = readdirSync(join(GOLDEN, 'live'), { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
  .map((entry) => relative(GOLDEN, join(entry.parentPath, entry.name)))
  .filter(
    (path) => !/\/damaged\/|\/shapes\/(?!runtime|shuffled|object)|\/snapshot-folder|fsm-snap\/|\/out|plain/.test(path),
  )
  .sort();

const NODE = [
  'live/two-groups/node/group-1/fsm-snap/0000000000000097.fsm',
  'live/two-groups/node/group-2/fsm-snap/000000000000006a.fsm',
];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function dumpOf(inputs: readonly GroupFile[], output: string, more: Partial<DecodeGroupsRequest> = {}): GroupFile[] {
  const exclusions = {
    include_incomplete_uploads: true,
    include_orphans: true,
    preserve_sqs_visibility: true,
    include_sqs_side_records: false,
    rename_s3_collisions: true,
  };
  decodeGroups({ inputs, output, adapters: ADAPTER_NAMES, exclusions, toolVersion: 'ekv/test', ...more });
  return [{ path: output }];
}

function changed(from: readonly GroupFile[], to: readonly GroupFile[]): string[] {
  return Array.from(diffInputs({ from, to }), ({ change, address }) => `${change} ${address}`);
}

describe('a state is the same as itself', () => {
  test.each(SNAPSHOTS)('%s and its dumps, in any order', (path) => {
    const snapshot = [{ path: join(GOLDEN, path) }];
    const dump = dumpOf(snapshot, join(folder, 'dump'));
    const archive = dumpOf(snapshot, join(folder, 'dump.tar.zst'));
    const pairs = [
      [snapshot, snapshot],
      [snapshot, dump],
      [dump, snapshot],
      [dump, archive],
      [archive, snapshot],
    ] as const;
    for (const [from, to] of pairs) expect(changed(from, to)).toEqual([]);
  });

  test('as several groups together, as the folder of their node, and as one dump', () => {
    const groups = NODE.map((path, i) => ({ path: join(GOLDEN, path), group: BigInt(i + 1) }));
    const node = [{ path: join(GOLDEN, 'live/two-groups/node') }];
    const dump = dumpOf(groups, join(folder, 'dump'));
    const forms = [groups, node, dump];
    for (const from of forms) for (const to of forms) expect(changed(from, to)).toEqual([]);
    expect(changed(groups.slice(0, 1), dump).length).toBeGreaterThan(0);
  });
});

test('two states of live nodes differ in both directions in the same', () => {
  const [redis, history] = ['live/redis/0000000000000097.fsm', 'live/history/000000000000034c.fsm'].map((path) => [
    { path: join(GOLDEN, path) },
  ]);
  const there = changed(redis!, history!);
  const back = changed(history!, redis!);
  const turned: Record<string, string> = { added: 'removed', removed: 'added', changed: 'changed' };
  expect(there.length).toBeGreaterThan(50);
  expect(back.toSorted()).toEqual(there.map((line) => line.replace(/^\w+/, (word) => turned[word]!)).toSorted());
});

describe('a dump that was made without an adapter', () => {
  test('is compared in what it has, and a warning says so', () => {
    const snapshot = [{ path: join(GOLDEN, 'live/all-four/00000000000001b9.fsm') }];
    const exclusions = {
      include_incomplete_uploads: false,
      include_orphans: false,
      preserve_sqs_visibility: false,
      include_sqs_side_records: false,
      rename_s3_collisions: true,
    };
    const output = join(folder, 'redis');
    decodeGroups({ inputs: snapshot, output, adapters: ['redis'], exclusions, toolVersion: 'ekv/test' });
    const told: Warning[] = [];
    const changes = [
      ...diffInputs({ from: [{ path: output }], to: snapshot }, { warn: (warning) => told.push(warning) }),
    ];
    expect(changes).toEqual([]);
    expect(told.map(({ event, fields }) => [event, fields.adapters])).toEqual([
      ['diff_without_adapters', 'dynamodb,s3,sqs'],
    ]);
  });
});

test('a dump that holds a selection is told, and is the same where that selection is compared', () => {
  const snapshot = [{ path: join(GOLDEN, 'live/all-four/00000000000001b9.fsm') }];
  const selection = { match: ['redis/cart:*', 's3/invoices/*'] };
  const dump = dumpOf(snapshot, join(folder, 'part'), { selection });
  const told: string[] = [];
  const warn = ({ event }: Warning) => void told.push(event);
  expect([...diffInputs({ from: dump, to: snapshot }, { warn })].length).toBeGreaterThan(20);
  expect(told).toContain('filtered_dump');
  expect([...diffInputs({ from: dump, to: snapshot, selection })]).toEqual([]);
});

test('where nothing that was asked for is there it is refused, and what had no part is told, also beside changes', () => {
  const snapshot = [{ path: join(GOLDEN, 'live/all-four/00000000000001b9.fsm') }];
  const other = [{ path: join(GOLDEN, 'live/redis/0000000000000097.fsm') }];
  const told = (selection: SelectionOptions, to = snapshot) => {
    const messages: string[] = [];
    const warn = ({ event, message }: Warning) => void (event === 'selection_unmatched' && messages.push(message));
    const changes = [...diffInputs({ from: snapshot, to, selection }, { warn })];
    expect(changes.length > 0).toBe(to !== snapshot);
    return messages;
  };
  const place = `${snapshot[0]!.path} and ${snapshot[0]!.path}`;
  expect(() => told({ scopes: ['dynamodb=produkts'] })).toThrow(
    new UsageError(`nothing in ${place} is taken by --scope 'dynamodb=produkts'; did you mean dynamodb/products?`),
  );
  expect(() => told({ match: ['redis/session:*'] })).toThrow(/is taken by --match 'redis\/session:\*'; it has /);
  expect(() => told({ match: ['redis/*'], scopes: ['dynamodb=products'] })).toThrow(
    /it has dynamodb\/products, and nothing in it that is asked for$/,
  );
  expect(() => told({ exclude: ['*'] })).toThrow(/is taken by --exclude '\*'/);
  expect(told({ match: ['redis/cart:*'] })).toEqual([]);
  expect(told({ expired: 'drop' })).toEqual([]);
  expect(told({ exclude: ['redis/cart:*', 'dynamodb'] })).toEqual([]);
  expect(told({ exclude: ['redis/session:*'] })).toEqual([
    expect.stringMatching(/matches --exclude 'redis\/session:\*'; it has /),
  ]);
  // Without a difference there, and with one.
  for (const to of [snapshot, other])
    expect(told({ match: ['redis/cart:*', 's3/*', 'redis/nobody'], scopes: ['s3=invoices'] }, to)).toEqual([
      expect.stringContaining("matches --match 'redis/cart:*' --match 'redis/nobody' and the rest of the selection; "),
    ]);
});

test('a damaged snapshot is refused, before anything is told', () => {
  const [whole, damaged] = ['live/damaged/0000000000000033.fsm', 'live/damaged/value-bit/0000000000000033.fsm'].map(
    (path) => [{ path: join(GOLDEN, path) }],
  );
  expect(() => changed(whole!, damaged!)).toThrow(DataError);
  expect(() => changed(damaged!, whole!)).toThrow(/value-bit/);
});

test('what had expired when the later of both was taken makes no difference, when it is dropped', () => {
  const day = 86_400_000n;
  const now = 1_800_000_000_000n;
  const state = (name: string, takenAt: bigint, keys: Record<string, bigint | undefined>, sent: bigint) => {
    const rows = [
      ...Object.entries(keys).map(([key, expireAt]) => stringRecord(key, 'v', expireAt)),
      ...queueRecords({ name: 'q', messageRetentionSeconds: 86_400 }, [
        { id: 'a'.repeat(32), body: name, sendTimestampMillis: new Date(Number(sent)) },
      ]),
    ];
    const timestamp = (takenAt + 9000n) << 16n;
    const entries = rows.map(({ key, value }) => ({ key, value: value as Uint8Array, timestamp }));
    return [{ path: writeSnapshot(join(folder, `${name}.fsm`), entries, { headerTimestamp: timestamp }) }];
  };
  const before = state('before', now - day, { over: now - 1000n, stays: undefined, later: now + day }, now - 2n * day);
  const after = state('after', now, { stays: undefined }, now - 3n * day);
  expect(changed(before, after)).toEqual([
    'removed redis/later',
    'removed redis/over',
    `changed sqs/q/${'a'.repeat(32)}`,
  ]);
  const dropped = Array.from(
    diffInputs({ from: before, to: after, selection: { expired: 'drop' } }),
    ({ address }) => address,
  );
  expect(dropped).toEqual(['redis/later']);
});
