import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENCODE_INFO, REAL_ENCODE_INFO } from './encode-info.test-data.ts';
import { EncodeInfoError } from './encode-info-error.ts';
import type { EncodeInfo } from './encode-info-schema.ts';
import { extensionOf } from './extension.ts';
import { goldenFiles } from './golden-cases.test-data.ts';
import { readEncodeInfo } from './read-encode-info.ts';
import { readManifest } from './read-manifest.ts';
import { encodeInfoBytes } from './write-encode-info.ts';

test('a sidecar has the exact bytes of the example in the format description', () => {
  expect(encodeInfoBytes(ENCODE_INFO).toString()).toBe(REAL_ENCODE_INFO);
});

/** Those that `golden/restore` refuses are not as encode writes them. */
const sidecars = goldenFiles('{cli,dynamodb,field,live,redis,s3,snapshot,sqs,tree}/**/*.encode_info.json');

test('there are golden sidecars to compare with', () => {
  expect(sidecars.length).toBeGreaterThan(50);
});

test.each(sidecars)('$name is written with the bytes it was read from', ({ bytes }) => {
  expect(encodeInfoBytes(readEncodeInfo(bytes, 'x')).toString()).toBe(bytes.toString());
});

test('a cluster id of every kind of character goes from the manifest to the sidecar', () => {
  const [manifest] = goldenFiles('cli/sidecar-escapes/t/MANIFEST.json');
  const [sidecar] = goldenFiles('cli/sidecar-escapes/want/*.encode_info.json');
  const { cluster_id } = readManifest(manifest!.bytes, 'x');
  expect(readEncodeInfo(sidecar!.bytes, 'x').manifest_cluster_id).toBe(cluster_id);
  const written = encodeInfoBytes({ ...readEncodeInfo(sidecar!.bytes, 'x'), manifest_cluster_id: cluster_id });
  expect(written.toString()).toBe(sidecar!.bytes.toString());
});

test('<, > and & are escaped, / is not', () => {
  const written = encodeInfoBytes({ ...ENCODE_INFO, input_root: '/a<b>&c', adapters_enabled: ['<&>'] }).toString();
  expect(written).toContain('"input_root": "/a\\u003cb\\u003e\\u0026c"');
  expect(written).toContain('"adapters_enabled": [\n    "\\u003c\\u0026\\u003e"\n  ]');
});

test('an empty cluster id is left out, other empty values are not', () => {
  const written = encodeInfoBytes({
    ...ENCODE_INFO,
    manifest_cluster_id: '',
    input_root: '',
    manifest_last_commit_ts: 0n,
  });
  expect(written.toString()).toBe(
    REAL_ENCODE_INFO.replace(/ {2}"manifest_cluster_id".*\n/, '')
      .replace('"input_root": "out"', '"input_root": ""')
      .replace(/"manifest_last_commit_ts": \d+/, '"manifest_last_commit_ts": 0'),
  );
});

test('no adapters are an empty array on one line', () => {
  expect(encodeInfoBytes({ ...ENCODE_INFO, adapters_enabled: [] }).toString()).toContain('"adapters_enabled": [],\n');
});

test.each<[string, Partial<Record<keyof EncodeInfo, unknown>>]>([
  ['format_version', { format_version: 2 }],
  ['format_version', { format_version: undefined }],
  ['last_commit_ts', { last_commit_ts: 1n << 64n }],
  ['manifest_last_commit_ts', { manifest_last_commit_ts: -1n }],
  ['encoder_key_format_version', { encoder_key_format_version: 1.5 }],
])('the writer refuses what the reader refuses: %s %s', (field, fields) => {
  const info = { ...ENCODE_INFO, ...fields } as EncodeInfo;
  expect(() => encodeInfoBytes(info)).toThrow(EncodeInfoError);
  expect(() => encodeInfoBytes(info)).toThrow(expect.objectContaining({ field }));
});

test('a sidecar that is written and read is the same sidecar', () => {
  const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const infos: fc.Arbitrary<EncodeInfo> = fc.record(
    {
      format_version: fc.constant(1 as const),
      encoder_version: text,
      encoder_key_format_version: fc.nat({ max: 0xffff_ffff }),
      wall_time_iso: text,
      input_root: text,
      output_fsm_path: text,
      output_fsm_sha256: text,
      last_commit_ts: u64,
      last_commit_ts_overridden: fc.boolean(),
      manifest_last_commit_ts: u64,
      manifest_cluster_id: text,
      adapters_enabled: fc.array(text),
      self_test: fc.record({ ran: fc.boolean(), matched: fc.boolean() }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(infos, (info) => {
      expect(readEncodeInfo(encodeInfoBytes(info), 'x')).toEqual(info);
    }),
  );
});

test('what a snapshot lacks stands in the extension, the last member, and is read back', () => {
  const partial = { rows: 2n, bytes: 18_446_744_073_709_551_615n };
  const text = encodeInfoBytes({ ...ENCODE_INFO, ekv: { version: 1, partial } }).toString();
  const member =
    '  "ekv": {\n    "version": 1,\n    "partial": {\n      "rows": 2,\n      "bytes": 18446744073709551615\n    }\n  }';
  expect(text).toBe(REAL_ENCODE_INFO.replace(/\n}\n$/, `,\n${member}\n}\n`));
  expect(readEncodeInfo(Buffer.from(text), 'x').ekv).toEqual({ version: 1, partial });
});

test('the sidecar of a snapshot that is one of several says its group and the ranges, and is read again', () => {
  const ekv = extensionOf({ part: { group: 2n ** 64n - 1n, ranges: ':m=1,m:=2' } }).ekv!;
  const text = encodeInfoBytes({ ...ENCODE_INFO, ekv }).toString();
  expect(text).toContain(
    '  "ekv": {\n    "version": 1,\n    "group": 18446744073709551615,\n    "ranges": ":m=1,m:=2"\n  }',
  );
  expect(readEncodeInfo(Buffer.from(text), 'x').ekv).toEqual(ekv);
});
