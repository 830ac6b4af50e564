import { JsonBytes } from '@ekv/dump-tree';
import { expect, test } from 'vitest';
import { writeStreamClosingLine, writeStreamEntryLine } from './stream-jsonl.ts';

test('an entry is one compact line, names and values in their order', () => {
  const json = new JsonBytes();
  writeStreamEntryLine(
    json,
    18446744073709551615n,
    0n,
    ['b', '1', 'a', '<é>\n'].map((text) => Buffer.from(text)),
  );
  expect(json.view().toString()).toBe(
    '{"id":"18446744073709551615-0","fields":[{"name":"b","value":"1"},{"name":"a","value":"\\u003cé\\u003e\\n"}]}\n',
  );
});

test('an entry without fields has an empty list', () => {
  const json = new JsonBytes();
  writeStreamEntryLine(json, 0n, 1n, []);
  expect(json.view().toString()).toBe('{"id":"0-1","fields":[]}\n');
});

test('the closing line holds exact numbers, and the expiry that it is given', () => {
  const json = new JsonBytes();
  const metadata = { count: 2n ** 63n - 1n, lastMs: 2n ** 64n - 1n, lastSeq: 0n, expireAtMs: null };
  writeStreamClosingLine(json, metadata, 77n);
  expect(json.view().toString()).toBe(
    '{"_meta":true,"length":9223372036854775807,"last_ms":18446744073709551615,"last_seq":0,"expire_at_ms":77}\n',
  );
});
