import { describe, expect, test } from 'vitest';
import { NO_AMOUNTS } from '../../amounts.ts';
import type { Amounts, InspectReport, TreeNode } from '../../report.ts';
import { reportHtml } from './report-html.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 29, 5);

function amounts(liveBytes: number, more: Partial<Amounts> = {}): Amounts {
  return { ...NO_AMOUNTS, units: 1, rows: 1, liveBytes, ...more };
}

function node(kind: TreeNode['kind'], name: string, liveBytes: number, more: Partial<TreeNode> = {}): TreeNode {
  return { kind, name, amounts: amounts(liveBytes), ...more };
}

const REPORT: InspectReport = {
  version: 1,
  tool: 'ekv/1.2.3',
  madeAtMs: START,
  inputs: [
    {
      path: '/backups/0000042.fsm',
      kind: 'snapshot',
      bytes: 1 << 20,
      lastCommitTs: '117664584157167650',
      takenAtMs: START,
      takenAtIsApproximate: true,
      footer: 'ok',
      entries: 9,
    },
  ],
  totals: amounts(900, { oldVersions: 2, oldBytes: 80, tombstones: 1, tombstoneBytes: 20 }),
  adapters: [
    { adapter: 'redis', amounts: amounts(500), scopeKind: 'type', scopes: [] },
    {
      adapter: 's3',
      amounts: amounts(400),
      scopeKind: 'bucket',
      scopes: [{ name: 'photos', amounts: amounts(400), separator: '/' }],
      otherScopes: { scopes: 3, amounts: amounts(0) },
    },
  ],
  families: [
    { prefix: '', class: 'unknown', amounts: amounts(10) },
    { prefix: '!x|', class: 'unread', adapter: 'redis', says: 'older lists', amounts: amounts(5) },
  ],
  tree: node('root', '', 900, {
    children: [
      node('adapter', 'redis', 500, {
        children: [
          node('scope', 'string', 450, {
            children: [node('prefix', 'session:', 300), node('other', '', 100, { nodes: 12 })],
          }),
          node('scope', '(expiry)', 50),
        ],
      }),
      node('adapter', 's3', 400, {
        children: [node('scope', 'a/b', 400, { amounts: amounts(300, { oldBytes: 70 }) })],
      }),
    ],
  }),
  largest: {
    bySize: [
      {
        address: 'redis/</script><img src=x>',
        adapter: 'redis',
        scope: 'string',
        bytes: 10,
        rows: 1,
        elements: 0,
        oldVersions: 0,
        oldBytes: 0,
        writtenAtMs: 0,
      },
    ],
    byElements: [],
  },
  sizes: {
    buckets: [
      { from: 64, below: 128, rows: 3, bytes: 300, byAdapter: { redis: { rows: 3, bytes: 300 } } },
      { from: 128, below: 256, rows: 1, bytes: 200, byAdapter: { s3: { rows: 1, bytes: 200 } } },
    ],
  },
  commits: {
    widthMs: HOUR,
    buckets: [
      { fromMs: START, count: 2, bytes: 50, byAdapter: { redis: { count: 2, bytes: 50 } } },
      { fromMs: START + 3 * HOUR, count: 1, bytes: 9, byAdapter: { redis: { count: 1, bytes: 9 } } },
    ],
    without: { count: 0, bytes: 0 },
  },
  expiries: { widthMs: 24 * HOUR, buckets: [], without: { count: 4, bytes: 0 } },
  transactions: {
    locks: 1,
    prepared: 0,
    preparedBytes: 0,
    commits: 0,
    rollbacks: 0,
    open: [{ primary: 'redis/a', startedAtMs: START, locks: 1, keys: ['redis/a', 'redis/b'] }],
  },
  leftOut: {
    isRehearsed: true,
    warnings: [{ event: 'unknown_family', message: '2 rows of no family', weight: 'loss', fields: {} }],
  },
};

/** What stands as JSON in a page. */
function dataOf(report: InspectReport) {
  return JSON.parse(/id="data">(.*?)<\/script>/s.exec(reportHtml(report))![1]!);
}

function tableOf(report: InspectReport, title: string) {
  return dataOf(report).tables.find((table: { title: string }) => table.title === title);
}

describe('the page of a report', () => {
  test('is named after its file, with when it was taken', () => {
    const { title, facts } = dataOf(REPORT);
    expect(title).toBe('0000042.fsm');
    expect(facts).toEqual([
      { name: 'snapshot', value: '1.0 MiB' },
      { name: 'taken', value: 'about 2026-11-29 05:00:00 UTC' },
      { name: 'looked at', value: '2026-11-29 05:00:00 UTC by ekv/1.2.3' },
    ]);
  });

  test('of several inputs has them as a table', () => {
    const inputs = [REPORT.inputs[0]!, { ...REPORT.inputs[0]!, path: 'b.fsm', group: '2' }];
    expect(dataOf({ ...REPORT, inputs }).title).toBe('2 inputs');
    expect(tableOf({ ...REPORT, inputs }, 'Inputs').rows.map(([path, , group]: string[]) => [path, group])).toEqual([
      ['/backups/0000042.fsm', null],
      ['b.fsm', '2'],
    ]);
    expect(tableOf(REPORT, 'Inputs')).toBeUndefined();
  });

  test('has what is live and what is not in its figures, of the rare only what is there', () => {
    const names = (report: InspectReport) => dataOf(report).figures.map(({ name }: { name: string }) => name);
    expect(names(REPORT)).toEqual(['Keys', 'Live', 'Old versions', 'Deletions', 'Entries']);
    expect(
      names({ ...REPORT, tree: node('root', '', 5), totals: amounts(5, { expired: 1, expiredBytes: 7 }) }),
    ).toContain('Expired');
    expect(dataOf(REPORT).figures[1]).toEqual({
      name: 'Live',
      value: 900,
      holds: 'bytes',
      note: '90.0% of all, 1 row',
    });
  });

  test('has the tree of all that is in the file, with addresses: a type is not in them, and rows without a scope or an adapter have none', () => {
    const parts = dataOf(REPORT).parts.map(([parent, name, kind, ...rest]: unknown[]) => [parent, name, kind, rest[3]]);
    expect(parts).toEqual([
      [-1, 'everything', 'snapshot', undefined],
      [0, 'redis', 'adapter', 'redis/'],
      [0, 's3', 'adapter', 's3/'],
      [0, '(no adapter)', 'rows', null],
      [1, 'string', 'type', ''],
      [1, '(expiry)', 'rows', null],
      [2, 'a/b', 'bucket', 'a%2Fb/'],
      [4, 'session:', 'prefix', undefined],
      [2, '0', 'smaller', undefined],
      [4, '12', 'smaller', undefined],
      [4, '0', 'smaller', undefined],
    ]);
  });

  test('draws sizes and times, with the hours in which nothing was written', () => {
    expect(tableOf(REPORT, 'Sizes').rows).toEqual([
      ['64 B', 3, 0, 300, 0],
      ['128 B', 0, 1, 0, 200],
    ]);
    const written = tableOf(REPORT, 'Written');
    expect(written.about).toBe('Live rows by the hour of their commit, UTC.');
    expect(written.rows).toEqual([
      ['2026-11-29 05:00', 2, 50],
      ['2026-11-29 06:00', 0, 0],
      ['2026-11-29 07:00', 0, 0],
      ['2026-11-29 08:00', 1, 9],
    ]);
    expect(written.measures).toEqual([
      { name: 'Rows', columns: [1] },
      { name: 'Bytes', columns: [2] },
    ]);
    expect(tableOf(REPORT, 'Expiring')).toBeUndefined();
  });

  test('says which stretches of time a bar is of', () => {
    const bucket = { fromMs: Date.UTC(2026, 10, 27), count: 2, bytes: 5, byAdapter: {} };
    const expiries = { widthMs: 72 * HOUR, buckets: [bucket], without: { count: 4, bytes: 0 } };
    const table = tableOf({ ...REPORT, expiries }, 'Expiring');
    expect(table.about).toBe('Keys by the stretch of 3 days in which they end, UTC. 4 do not end by themselves.');
    expect(table.rows).toEqual([['2026-11-27']]);
  });

  test('has tables of all that is told, and none without a row', () => {
    expect(dataOf(REPORT).tables.map(({ title }: { title: string }) => title)).toEqual([
      'Sizes',
      'Written',
      'Largest keys',
      'Types, tables, buckets, queues',
      'Key families',
      'What a decode would say',
      'Open transactions',
    ]);
    expect(tableOf(REPORT, 'Largest keys').rows[0]).toEqual([
      'redis/</script><img src=x>',
      'string',
      10,
      0,
      0,
      1,
      0,
      null,
    ]);
    expect(reportHtml(REPORT)).not.toContain('<img');
    expect(tableOf(REPORT, 'Key families').rows.map((row: string[]) => row.slice(0, 3))).toEqual([
      ['(no family)', 'unknown', null],
      ['!x|', 'unread: older lists', 'redis'],
    ]);
  });

  test('of a damaged snapshot says so', () => {
    const report = { ...REPORT, partial: { damaged_rows: 3 } };
    expect(dataOf(report).facts.at(-1)).toEqual({ name: 'damaged', value: 'numbers are of what can be read' });
    expect(tableOf(report, 'What could not be read').rows).toEqual([['damaged_rows', 3]]);
  });

  test('has units by elements with these first', () => {
    const [unit] = REPORT.largest.bySize;
    const table = tableOf(
      { ...REPORT, largest: { bySize: [], byElements: [{ ...unit!, elements: 7 }] } },
      'Most elements',
    );
    expect(table.columns[2].name).toBe('Elements');
    expect(table.rows[0].slice(1, 4)).toEqual(['string', 7, 10]);
  });

  test('has the history of a key first among the tables', () => {
    const commit = { commitTs: '9', atMs: START, written: 2, writtenBytes: 70, deleted: 0, live: 1 };
    const history = { address: 'redis/a', commits: [commit], olderRows: 0 };
    expect(tableOf({ ...REPORT, history }, 'History of redis/a').rows).toEqual([
      ['2026-11-29 05:00:00', 70, 2, 0, 1, '9'],
    ]);
  });
});
