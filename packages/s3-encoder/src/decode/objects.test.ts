import { describe, expect, test } from 'vitest';
import {
  blobRow,
  bodies,
  bucketRow,
  chunkKey,
  decoded,
  events,
  headRow,
  id,
  md5,
  objectRows,
  payloadRow,
  referenceRow,
  row,
  seg,
  sha256,
  u64,
} from '../rows.test-data.ts';

const ONE_CHUNK = { part_no: 1, chunk_count: 1 };
const BUCKET = bucketRow('b', { generation: 1 });

describe('which objects are written', () => {
  const both = [...objectRows('k', 'old', 1n), ...objectRows('k', 'live', 2n), ...objectRows('x', 'stale', 1n)];

  test('those of the active generation; of the others their number is told', () => {
    const result = decoded([bucketRow('b', { generation: 2 }), ...both]);
    expect(bodies(result)).toEqual({ k: 'live' });
    expect(result.warnings).toMatchObject([
      { event: 's3_stale_generation_objects', fields: { bucket: 'b', active_generation: 2n, objects: 2 }, loss: true },
    ]);
  });

  test('without an active generation all, and of one key the highest generation', () => {
    const result = decoded([bucketRow('b', {}), ...both]);
    expect(bodies(result)).toEqual({ k: 'live', x: 'stale' });
    expect(result.warnings).toMatchObject([{ event: 's3_several_generations', fields: { count: 1 }, loss: true }]);
  });

  test('chunks without a manifest are told, and make an object no folder', () => {
    const result = decoded([bucketRow('b', { generation: 1 }), ...objectRows('a', 'A'), blobRow(id('a/b'), 'open')]);
    expect(bodies(result)).toEqual({ a: 'A' });
    expect(result.warnings).toMatchObject([
      { event: 's3_orphan_chunks', fields: { bucket: 'b', object: 'a/b', chunks: 1 }, loss: true },
    ]);
  });

  test.each(['!s3|upload|meta|', '!s3|gc|upload|'])(
    'chunks of an upload with a %s row are told as those of an open upload, and are no loss',
    (family) => {
      const upload = (object: string, name: string) => row(`${family}${id(object)}${seg(name)}`, '{}');
      const rows = [
        bucketRow('b', { generation: 1 }),
        row(`${family}malformed`),
        upload('m', 'u1'),
        upload('o', 'u2'),
        upload('p', 'u'),
        ...['m', 'n', 'o', 'p'].map((object) => blobRow(id(object), object, 'u1')),
        blobRow(id('o'), 'open', 'u2'),
        blobRow(id('o'), 'open', 'u2', 1n, 1n),
        blobRow(id('o'), 'orphan', 'u3'),
        referenceRow(id('p'), 'x'),
      ];
      const told = decoded(rows).warnings.filter(({ event }) => event === 's3_orphan_chunks');
      expect(told.map(({ fields, loss = false }) => [fields.object, fields.chunks, loss])).toEqual([
        ['m', 1, false],
        ['n', 1, true],
        ['o', 2, true],
        ['o', 2, false],
        ['p', 1, true],
      ]);
      expect(told[0]!.message).toContain('open when the snapshot was taken');
    },
  );

  test('with includeOrphans chunks that belong to none are files', () => {
    const stale = blobRow(id('s', 9n), 'stale', 'u x', 2n, 3n, 5n);
    const result = decoded([bucketRow('b', { generation: 1 }), blobRow(id('a/b'), 'open'), stale], {
      includeOrphans: true,
    });
    expect(bodies(result)).toEqual({
      '_orphans/a%2Fb/gen-1/u_0000000000000001_0000000000000000_0000000000000000.bin': 'open',
      '_orphans/s/gen-9/u%20x_0000000000000002_0000000000000003_0000000000000005.bin': 'stale',
    });
    expect(result.warnings.map(({ event, loss }) => [event, loss])).toEqual([
      ['s3_orphan_chunks', false],
      ['s3_orphan_chunks', false],
      ['s3_stale_generation_objects', true],
    ]);
  });

  test('with includeOrphans a chunk above a MiB is written byte for byte', () => {
    const content = Buffer.alloc(1_572_864, 'orphan of 1.5 MiB').toString('latin1');
    const result = decoded([BUCKET, blobRow(id('a'), content), blobRow(id('z'), 'behind')], { includeOrphans: true });
    const path = '_orphans/a/gen-1/u_0000000000000001_0000000000000000_0000000000000000.bin';
    expect(bodies(result)[path] === content).toBe(true);
  });

  test('an object in the place of the folder of orphans is refused only when the folder is needed', () => {
    const rows = [bucketRow('b', { generation: 1 }), ...objectRows('_orphans', 'A'), blobRow(id('z'), 'open')];
    expect(bodies(decoded(rows))).toEqual({ _orphans: 'A' });
    expect(() => decoded(rows, { includeOrphans: true })).toThrow(/_orphans/);
  });
});

test('of a bucket without a row of its own all are written, and the warning says that encode lacks its file, and where the row may be', () => {
  const other = [bucketRow('c', { generation: 1 }), headRow(id('k', 1n, 'c'), {})];
  const { files, warnings } = decoded([...objectRows('k', 'x'), blobRow(id('z', 1n, 'a'), 'open'), ...other]);
  expect(Object.keys(files)).not.toContain('b/_bucket.json');
  expect(files['b/k']).toBe('x');
  const [warning, ...more] = warnings.filter(({ event }) => event === 's3_bucket_without_row');
  expect(warning).toMatchObject({ doubt: true, fields: { count: 2, example: 'the bucket "a"' } });
  expect(warning?.message).toMatch(
    /have no _bucket\.json.*; give the snapshots of all groups together, or write that file$/,
  );
  expect(more).toEqual([]);
});

describe('the body', () => {
  test('has the parts by number, then version, then chunks that are here before those elsewhere', () => {
    const identity = id('k');
    const parts = [
      { part_no: 3, chunk_count: 1 },
      { part_no: 1, chunk_count: 1, offloaded: true, chunk_ref_version: 7, chunk_sizes: [1] },
      { part_no: 1, chunk_count: 2, part_version: 9 },
      { part_no: 1, chunk_count: 1, part_version: 7 },
    ];
    const result = decoded([
      headRow(identity, { upload_id: 'u', size_bytes: 5, parts }),
      blobRow(identity, 'e', 'u', 3n, 0n),
      blobRow(identity, 'c', 'u', 1n, 0n, 9n),
      blobRow(identity, 'd', 'u', 1n, 1n, 9n),
      blobRow(identity, 'a', 'u', 1n, 0n, 7n),
      referenceRow(identity, 'b'),
      payloadRow('b'),
    ]);
    expect(bodies(result)).toEqual({ k: 'abcde' });
  });

  test('has no chunks of other uploads, versions and parts, and of those with count 0', () => {
    const identity = id('k');
    const result = decoded([
      BUCKET,
      headRow(identity, {
        upload_id: 'u',
        size_bytes: 1,
        parts: [
          { part_no: 1, chunk_count: 1, part_version: 9 },
          { part_no: 2, chunk_count: 0 },
        ],
      }),
      blobRow(identity, '!', 'other', 1n, 0n, 9n),
      blobRow(identity, '!', 'u', 1n, 0n, 8n),
      blobRow(identity, 'x', 'u', 1n, 0n, 9n),
      blobRow(identity, '!', 'u', 2n, 0n),
      blobRow(identity, '!', 'u', 3n, 0n),
    ]);
    expect([bodies(result), events(result)]).toEqual([{ k: 'x' }, []]);
  });

  test('an empty upload id is taken literally', () => {
    const identity = id('k');
    const rows = [headRow(identity, { size_bytes: 1, parts: [ONE_CHUNK] }), blobRow(identity, 'y', 'other')];
    expect(() => decoded(rows)).toThrow(/chunk 0 is missing/);
    expect(bodies(decoded([...rows, blobRow(identity, 'x', '')]))).toEqual({ k: 'x' });
  });

  test('of a MiB and more is written in pieces', () => {
    const content = 'x'.repeat(700_000);
    const identity = id('k');
    const parts = [{ part_no: 1, chunk_count: 3, etag: md5(content.repeat(3)) }];
    const chunks = [0n, 1n, 2n].map((chunk) => blobRow(identity, content, 'u', 1n, chunk));
    const result = decoded([BUCKET, headRow(identity, { upload_id: 'u', size_bytes: 2_100_000, parts }), ...chunks]);
    expect(bodies(result).k === content.repeat(3)).toBe(true);
    expect(events(result)).toEqual([]);
  });

  test('of one chunk above a MiB is written byte for byte', () => {
    const content = Buffer.alloc(1_572_864, 'chunk of 1.5 MiB').toString('latin1');
    const head = headRow(id('k'), { upload_id: 'u', size_bytes: content.length, parts: [ONE_CHUNK] });
    const result = decoded([head, blobRow(id('k'), content), blobRow(id('z'), 'what stands behind')]);
    expect(bodies(result).k === content).toBe(true);
  });

  test('of one payload may serve several objects', () => {
    const offloaded = { part_no: 1, chunk_count: 2, offloaded: true, chunk_ref_version: 7, chunk_sizes: [2, 2] };
    const rows = ['a', 'b'].flatMap((key) => [
      headRow(id(key), { upload_id: 'u', size_bytes: 4, parts: [offloaded] }),
      referenceRow(id(key), 'zz', 0n),
      referenceRow(id(key), 'yy', 1n),
    ]);
    expect(bodies(decoded([...rows, payloadRow('zz'), payloadRow('yy'), payloadRow('spare')]))).toEqual({
      a: 'zzyy',
      b: 'zzyy',
    });
  });
});

describe('what is wrong with an object', () => {
  const broken = (key: string, parts: object[], size: number, ...chunks: ReturnType<typeof blobRow>[]) => [
    headRow(id(key), { upload_id: 'u', size_bytes: size, parts }),
    ...chunks,
  ];

  test('is told for all objects together', () => {
    const rows = [
      ...broken('gap', [{ part_no: 4, chunk_count: 3, part_version: 6 }], 2, blobRow(id('gap'), 'x', 'u', 4n, 2n, 6n)),
      ...broken('more', [ONE_CHUNK], 1, blobRow(id('more'), 'x'), blobRow(id('more'), 'x', 'u', 1n, 1n)),
      ...broken('absurd', [{ part_no: 1, chunk_count: 2 ** 52 }], 1, blobRow(id('absurd'), 'x')),
      ...broken('short', [ONE_CHUNK], 9, blobRow(id('short'), 'x')),
    ];
    expect(() => decoded(rows)).toThrow(
      [
        '4 problems:',
        '  bucket "b", object "absurd": part 1 (version 0) declares 4503599627370496 chunks, 1 were found from the first one on: chunk 1 is missing',
        '  bucket "b", object "gap": part 4 (version 6) declares 3 chunks, 0 were found from the first one on: chunk 0 is missing',
        '  bucket "b", object "more": part 1 (version 0) declares 1 chunks, 2 were found from the first one on: there are more',
        '  bucket "b", object "short": its chunks have 1 bytes together, "size_bytes" is 9',
      ].join('\n'),
    );
  });

  test('a chunk behind a gap is one too many, though all that are declared are there', () => {
    const rows = broken('k', [ONE_CHUNK], 1, blobRow(id('k'), 'x'), blobRow(id('k'), 'x', 'u', 1n, 2n));
    expect(() => decoded(rows)).toThrow(/declares 1 chunks, 1 were found from the first one on: there are more/);
  });

  test('two rows for one chunk are refused, its key with and without a version of zero', () => {
    const rows = [...objectRows('k', 'x'), blobRow(id('k'), 'y', 'u', 1n, 0n, 0n)];
    expect(() => decoded(rows)).toThrow(/another row stands for the same chunk/);
  });

  test('an etag that is an MD5 and not that of the bytes is a warning, of bodies and of parts', () => {
    const parts = [
      { part_no: 1, chunk_count: 1, etag: md5('x').toUpperCase() },
      { part_no: 2, chunk_count: 1, etag: md5('not y') },
    ];
    const result = decoded([
      BUCKET,
      ...objectRows('single', 'x', 1n, { etag: md5('other') }),
      ...objectRows('fine', 'x', 1n, { etag: md5('x').toUpperCase() }),
      ...objectRows('form', 'x', 1n, { etag: `${md5('other')}-2` }),
      headRow(id('empty'), { etag: md5('x') }),
      ...broken('parts', parts, 2, blobRow(id('parts'), 'x'), blobRow(id('parts'), 'y', 'u', 2n)),
    ]);
    expect(result.warnings).toMatchObject([
      { event: 's3_etag_mismatch', fields: { bucket: 'b', object: 'empty' }, doubt: true },
      {
        event: 's3_etag_mismatch',
        fields: { bucket: 'b', object: 'parts' },
        message: expect.stringContaining('part 2'),
      },
      { event: 's3_etag_mismatch', fields: { bucket: 'b', object: 'single' } },
    ]);
  });

  test('after twenty warnings of a kind the rest is a number', () => {
    const rows = Array.from({ length: 23 }, (_, i) => objectRows(`k${i}`, 'x', 1n, { etag: md5('y') })).flat();
    const { warnings } = decoded([BUCKET, ...rows]);
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toMatchObject({ fields: { count: 23, shown: 20 } });
  });
});

describe('a row that is wrong', () => {
  test.each([
    ['a head without an end', row(`!s3|obj|head|${seg('b')}${u64(1n)}k`), /object .* does not end/],
    ['a head with more behind', row(`!s3|obj|head|${id('k')}x`, '{}'), /1 bytes stand behind/],
    ['a chunk that is cut', row(`!s3|blob|${chunkKey(id('k'), 'u', 1n, 0n)}x`), /before its version/],
    ['a bucket named ..', bucketRow('..'), /cannot be named/],
    ['a chunk of an object named .', blobRow(id('.'), 'x'), /cannot be named/],
    [
      'a payload of another digest',
      row(`!s3|chunkblob|${sha256('a')}`, 'b'),
      new RegExp(`${sha256('b')}.*${sha256('a')}`),
    ],
    ['a payload without a digest', row('!s3|chunkblob|abc', ''), /64 hex digits/],
    ['a malformed reference', row(`!s3|chunkref|${chunkKey(id('k'), 'u', 1n, 0n)}`, 'x'), /unknown version/],
    ['a bucket value of another type', bucketRow('b', { region: 5 }), /"region" must be a string/],
    ['a head with a fraction', headRow(id('k'), { size_bytes: 1.5 }), /"size_bytes" must be an integer/],
    ['an empty head', row(`!s3|obj|head|${id('k')}`), /empty/],
    ['a stale head that is no JSON', row(`!s3|obj|head|${id('k', 9n)}`, '{'), /JSON/],
    [
      'an offloaded part with other sizes',
      headRow(id('k'), { parts: [{ part_no: 5, chunk_count: 2, offloaded: true, chunk_sizes: [1] }] }),
      /part 5 of the object "k"/,
    ],
  ])('%s is refused', (_, wrong, message) => {
    expect(() => decoded([wrong])).toThrow(message);
  });

  test('a reference whose lengths do not agree is refused', () => {
    const offloaded = { part_no: 1, chunk_count: 1, offloaded: true, chunk_ref_version: 7, chunk_sizes: [3] };
    const rows = [headRow(id('k'), { upload_id: 'u', size_bytes: 2, parts: [offloaded] }), referenceRow(id('k'), 'zz')];
    expect(() => decoded([...rows, payloadRow('zz')])).toThrow(/2 bytes by this reference, 2 in its payload and 3 in/);
    expect(() => decoded(rows)).toThrow(/offloaded.*chunk 0 is missing/);
  });

  test('repeated fields count as the last one, unknown and null ones not at all', () => {
    const value =
      '{"size_bytes":7,"size_bytes":0,"etag":null,"new":{"a":[1e5]},"user_metadata":{"10":"x","9":null,"__proto__":"p"}}';
    const { files } = decoded([row(`!s3|obj|head|${id('k')}`, value)]);
    expect(files['b/k.elastickv-meta.json']).toBe(
      '{\n  "format_version": 1,\n  "size_bytes": 0,\n  "user_metadata": {\n    "10": "x",\n    "9": "",\n    "__proto__": "p"\n  }\n}',
    );
  });
});
