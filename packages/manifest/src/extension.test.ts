import type { Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { type DecodedTree, newManifest } from './new-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { manifestBytes } from './write-manifest.ts';

const GROUPS: NonNullable<DecodedTree['groups']> = {
  groups: [
    {
      group: 1n,
      fsm_path: 'node/group-1/fsm-snap/0000000000000097.fsm',
      snapshot_index: 151n,
      last_commit_ts: 117664795774484532n,
      taken_at_ms: 1795422303813n,
      min_retained_ts: 1n,
    },
    { fsm_path: '-', last_commit_ts: 18446744073709551615n },
  ],
  as_of_ts: 117664793000000001n,
  routes: {
    version: 1n,
    ranges: [
      { start: '', end: 'bQ', group: 1n },
      { start: 'bQ', group: 2n },
    ],
  },
  transactions: { committed: 1n, rolled_back: 2n, undecided: 3n, torn: 4n, maybe_torn: 5n, lost_by_node: 6n },
  strays: 0n,
};

const TREE: DecodedTree = {
  elastickvVersion: 'x',
  lastCommitTs: 18446744073709551615n,
  wallTimeIso: '2026-01-02T03:04:05Z',
  fsmPath: undefined,
  adapters: ['redis'],
  exclusions: {
    include_incomplete_uploads: false,
    include_orphans: false,
    preserve_sqs_visibility: false,
    include_sqs_side_records: false,
  },
  groups: GROUPS,
};

function edited(change: (ekv: Record<string, unknown>) => void): Buffer {
  const manifest = JSON.parse(
    manifestBytes(newManifest({ ...TREE, lastCommitTs: 5n, groups: { strays: 1n } })).toString(),
  );
  change(manifest.ekv);
  return Buffer.from(JSON.stringify(manifest));
}

test('groups, moment, routes, transactions and strays are written in that order and read back, integers as digits', () => {
  const bytes = manifestBytes(newManifest(TREE));
  const warnings: Warning[] = [];
  const read = readManifest(bytes, 'x', { warn: (warning) => warnings.push(warning) });
  expect(read.ekv).toEqual({ version: 1, ...GROUPS });
  expect(read.source).toBeUndefined();
  expect(read.snapshot_index).toBe(0n);
  expect(warnings).toEqual([]);
  expect(Object.keys(JSON.parse(bytes.toString()).ekv)).toEqual([
    'version',
    'groups',
    'as_of_ts',
    'routes',
    'transactions',
    'strays',
  ]);
  expect(bytes.toString()).toContain('"as_of_ts": 117664793000000001,');
  expect(bytes.toString()).toContain('        "last_commit_ts": 18446744073709551615\n');
});

test('what does not apply is left out', () => {
  const { ekv } = JSON.parse(manifestBytes(newManifest({ ...TREE, groups: { as_of_ts: 5n } })).toString());
  expect(ekv).toEqual({ version: 1, as_of_ts: 5 });
  expect(newManifest({ ...TREE, groups: undefined })).not.toHaveProperty('ekv');
});

test.each<[string, (ekv: Record<string, unknown>) => void]>([
  ['ekv.strays', (ekv) => Object.assign(ekv, { strays: -1 })],
  ['ekv.as_of_ts', (ekv) => Object.assign(ekv, { as_of_ts: '5' })],
  ['ekv.groups', (ekv) => Object.assign(ekv, { groups: {} })],
  ['ekv.groups[0].fsm_path', (ekv) => Object.assign(ekv, { groups: [{ last_commit_ts: 1 }] })],
  ['ekv.routes.ranges[0].group', (ekv) => Object.assign(ekv, { routes: { ranges: [{ start: '' }] } })],
  [
    'ekv.transactions.torn',
    (ekv) =>
      Object.assign(ekv, {
        transactions: { committed: 0, rolled_back: 0, undecided: 0, maybe_torn: 0, lost_by_node: 0 },
      }),
  ],
])('%s with a value that it cannot have is refused by its name', (field, change) => {
  expect(() => readManifest(edited(change), 'x')).toThrow(expect.objectContaining({ field }));
});
