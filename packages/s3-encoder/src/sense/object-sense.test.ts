import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodedObjects, sidecarOf } from '../hand-made-tree.test-data.ts';

const md5 = (body: string) => createHash('md5').update(body).digest('hex');

const found = (fields: object, body = 'body') =>
  encodedObjects({ x: { body, sidecar: sidecarOf(body, fields) } }).warnings;

describe('an etag of 32 hex digits', () => {
  test('that is the MD5 of the body in either case tells nothing, as do etags of other forms', () => {
    for (const etag of [md5('body'), md5('body').toUpperCase(), `${md5('')}-2`, 'e', 'g'.repeat(32)])
      expect(found({ etag })).toEqual([]);
  });

  test.each(['body', '', 'x'.repeat(20_000), 'y'.repeat(3 << 20)])(
    'that is not the MD5 of the body is a doubt, with both digests (body %#)',
    (body) => {
      const other = md5('other');
      expect(found({ etag: other }, body)).toEqual([
        expect.objectContaining({
          event: 's3_etag_mismatch',
          doubt: true,
          fields: {
            count: 1,
            example: expect.stringContaining(`the etag is ${other}, the MD5 of the body is ${md5(body)}`),
          },
          message: expect.stringContaining('the option complete'),
        }),
      ]);
    },
  );
});

describe('an absent etag', () => {
  test.each([{}, { etag: null }, { etag: '' }])('is one warning without weight: %j', (fields) => {
    const [warning, ...others] = found({ etag: undefined, ...fields });
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ event: 's3_etag_absent', fields: { count: 1 } });
    expect(warning).not.toHaveProperty('loss');
    expect(warning).not.toHaveProperty('doubt');
  });

  test.each(['', 'body', 'x'.repeat(20_000), 'y'.repeat(3 << 20)])('is computed with complete (body %#)', (body) => {
    const sidecar = sidecarOf(body, { etag: undefined });
    const { heads, warnings } = encodedObjects({ x: { body, sidecar } }, { complete: true });
    expect(warnings).toEqual([]);
    expect(heads.x).toMatchObject({ etag: md5(body) });
    if (body !== '') expect(heads.x.parts).toMatchObject([{ etag: md5(body) }]);
  });

  test('alone is computed: one that differs stays, and is told', () => {
    const sidecar = sidecarOf('body', { etag: md5('other') });
    const { heads, warnings } = encodedObjects({ x: { body: 'body', sidecar } }, { complete: true });
    expect(warnings).toMatchObject([{ event: 's3_etag_mismatch' }]);
    expect(heads.x).toMatchObject({ etag: md5('other') });
  });
});

describe('texts of a sidecar', () => {
  test('that headers carry are no finding', () => {
    const fields = {
      content_type: 'text/html; charset=utf-8',
      content_disposition: 'attachment; filename="a\tb"',
      user_metadata: { 'a-b.c_d': 'x y', UPPER: '~', empty: '' },
    };
    expect(found(fields)).toEqual([]);
  });

  test.each([
    ['a line end', { cache_control: 'a\r\nb' }],
    ['a control character', { content_type: 'a\u0000' }],
    ['a delete', { user_metadata: { a: '\u007f' } }],
    ['a blank at an end', { user_metadata: { a: 'x ' } }],
    ['quotes around an etag', { etag: `"${md5('body')}"` }],
    ['16 KiB of metadata', { user_metadata: { a: 'x'.repeat(16 << 10) } }],
  ])('with %s are a doubt', (_, fields) => {
    expect(found(fields)).toMatchObject([{ event: 's3_unservable_headers', doubt: true, fields: { count: 1 } }]);
  });

  test('that are not ASCII are a doubt', () => {
    expect(found({ user_metadata: { a: 'für' } })).toMatchObject([{ event: 's3_non_ascii_headers', doubt: true }]);
  });

  test.each([
    ['empty', { '': 'x' }],
    ['with a blank', { 'a b': 'x' }],
    ['that are not ASCII', { ä: 'x' }],
    ['with a colon', { 'a:': 'x' }],
    ['that differ in case alone', { a: 'x', A: 'y' }],
  ])('that are names of metadata %s are a doubt', (_, user_metadata) => {
    expect(found({ user_metadata })).toMatchObject([{ event: 's3_unservable_metadata_names', doubt: true }]);
  });

  test('that tell of no part, or of more than 10000, are a doubt', () => {
    for (const parts of [0, 10_001, '9'.repeat(400)])
      expect(found({ etag: `${md5('')}-${parts}` })).toMatchObject([{ event: 's3_beyond_limits', doubt: true }]);
    for (const parts of [1, 10_000]) expect(found({ etag: `${md5('')}-${parts}` })).toEqual([]);
  });
});

test.each([
  ['1970-01-21T10:55:12Z', ['s3_last_modified_in_seconds']],
  ['1973-03-03T09:46:39.999Z', ['s3_last_modified_in_seconds']],
  ['1973-03-03T09:46:40Z', []],
  ['1970-01-02T03:46:40Z', ['s3_last_modified_in_seconds']],
  ['1970-01-01T00:00:01Z', []],
])('the time %s of an object looks like seconds where those would be of our days: %j', (last_modified, events) => {
  const warnings = found({ last_modified });
  expect(warnings.map(({ event }) => event)).toEqual(events);
  for (const { message } of warnings)
    expect(message).toMatch(/\(1970-01-|\(1973-03-03T09:46:39\.999Z\).* look like seconds/);
});

test('keys that no request can name are told once, without weight', () => {
  const sidecar = sidecarOf('');
  const files = { '\xff': { body: '', sidecar }, 'a\\b': { body: '', sidecar }, '\xc3\xa9/x': { body: '', sidecar } };
  const long = `${'k'.repeat(200)}/`.repeat(6);
  const { warnings } = encodedObjects({ ...files, [`${long}x`]: { body: '', sidecar } });
  expect(warnings).toMatchObject([{ event: 's3_unservable_keys', fields: { count: 2 } }]);
});
