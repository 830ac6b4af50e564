import { DataError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { ENCODE_INFO, REAL_ENCODE_INFO } from './encode-info.test-data.ts';
import { EncodeInfoError, EncodeInfoVersionError } from './encode-info-error.ts';
import { readEncodeInfo } from './read-encode-info.ts';

const PATH = 'out.fsm.encode_info.json';

function refusal(text: string): EncodeInfoError {
  try {
    readEncodeInfo(Buffer.from(text), PATH);
  } catch (error) {
    expect(error).toBeInstanceOf(EncodeInfoError);
    expect(error).toBeInstanceOf(DataError);
    return error as EncodeInfoError;
  }
  throw new Error('the sidecar was accepted');
}

test('the example of the format description is read', () => {
  expect(readEncodeInfo(Buffer.from(REAL_ENCODE_INFO), PATH)).toStrictEqual(ENCODE_INFO);
});

test.each([
  ['null', 0, 'missing'],
  ['{}', 0, 'missing'],
  ['{"format_version": null}', 0, 'missing'],
  ['{"format_version": 0}', 0, '0'],
  ['{"format_version": 2}', 2, '2'],
  ['{"format_version": 4294967295}', 4294967295, '4294967295'],
  ['{"format_version": 2, "encoder_version": 5, "self_test": []}', 2, '2'],
])('%s is an unsupported version, whatever the other fields hold', (text, version, found) => {
  const error = refusal(text) as EncodeInfoVersionError;
  expect(error).toBeInstanceOf(EncodeInfoVersionError);
  expect(error.version).toBe(version);
  expect(error.field).toBe('format_version');
  expect(error.message).toContain(
    `${PATH}: unsupported version: format_version is ${found}, but this ekv reads 1 only`,
  );
});

test.each(['"1"', 'true', '1.0', '1e0', '-1', '-0', '4294967296', '[]', '{}'])(
  'format_version %s is broken, not another version',
  (version) => {
    const error = refusal(`{"format_version": ${version}, "self_test": []}`);
    expect(error).not.toBeInstanceOf(EncodeInfoVersionError);
    expect(error.field).toBe('format_version');
  },
);

test.each([
  '',
  '  ',
  '[]',
  '"x"',
  '1',
  '{"format_version": 1} {}',
  '{"format_version": 1}}',
  '\ufeff{"format_version": 1}',
  '{"format_version": 1, "format_version": 1}',
])('%j is not one JSON object', (text) => {
  const error = refusal(text);
  expect(error.field).toBe('');
  expect(error.message).toMatch(/^out\.fsm\.encode_info\.json:1:\d+: /);
});

test.each([
  ...[
    'encoder_version',
    'wall_time_iso',
    'input_root',
    'output_fsm_path',
    'output_fsm_sha256',
    'manifest_cluster_id',
  ].flatMap((field) => ['1', '1.5', 'true', '[]', '{}'].map((value) => [field, value, 'a string'])),
  ...['last_commit_ts', 'manifest_last_commit_ts'].flatMap((field) =>
    ['"1"', '1.0', '-0', '-1', '18446744073709551616'].map((value) => [
      field,
      value,
      'an integer from 0 to 18446744073709551615 in plain digits',
    ]),
  ),
  ['encoder_key_format_version', '4294967296', 'an integer from 0 to 4294967295 in plain digits'],
  ['encoder_key_format_version', '"1"', 'an integer from 0 to 4294967295 in plain digits'],
  ['last_commit_ts_overridden', '1', 'true or false'],
  ['adapters_enabled', '{}', 'an array of strings'],
  ['adapters_enabled', '"redis"', 'an array of strings'],
  ['self_test', '[]', 'an object'],
  ['self_test', '1.5', 'an object'],
])('%s may not be %s', (field, value, rule) => {
  const error = refusal(`{"format_version": 1, "${field}": ${value}}`);
  expect(error).not.toBeInstanceOf(EncodeInfoVersionError);
  expect(error.field).toBe(field);
  expect(error.message).toMatch(new RegExp(`^${PATH}: ${field} is .*, but must be ${rule}$`));
});

test.each([
  ['{"self_test": {"ran": "yes"}, "format_version": 1}', 'self_test.ran'],
  ['{"self_test": {"matched": 1}, "format_version": 1}', 'self_test.matched'],
  ['{"adapters_enabled": ["redis", 1], "format_version": 1}', 'adapters_enabled[1]'],
])('%s: a wrong type below is named in full', (text, field) => {
  expect(refusal(text).field).toBe(field);
});

const EMPTY = {
  format_version: 1,
  encoder_version: '',
  encoder_key_format_version: 0,
  wall_time_iso: '',
  input_root: '',
  output_fsm_path: '',
  output_fsm_sha256: '',
  last_commit_ts: 0n,
  last_commit_ts_overridden: false,
  manifest_last_commit_ts: 0n,
  manifest_cluster_id: '',
  adapters_enabled: [],
  self_test: { ran: false, matched: false },
};

test('absent fields are empty, 0 or false', () => {
  expect(readEncodeInfo(Buffer.from('{"format_version": 1}'), PATH)).toStrictEqual(EMPTY);
  expect(readEncodeInfo(Buffer.from('{"format_version": 1, "self_test": {}}'), PATH)).toStrictEqual(EMPTY);
});

test('null fields are absent fields', () => {
  const nulls = Object.keys(EMPTY)
    .slice(1)
    .map((name) => `"${name}": null`);
  expect(readEncodeInfo(Buffer.from(`{"format_version": 1, ${nulls}}`), PATH)).toStrictEqual(EMPTY);
});

test('unsigned 64-bit integers are exact', () => {
  const text =
    '{"format_version": 1, "last_commit_ts": 18446744073709551615, "manifest_last_commit_ts": 9007199254740993}';
  const info = readEncodeInfo(Buffer.from(text), PATH);
  expect([info.last_commit_ts, info.manifest_last_commit_ts]).toEqual([18446744073709551615n, 9007199254740993n]);
});

test('unknown fields are ignored with one warning', () => {
  const given: Warning[] = [];
  const text = REAL_ENCODE_INFO.replace('"ran"', '"later": [1.5], "ran"').replace(
    '"input_root"',
    '"Input_Root": 1, "input_root"',
  );
  const info = readEncodeInfo(Buffer.from(text), PATH, { warn: (warning) => given.push(warning) });
  expect(info).toStrictEqual(ENCODE_INFO);
  expect(given).toMatchObject([
    { event: 'encode_info_unknown_fields', fields: { path: PATH, names: 'Input_Root, self_test.later', count: 2 } },
  ]);
});

test('an extension of another version counts as a field that means nothing', () => {
  const warnings: Warning[] = [];
  const text = REAL_ENCODE_INFO.replace(/\n}\n$/, ',"ekv": {"version": 2, "partial": "another form"}}');
  const info = readEncodeInfo(Buffer.from(text), 'x', { warn: (warning) => warnings.push(warning) });
  expect(info.ekv).toBeUndefined();
  expect(warnings).toMatchObject([
    { event: 'encode_info_unknown_fields', doubt: true, fields: { names: 'ekv (of version 2)' } },
  ]);
});
