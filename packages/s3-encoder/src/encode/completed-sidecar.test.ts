import { expect, test } from 'vitest';
import { completedSidecar } from './completed-sidecar.ts';

const MD5 = '9e107d9d372bb6826bd81d3542a419d6';
const path = 's3/b/x.elastickv-meta.json';

const completed = (input: string, decoded: string) =>
  completedSidecar(path)!(Buffer.from(input), Buffer.from(decoded)).toString();

const decoded = `{\n  "format_version": 1,\n  "etag": "${MD5}",\n  "size_bytes": 3\n}`;

test('an absent etag is put where decode writes it', () => {
  expect(completed('{\n  "format_version": 1,\n  "size_bytes": 3\n}', decoded)).toBe(decoded);
});

test.each(['null', '""'])('an etag of %s is replaced', (etag) => {
  expect(completed(decoded.replace(`"${MD5}"`, etag), decoded)).toBe(decoded);
});

test('all else stays, so that what differs still differs', () => {
  expect(completed('{ "size_bytes":4, "format_version" : 1 }', decoded)).toBe(
    `{ "size_bytes":4, "format_version" : 1 ,\n  "etag": "${MD5}"}`,
  );
});

test.each([
  ['an etag that is there', decoded.replace(MD5, 'other')],
  ['a file that is no JSON', '{"format_version":1'],
  ['a file without a version', '{}'],
])('%s stays', (_, input) => {
  expect(completed(input, decoded)).toBe(input);
});

test('only an MD5 is taken from what was decoded', () => {
  const input = '{\n  "format_version": 1\n}';
  expect(completed(input, decoded.replace(MD5, 'x'))).toBe(input);
});

test('files that are no sidecars are compared as they are', () => {
  expect(completedSidecar('s3/b/_bucket.json')).toBeUndefined();
});
