import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goldenFiles } from './golden-cases.test-data.ts';
import { edited, REAL_MANIFEST } from './manifest.test-data.ts';
import { ManifestError } from './manifest-error.ts';
import type { AdapterName, Manifest } from './manifest-schema.ts';
import { type DecodedTree, newManifest } from './new-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { wallTimeIso } from './wall-time.ts';
import { manifestBytes } from './write-manifest.ts';

const NO_EXCLUSIONS = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
  rename_s3_collisions: false,
};

const DECODED: DecodedTree = {
  elastickvVersion: 'dev',
  snapshotIndex: 42n,
  lastCommitTs: 117664584157167650n,
  wallTimeIso: '2026-01-02T03:04:05.123456789Z',
  fsmPath: '0000042.fsm',
  adapters: ['sqs', 'redis', 's3', 'dynamodb', 'redis'],
  exclusions: NO_EXCLUSIONS,
};

function written(tree: Partial<DecodedTree>): string {
  return manifestBytes(newManifest({ ...DECODED, ...tree })).toString();
}

test('a manifest has the exact bytes of the example in the format description', () => {
  expect(written({})).toBe(REAL_MANIFEST);
});

const asDecoded = [
  ...goldenFiles('live/**/MANIFEST.json'),
  ...goldenFiles('tree/manifest-{round-trip,every-flag,zero-values-omitted,u64-max}/tree/MANIFEST.json'),
];

test('there are golden manifests to compare with', () => {
  expect(asDecoded.length).toBeGreaterThanOrEqual(14);
});

test.each(asDecoded)('$name is written with the bytes it was read from', ({ bytes }) => {
  expect(manifestBytes(readManifest(bytes, 'x')).toString()).toBe(bytes.toString());
});

test('empty text, index 0 and timestamp 0 are left out', () => {
  const text = written({ elastickvVersion: '', clusterId: '', snapshotIndex: 0n, lastCommitTs: 0n });
  expect(text).toBe(REAL_MANIFEST.replace(/ {2}"(elastickv_version|snapshot_index|last_commit_ts)".*\n/g, ''));
});

test('the cluster id stands behind the version, <, > and & as they are', () => {
  const text = written({ clusterId: 'prod <eu> & "q" \\ é' });
  expect(text).toBe(REAL_MANIFEST.replace('"dev",\n', '"dev",\n  "cluster_id": "prod <eu> & \\"q\\" \\\\ é",\n'));
});

test('control characters and line separators have the escapes of the format', () => {
  const text = written({ fsmPath: 'a/\b\f\n\r\t\u0000\u001f\u007f\u2028\u2029😀.fsm' });
  expect(text).toContain('"fsm_path": "a/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\\u2028\\u2029😀.fsm"\n');
});

test('rename_s3_collisions is the last exclusion, and only there when true', () => {
  const text = written({ exclusions: { ...NO_EXCLUSIONS, include_orphans: true, rename_s3_collisions: true } });
  expect(text).toContain(`"exclusions": {
    "include_incomplete_uploads": false,
    "include_orphans": true,
    "preserve_sqs_visibility": false,
    "include_sqs_side_records": false,
    "rename_s3_collisions": true
  },
`);
});

test('only selected adapters are written, in the order of the format', () => {
  expect(written({ adapters: ['sqs', 'dynamodb'] })).toContain(
    '"adapters": {\n    "dynamodb": {},\n    "sqs": {}\n  },\n',
  );
  expect(written({ adapters: [] })).toContain('"adapters": {},\n');
});

test('the layout of DynamoDB is written', () => {
  expect(written({ dynamodbLayout: 'jsonl' })).toMatch(/"dynamodb_layout": "jsonl"\n}\n$/);
});

test('what a tree that was salvaged lacks stands in the extension, the last member', () => {
  const partial = { rows: 2n, bytes: 18_446_744_073_709_551_615n };
  const text = written({ partial });
  expect(text).toBe(
    REAL_MANIFEST.replace(
      '"per-item"\n}',
      '"per-item",\n  "ekv": {\n    "version": 1,\n    "partial": {\n      "rows": 2,\n      "bytes": 18446744073709551615\n    }\n  }\n}',
    ),
  );
  expect(readManifest(Buffer.from(text), 'm').ekv).toEqual({ version: 1, partial });
});

test('the tables of the layout jsonl stand in the order of the bytes of their names, whatever the names are', () => {
  const names = ['b', '10', '__proto__', '9', 'B', 'constructor'];
  const tables = new Map(names.map((name, i) => [name, { parts: BigInt(i), items: 1n }]));
  const text = written({ dynamodbLayout: 'jsonl', dynamodbJsonl: { part_bytes: 4096n, tables } });
  expect([...text.matchAll(/"([^"]+)": {\n +"parts"/g)].map(([, name]) => name)).toEqual(names.toSorted());
  expect(readManifest(Buffer.from(text), 'm').ekv?.dynamodb_jsonl).toEqual({ version: 1, part_bytes: 4096n, tables });
});

test.each([
  ['tables are no object', '"tables": []', /ekv\.dynamodb_jsonl\.tables is an array, but must be an object of tables/],
  [
    'a table is no object',
    '"tables": {"t": 1}',
    /ekv\.dynamodb_jsonl\.tables\.t is 1, but must be an object with parts/,
  ],
  ['a table lacks its items', '"tables": {"t": {"parts": 1}}', /dynamodb_jsonl\.tables\.t\.items is missing/],
  [
    'the size is a text',
    '"tables": {}, "part_bytes": "1"',
    /ekv\.dynamodb_jsonl\.part_bytes is "1", but must be an integer/,
  ],
])('of the layout jsonl, %s: refused', (_, members, words) => {
  const size = members.includes('part_bytes') ? '' : ', "part_bytes": 4096';
  const text = REAL_MANIFEST.replace(
    /\n}\n?$/,
    `,\n"ekv": {"version": 1, "dynamodb_jsonl": {"version": 1, ${members}${size}}}}`,
  );
  expect(() => readManifest(Buffer.from(text), 'm')).toThrow(words);
});

test('a live manifest has its section behind the time', () => {
  const manifest = readManifest(
    edited({
      phase: 'phase1-live-pinned',
      source: undefined,
      'live.read_ts': (1n << 64n) - 1n,
      'live.pin_token_sha256': '00',
      'adapters.redis': { databases: [0, 15], tables: [] },
    }),
    'x',
  );
  expect(manifestBytes(manifest).toString()).toContain(`"wall_time_iso": "2026-01-02T03:04:05.123456789Z",
  "live": {
    "read_ts": 18446744073709551615,
    "pin_token_sha256": "00"
  },
  "adapters": {
    "dynamodb": {},
    "s3": {},
    "redis": {
      "tables": [],
      "databases": [
        0,
        15
      ]
    },
`);
});

test.each([0, 2, 1.5, '1', undefined])('format_version %s is not written', (version) => {
  const manifest = { ...newManifest(DECODED), format_version: version as 1 };
  expect(() => manifestBytes(manifest)).toThrow(ManifestError);
  expect(() => manifestBytes(manifest)).toThrow('MANIFEST.json: format_version');
});

test.each<[string, Partial<Record<keyof Manifest, unknown>>]>([
  ['exclusions.include_orphans', { exclusions: { ...NO_EXCLUSIONS, include_orphans: undefined } }],
  ['exclusions.include_incomplete_uploads', { exclusions: undefined }],
  ['phase', { phase: 'phase2' }],
  ['wall_time_iso', { wall_time_iso: 'yesterday' }],
  ['wall_time_iso', { wall_time_iso: undefined }],
  ['adapters', { adapters: undefined }],
  ['checksum_algorithm', { checksum_algorithm: 'md5' }],
  ['checksum_format', { checksum_format: '' }],
  ['encoded_filename_charset', { encoded_filename_charset: undefined }],
  ['key_segment_max_bytes', { key_segment_max_bytes: 10 }],
  ['s3_meta_suffix', { s3_meta_suffix: '.x' }],
  ['s3_collision_strategy', { s3_collision_strategy: 'x' }],
  ['dynamodb_layout', { dynamodb_layout: 'bundle' }],
  ['live', { live: { read_ts: 1n } }],
  ['source', { phase: 'phase1-live-pinned', live: { read_ts: 1n } }],
  ['live', { phase: 'phase1-live-pinned', source: undefined }],
  ['live.read_ts', { phase: 'phase1-live-pinned', source: undefined, live: { read_ts: 0n } }],
  ['last_commit_ts', { last_commit_ts: 1n << 64n }],
  ['last_commit_ts', { last_commit_ts: -1n }],
  ['snapshot_index', { snapshot_index: 1.5 }],
])('the writer refuses what the reader refuses: %s', (field, fields) => {
  const manifest = { ...newManifest(DECODED), ...fields } as Manifest;
  expect(() => manifestBytes(manifest)).toThrow(expect.objectContaining({ name: 'ManifestError', field }));
});

test('of several broken rules the writer tells the first in the order of the checks', () => {
  const manifest = { ...newManifest(DECODED), s3_meta_suffix: '', wall_time_iso: '', adapters: undefined };
  expect(() => manifestBytes(manifest as unknown as Manifest)).toThrow(
    expect.objectContaining({ field: 'wall_time_iso' }),
  );
});

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const text = fc.string({ unit: 'binary', maxLength: 20 });
const time = fc.bigInt({ min: 0n, max: 1n << 63n }).map(wallTimeIso);
const lists = fc.record(
  {
    tables: fc.array(text),
    buckets: fc.array(text),
    databases: fc.array(fc.nat({ max: 0xffff_ffff })),
    queues: fc.array(text),
  },
  { requiredKeys: [] },
);
const adapters: fc.Arbitrary<Manifest['adapters']> = fc.record(
  { dynamodb: lists, s3: lists, redis: lists, sqs: lists },
  { requiredKeys: [] },
);
const decoded: fc.Arbitrary<DecodedTree> = fc.record({
  elastickvVersion: text,
  clusterId: text,
  snapshotIndex: u64,
  lastCommitTs: u64,
  wallTimeIso: time,
  fsmPath: text,
  adapters: fc.subarray<AdapterName>(['dynamodb', 's3', 'redis', 'sqs']),
  exclusions: fc.record(
    {
      include_incomplete_uploads: fc.boolean(),
      include_orphans: fc.boolean(),
      preserve_sqs_visibility: fc.boolean(),
      include_sqs_side_records: fc.boolean(),
      // False is not written, so it comes back as absent.
      rename_s3_collisions: fc.constant(true as const),
    },
    {
      requiredKeys: [
        'include_incomplete_uploads',
        'include_orphans',
        'preserve_sqs_visibility',
        'include_sqs_side_records',
      ],
    },
  ),
  dynamodbLayout: fc.constantFrom('per-item', 'jsonl'),
});

test('a manifest that is written and read is the same manifest', () => {
  fc.assert(
    fc.property(decoded, adapters, fc.option(text), (tree, scopes, crc) => {
      const manifest: Manifest = { ...newManifest(tree), adapters: { ...newManifest(tree).adapters, ...scopes } };
      if (crc !== null) manifest.source!.fsm_crc32c = crc;
      expect(readManifest(manifestBytes(manifest), 'x')).toStrictEqual(plain(manifest));
    }),
  );
});

test('a live manifest that is written and read is the same manifest', () => {
  const live = fc.record(
    { read_ts: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }), pin_token_sha256: text },
    { requiredKeys: ['read_ts'] },
  );
  fc.assert(
    fc.property(decoded, live, (tree, section) => {
      const { source: _, ...manifest } = newManifest(tree);
      const pinned: Manifest = { ...manifest, phase: 'phase1-live-pinned', live: section };
      expect(readManifest(manifestBytes(pinned), 'x')).toStrictEqual(plain(pinned));
    }),
  );
});

/** With the usual prototype everywhere; the generated records have none. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}
