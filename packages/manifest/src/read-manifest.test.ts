import { DataError, type Warning } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { adapterInManifest } from './adapter-in-manifest.ts';
import { goldenManifests } from './golden-cases.test-data.ts';
import { lastCommitTs } from './last-commit-ts.ts';
import { edited, Raw, REAL_MANIFEST } from './manifest.test-data.ts';
import { ManifestError, ManifestVersionError } from './manifest-error.ts';
import type { Manifest } from './manifest-schema.ts';
import { readManifest } from './read-manifest.ts';

function refusal(bytes: Uint8Array): ManifestError {
  try {
    readManifest(bytes, 'dump/MANIFEST.json');
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    expect(error).toBeInstanceOf(DataError);
    return error as ManifestError;
  }
  throw new Error('the manifest was accepted');
}

function read(fields: Readonly<Record<string, unknown>>): Manifest {
  return readManifest(edited(fields), 'dump/MANIFEST.json');
}

function warnings(bytes: Uint8Array): Warning[] {
  const given: Warning[] = [];
  readManifest(bytes, 'dump/MANIFEST.json', { warn: (warning) => given.push(warning) });
  return given;
}

describe('golden manifests', () => {
  const refused = [
    'tree/manifest-rejected-syntax',
    'tree/manifest-version-gate',
    'tree/manifest-rejected-types',
    'tree/manifest-rejected-fields',
    'tree/manifest-rejected-phase-sections',
    'tree/beyond-reference/policy-fields-checked',
  ].flatMap(goldenManifests);
  const accepted = [
    'tree/manifest-accepted',
    'tree/manifest-u64-precision',
    'tree/beyond-reference/phase1-timestamp',
  ].flatMap(goldenManifests);

  test.each(refused)('$name is refused with the words of the case, in one line', ({ bytes, exit, words }) => {
    const { message } = refusal(bytes);
    expect(exit).toBe(2);
    for (const word of words) expect(message.toLowerCase()).toContain(word.toLowerCase());
    expect(message).not.toContain('\n');
  });

  test.each(accepted)('$name is accepted, its timestamp is that of the snapshot', ({ bytes, exit, wanted }) => {
    expect(exit).toBe(0);
    expect(lastCommitTs(readManifest(bytes, 'MANIFEST.json'))).toBe(wanted!.readBigUInt64LE(8));
  });
});

describe('row 2: one JSON object', () => {
  test.each([
    ['a field twice', REAL_MANIFEST.replace('"phase"', '"format_version": 1, "phase"')],
    ['a field of an unknown object twice', REAL_MANIFEST.replace('"phase"', '"later": {"a": 1, "a": 2}, "phase"')],
    ['a lone surrogate escape', REAL_MANIFEST.replace('0000042.fsm', '\\ud800')],
    ['nesting beyond 10000 levels', REAL_MANIFEST.replace('"phase"', `"later": ${'['.repeat(10_000)}`)],
    ['text', '"phase"'],
    ['a fraction', '1.5'],
  ])('%s is refused with path, line and column, and no field', (_, text) => {
    const error = refusal(Buffer.from(text));
    expect(error.message).toMatch(/^dump\/MANIFEST\.json:\d+:\d+: /);
    expect(error.field).toBe('');
  });

  test('invalid UTF-8 is refused', () => {
    const error = refusal(Buffer.from(REAL_MANIFEST.replace('0000042.fsm', '\xff'), 'latin1'));
    expect(error.message).toBe('dump/MANIFEST.json:9:18: invalid UTF-8');
  });
});

describe('rows 3 to 5: the format version', () => {
  test.each([undefined, null, '1', true, -1, new Raw('1.0'), new Raw('1e0'), new Raw('-0'), 4294967296n, [], {}])(
    'format_version %s is broken, not another version',
    (value) => {
      const error = refusal(edited({ format_version: value }));
      expect(error).not.toBeInstanceOf(ManifestVersionError);
      expect(error.field).toBe('format_version');
    },
  );

  test.each([0, 2, 4294967295])('format_version %s is an unsupported version of a newer tool', (version) => {
    const error = refusal(edited({ format_version: version }));
    expect(error).toBeInstanceOf(ManifestVersionError);
    expect((error as ManifestVersionError).version).toBe(version);
    expect(error.field).toBe('format_version');
    expect(error.message).toMatch(/unsupported version/);
    expect(error.message).toContain(`format_version is ${version}, but this ekv reads 1 only`);
    expect(error.message).toContain('a newer tool wrote it');
  });

  test('a newer version is told before anything that is wrong with other fields', () => {
    const error = refusal(edited({ format_version: 2, phase: 3, adapters: [], exclusions: null, wall_time_iso: 0 }));
    expect(error).toBeInstanceOf(ManifestVersionError);
  });
});

describe('row 6: types and ranges', () => {
  const integers = ['1', true, -1, [], {}, new Raw('1.0'), new Raw('1e3'), new Raw('-0'), new Raw('9'.repeat(30))];
  const u64 = 'an integer from 0 to 18446744073709551615 in plain digits';
  const u32 = 'an integer from 0 to 4294967295 in plain digits';
  test.each([
    ...['snapshot_index', 'last_commit_ts', 'live.read_ts'].flatMap((field) =>
      [...integers, 1n << 64n].map((value) => [field, value, u64] as const),
    ),
    ...[...integers, 1n << 32n].map((value) => ['key_segment_max_bytes', value, u32] as const),
    ...['elastickv_version', 'cluster_id', 'source.fsm_path', 'source.fsm_crc32c', 'live.pin_token_sha256'].flatMap(
      (field) => [1, new Raw('1.5'), false, [], {}].map((value) => [field, value, 'a string'] as const),
    ),
    ...['source', 'live', 'adapters', 'adapters.redis', 'adapters.sqs', 'exclusions'].flatMap((field) =>
      [1, new Raw('1.5'), 'x', true, []].map((value) => [field, value, 'an object'] as const),
    ),
    ...['exclusions.include_orphans', 'exclusions.rename_s3_collisions'].flatMap((field) =>
      [0, 'true', [], {}].map((value) => [field, value, 'true or false'] as const),
    ),
    ...['tables', 'buckets', 'queues'].flatMap((name) =>
      [1, 'x', {}].map((value) => [`adapters.redis.${name}`, value, 'an array of strings'] as const),
    ),
    ['adapters.redis.databases', 0, 'an array of integers'] as const,
  ])('%s may not be %s', (field, value, rule) => {
    const error = refusal(edited({ [field]: value }));
    expect(error.field).toBe(field);
    expect(error.message.startsWith(`dump/MANIFEST.json: ${field} is `)).toBe(true);
    expect(error.message.endsWith(`, but must be ${rule}`)).toBe(true);
  });

  test.each([
    ['adapters.s3.buckets', ['a', 1], 'adapters.s3.buckets[1] is 1, but must be a string'],
    ['adapters.s3.tables', [null], 'adapters.s3.tables[0] is null, but must be a string'],
    ['adapters.redis.databases', [4294967296], 'adapters.redis.databases[0] is 4294967296, but must be an integer'],
    ['cluster_id', ['a'], 'cluster_id is an array, but must be a string'],
    ['last_commit_ts', 'a\n\u001b"', 'last_commit_ts is "a\\x0a\\x1b"", but must be'],
    ['source', 'x'.repeat(1000), `source is "${'x'.repeat(120)}... (1000 bytes)", but must be an object`],
  ])('%s: the message shows in one short line what was found', (field, value, message) => {
    expect(refusal(edited({ [field]: value })).message).toContain(`dump/MANIFEST.json: ${message}`);
  });

  test('a wrong type is told before any missing or wrong value', () => {
    const fields = {
      phase: 'x',
      exclusions: null,
      adapters: undefined,
      checksum_algorithm: 'md5',
      live: { read_ts: -1 },
    };
    expect(refusal(edited(fields)).field).toBe('live.read_ts');
    expect(refusal(edited({ exclusions: null, phase: 3 })).field).toBe('phase');
    expect(refusal(edited({ exclusions: null, wall_time_iso: 3 })).field).toBe('wall_time_iso');
    expect(refusal(edited({ exclusions: null, dynamodb_layout: {} })).field).toBe('dynamodb_layout');
  });

  test.each(['snapshot_index', 'last_commit_ts'] as const)(
    '%s holds every unsigned 64-bit integer exactly',
    (field) => {
      for (const value of [0n, 1n, 9007199254740993n, (1n << 63n) + 1n, (1n << 64n) - 1n]) {
        expect(read({ [field]: value })[field]).toBe(value);
      }
    },
  );
});

test('all that is wrong with the fields is told in one message, each field once', () => {
  const { message, field, fields } = refusal(Buffer.from('{"Phase": "x", "cluster_id": 7, "adapters": {"redis": {}}}'));
  expect(field).toBe('format_version');
  expect(fields).toHaveLength(15);
  expect(message.startsWith('dump/MANIFEST.json: 15 fields are wrong: format_version is missing, but must be ')).toBe(
    true,
  );
  expect(message).toContain('; cluster_id is 7, but must be a string; ');
  expect(message).toContain(
    '; phase is missing, but must be "phase0-snapshot-decode" or "phase1-live-pinned" (there is Phase; ',
  );
  for (const name of ['include_orphans', 'wall_time_iso', 'checksum_algorithm', 's3_meta_suffix', 'dynamodb_layout']) {
    expect(message.split(`${name} is missing`)).toHaveLength(2);
  }
});

describe('rows 7 to 12: what is required', () => {
  /** Each with its first wrong field, in the order of the checks. */
  const rules: ReadonlyArray<[field: string, value: unknown, rule: string]> = [
    ['exclusions.include_incomplete_uploads', undefined, 'true or false'],
    ['exclusions.include_orphans', undefined, 'true or false'],
    ['exclusions.preserve_sqs_visibility', undefined, 'true or false'],
    ['exclusions.include_sqs_side_records', undefined, 'true or false'],
    ['phase', 'Phase0-snapshot-decode', '"phase0-snapshot-decode" or "phase1-live-pinned"'],
    ['wall_time_iso', '2026-01-02T03:04:05', 'a time that exists, with its zone'],
    ['adapters', undefined, 'an object'],
    ['checksum_algorithm', 'md5', '"sha256", the only value implemented'],
    ['checksum_format', 'bsd', '"sha256sum", the only value implemented'],
    ['encoded_filename_charset', 'x', '"rfc3986-unreserved-plus-percent", the only value implemented'],
    ['key_segment_max_bytes', 10, '240, the only value implemented'],
    ['s3_meta_suffix', '.meta', '".elastickv-meta.json", the only value implemented'],
    ['s3_collision_strategy', 'none', '"leaf-data-suffix", the only value implemented'],
    ['dynamodb_layout', 'bundle', '"per-item" or "jsonl"'],
    ['live', { read_ts: 5 }, 'absent in phase "phase0-snapshot-decode"'],
  ];

  test.each(rules)('%s may not be %s', (field, value, rule) => {
    const error = refusal(edited({ [field]: value }));
    expect(error.field).toBe(field);
    expect(error.message).toContain(`but must be ${rule}`);
    if (typeof value === 'string') expect(error.message).toContain(`is "${value}"`);
  });

  test.each(rules.slice(0, -1))('%s may not be missing or null', (field) => {
    expect(refusal(edited({ [field]: undefined })).message).toContain(`${field} is missing, but must be `);
    expect(refusal(edited({ [field]: null })).message).toContain(`${field} is null, but must be `);
    expect(refusal(edited({ [field]: null })).field).toBe(field);
  });

  test.each(['checksum_algorithm', 's3_meta_suffix', 'wall_time_iso', 'phase', 'dynamodb_layout'])(
    '%s may not be empty',
    (field) => {
      expect(refusal(edited({ [field]: '' })).message).toContain(`${field} is "", but must be `);
    },
  );

  test('of several broken rules the first in the order of the checks is told', () => {
    for (let first = 0; first < rules.length; first++) {
      const broken = Object.fromEntries(rules.slice(first));
      expect(refusal(edited(broken)).field).toBe(rules[first]![0]);
    }
  });

  test.each([null, undefined, {}])('exclusions %s: the first flag is missing', (exclusions) => {
    expect(refusal(edited({ exclusions })).field).toBe('exclusions.include_incomplete_uploads');
  });

  const live = { phase: 'phase1-live-pinned', source: undefined };
  test.each([
    [
      { ...live, source: {}, live: { read_ts: 5 } },
      'source',
      'source is an object, but must be absent in phase "phase1',
    ],
    [{ ...live }, 'live', 'live is missing, but must be an object with read_ts in phase "phase1'],
    [{ ...live, live: null }, 'live', 'live is null, but must be an object with read_ts'],
    [{ ...live, live: {} }, 'live.read_ts', 'live.read_ts is missing, but must be the timestamp of the data, above 0'],
    [{ ...live, live: { read_ts: 0 } }, 'live.read_ts', 'live.read_ts is 0, but must be'],
    [{ ...live, source: {} }, 'source', 'source is an object'],
  ])('phase 1 may not have %j', (fields, field, message) => {
    const error = refusal(edited(fields));
    expect(error.field).toBe(field);
    expect(error.message).toContain(message);
  });
});

describe('what is accepted', () => {
  test('the fields have the names and values of the file', () => {
    expect(
      read({ cluster_id: 'c-1', 'exclusions.rename_s3_collisions': true, 'adapters.s3': undefined }),
    ).toStrictEqual({
      format_version: 1,
      phase: 'phase0-snapshot-decode',
      elastickv_version: 'dev',
      cluster_id: 'c-1',
      snapshot_index: 42n,
      last_commit_ts: 117664584157167650n,
      wall_time_iso: '2026-01-02T03:04:05.123456789Z',
      source: { fsm_path: '0000042.fsm' },
      adapters: { dynamodb: {}, redis: {}, sqs: {} },
      exclusions: {
        include_incomplete_uploads: false,
        include_orphans: false,
        preserve_sqs_visibility: false,
        include_sqs_side_records: false,
        rename_s3_collisions: true,
      },
      checksum_algorithm: 'sha256',
      checksum_format: 'sha256sum',
      encoded_filename_charset: 'rfc3986-unreserved-plus-percent',
      key_segment_max_bytes: 240,
      s3_meta_suffix: '.elastickv-meta.json',
      s3_collision_strategy: 'leaf-data-suffix',
      dynamodb_layout: 'per-item',
    });
  });

  test.each([undefined, null])('optional fields that are %s are empty, 0 or not there', (nothing) => {
    const optional = {
      elastickv_version: nothing,
      cluster_id: nothing,
      snapshot_index: nothing,
      last_commit_ts: nothing,
      source: nothing,
      live: nothing,
      'exclusions.rename_s3_collisions': nothing,
      'adapters.redis.tables': nothing,
    };
    const manifest = read(optional);
    expect(manifest).toMatchObject({ elastickv_version: '', cluster_id: '', snapshot_index: 0n, last_commit_ts: 0n });
    expect(Object.keys(manifest)).not.toContain('source');
    expect(Object.keys(manifest)).not.toContain('live');
    expect(manifest.exclusions.rename_s3_collisions).toBeUndefined();
    expect(manifest.adapters.redis).toStrictEqual({});
    expect(warnings(edited(optional))).toEqual([]);
  });

  test('a manifest without rename_s3_collisions can be told from one that says false', () => {
    expect(readManifest(Buffer.from(REAL_MANIFEST), 'x').exclusions.rename_s3_collisions).toBeUndefined();
    expect(read({ 'exclusions.rename_s3_collisions': false }).exclusions.rename_s3_collisions).toBe(false);
    expect(read({ 'exclusions.rename_s3_collisions': true }).exclusions.rename_s3_collisions).toBe(true);
  });

  test('both layouts of DynamoDB are accepted', () => {
    expect(read({ dynamodb_layout: 'jsonl' }).dynamodb_layout).toBe('jsonl');
    expect(read({ dynamodb_layout: 'per-item' }).dynamodb_layout).toBe('per-item');
  });

  test('an adapter is in the dump unless it is absent or null', () => {
    const manifest = read({ 'adapters.dynamodb': null, 'adapters.s3': undefined, 'adapters.sqs.queues': ['q'] });
    const names = (['dynamodb', 's3', 'redis', 'sqs'] as const).filter((name) => adapterInManifest(manifest, name));
    expect(names).toEqual(['redis', 'sqs']);
  });

  test('every adapter may have any of the four lists', () => {
    const lists = { tables: ['t'], buckets: [], databases: [0, 4294967295], queues: ['q', ''] };
    expect(read({ 'adapters.redis': lists }).adapters.redis).toStrictEqual(lists);
  });
});

describe('the timestamp of the data', () => {
  const live = { phase: 'phase1-live-pinned', source: undefined, 'live.read_ts': 7 };
  test.each([
    ['phase 0', {}, 117664584157167650n],
    ['phase 0 without last_commit_ts', { last_commit_ts: undefined }, 0n],
    ['phase 1', live, 117664584157167650n],
    ['phase 1 without last_commit_ts', { ...live, last_commit_ts: undefined }, 7n],
    ['phase 1 with last_commit_ts 0', { ...live, last_commit_ts: 0 }, 7n],
  ])('%s', (_, fields, timestamp) => {
    expect(lastCommitTs(read(fields))).toBe(timestamp);
  });
});

describe('unknown fields', () => {
  test('fields at any depth give one warning with their names and count', () => {
    const fields = { zz: { deep: [1.5] }, 'source.later': 1, 'adapters.kafka': null, 'adapters.s3.later': {} };
    expect(warnings(edited(fields))).toEqual([
      {
        event: 'manifest_unknown_fields',
        message: expect.stringMatching(
          /^dump\/MANIFEST\.json: .* ignored: source\.later, adapters\.s3\.later, adapters\.kafka, zz$/,
        ),
        fields: { path: 'dump/MANIFEST.json', names: 'source.later, adapters.s3.later, adapters.kafka, zz', count: 4 },
      },
    ]);
  });

  test('of many names the first five are shown', () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`later${i}`, i]));
    const [warning] = warnings(edited(fields));
    expect(warning!.fields).toMatchObject({ names: 'later0, later1, later2, later3, later4', count: 1000 });
    expect(warning!.message).toContain('later4 and 995 more');
  });

  test('names that no object should have are harmless', () => {
    const text = REAL_MANIFEST.replace('"phase"', '"__proto__": {"cluster_id": "x"}, "constructor": 1, "phase"');
    const manifest = readManifest(Buffer.from(text), 'x');
    expect(manifest.cluster_id).toBe('');
    expect(Object.getPrototypeOf(manifest)).toBe(Object.prototype);
    expect(warnings(Buffer.from(text))[0]!.fields.names).toBe('__proto__, constructor');
  });

  test('a name in other case is an unknown field', () => {
    const bytes = Buffer.from(REAL_MANIFEST.replace('"last_commit_ts"', '"Last_Commit_TS"'));
    expect(readManifest(bytes, 'x').last_commit_ts).toBe(0n);
    expect(warnings(bytes)[0]!.fields).toMatchObject({ names: 'Last_Commit_TS', count: 1 });
  });

  test('for a required field the message points to the same name in other case', () => {
    const hint = (name: string) =>
      refusal(Buffer.from(REAL_MANIFEST.replace(`"${name}"`, `"${name.toUpperCase()}"`))).message;
    expect(hint('phase')).toMatch(/phase is missing, .* \(there is PHASE; the case of field names matters\)$/);
    expect(hint('exclusions')).toMatch(/\(there is EXCLUSIONS; /);
    expect(hint('include_orphans')).toMatch(/\(there is exclusions\.INCLUDE_ORPHANS; /);
  });

  test('a manifest that is refused gives no warning', () => {
    const given: Warning[] = [];
    const bytes = edited({ zz: 1, phase: 'x' });
    expect(() => readManifest(bytes, 'x', { warn: (warning) => given.push(warning) })).toThrow(ManifestError);
    expect(given).toEqual([]);
  });
});

describe('the extension', () => {
  const read = (ekv: unknown) => {
    const warnings: Warning[] = [];
    return { manifest: readManifest(edited({ ekv }), 'M', { warn: (warning) => warnings.push(warning) }), warnings };
  };

  test('of version 1 is known', () => {
    const { manifest, warnings } = read({ version: 1, partial: { rows: 3, new_kind: 1 } });
    expect([manifest.ekv, warnings]).toEqual([{ version: 1, partial: { rows: 3n, new_kind: 1n } }, []]);
    expect(read({ version: 1 }).manifest.ekv).toEqual({ version: 1 });
    expect(read(null).manifest.ekv).toBeUndefined();
  });

  test('of another version is ignored with a warning, whatever it holds', () => {
    for (const [version, shown] of [
      [2, '2'],
      ['1', '"1"'],
      [undefined, 'missing'],
    ] as const) {
      const { manifest, warnings } = read({ version, partial: 'another form' });
      expect(manifest.ekv).toBeUndefined();
      expect(warnings).toMatchObject([
        { event: 'manifest_unknown_fields', doubt: true, fields: { names: `ekv (of version ${shown})`, count: 1 } },
      ]);
    }
  });

  test('of version 1 may hold members that mean nothing yet', () => {
    const { warnings } = read({ version: 1, later: [] });
    expect(warnings).toMatchObject([{ event: 'manifest_unknown_fields', doubt: true, fields: { names: 'ekv.later' } }]);
  });

  test.each([[5], ['text'], [[]], [{ version: 1, partial: { rows: -1 } }], [{ version: 1, partial: [] }]])(
    '%j is refused',
    (ekv) => {
      expect(() => read(ekv)).toThrow(ManifestError);
    },
  );
});
