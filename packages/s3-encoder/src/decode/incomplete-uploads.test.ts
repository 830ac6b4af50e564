import { expect, test } from 'vitest';
import { bucketRow, decoded, events, id, objectRows, row, seg, u64 } from '../rows.test-data.ts';

const meta = (bucket: string, rest = '') => row(`!s3|upload|meta|${seg(bucket)}${rest}`, 'm');
const part = (key: string) => row(`!s3|upload|part|${key}`, '');
const whole = `${id('o')}${seg('u')}${u64(3n)}`;
const INCLUDED = { includeIncompleteUploads: true };

test('rows of open uploads are lines of their bucket: first uploads, then parts', () => {
  const { files } = decoded([part(whole), meta('b', 'rest'), meta('n\0l')], INCLUDED);
  const base64 = (key: string) => Buffer.from(key, 'latin1').toString('base64');
  expect(files).toEqual({
    'b/_incomplete_uploads/records.jsonl': [
      `{"prefix":"!s3|upload|meta|","key":"${base64(`!s3|upload|meta|${seg('b')}rest`)}","value":"bQ=="}\n`,
      `{"prefix":"!s3|upload|part|","key":"${base64(`!s3|upload|part|${whole}`)}","value":""}\n`,
    ].join(''),
    'n%00l/_incomplete_uploads/records.jsonl': `{"prefix":"!s3|upload|meta|","key":"${base64(`!s3|upload|meta|${seg('n\0l')}`)}","value":"bQ=="}\n`,
  });
});

test('without the switch they are left out unread, and their number is told', () => {
  const result = decoded([meta('..'), part('malformed'), bucketRow('b')]);
  expect(Object.keys(result.files)).toEqual(['b/_bucket.json']);
  expect(result.warnings).toMatchObject([{ event: 's3_open_uploads', fields: { uploads: 1, parts: 1 } }]);
});

test.each([
  ['a part that is cut', part(`${id('o')}${seg('u')}x`), /before its part number/],
  ['a part with more behind', part(`${whole}x`), /stand behind the end/],
  ['an upload without a bucket', row('!s3|upload|meta|b'), /bucket .* does not end/],
  ['an upload of the bucket ..', meta('..'), /cannot be named/],
])('with it %s is refused', (_, wrong, message) => {
  expect(() => decoded([wrong], INCLUDED)).toThrow(message);
});

test('an object in the place of their folder is refused', () => {
  const rows = [bucketRow('b', { generation: 1 }), ...objectRows('_incomplete_uploads', ''), meta('b')];
  expect(events(decoded(rows))).toEqual(['s3_open_uploads']);
  expect(() => decoded(rows, INCLUDED)).toThrow(/_incomplete_uploads/);
});
