import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { DataError, type FileSlice, type Warning } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { bytePath, bytes, withFolder, withScratch } from '../snapshot-file.test-data.ts';
import { encodeS3, hasSuffixRenames } from './index.ts';

const run = (program: string, path: string) => execFileSync(program, [path]);

const BUCKET = '{"format_version":1,"name":"b"}';
const SUFFIX = '.elastickv-meta.json';

const sidecar = (size: number, more = '') => `{"format_version":1,"size_bytes":${size}${more}}`;

/** Files of one object. */
const object = (path: string, content: string, more = '') => ({
  [`s3/b/${path}`]: content,
  [`s3/b/${path}${SUFFIX}`]: sidecar(content.length, more + usualFields(content, more)),
});

/** What every object of a server has, where it is not given. */
function usualFields(content: string, more: string): string {
  const time = more.includes('"last_modified"') ? '' : ',"last_modified":"2026-11-23T07:12:40.26Z"';
  return `${time},"etag":"${createHash('md5').update(bytes(content)).digest('hex')}"`;
}

const line = (encoded: string, original: string, kind: string) =>
  `${JSON.stringify({ encoded: Buffer.from(encoded, 'latin1').toString(), original: bytes(original).toString('base64url'), kind })}\n`;

interface Encoded {
  readonly rows: Array<{ key: string; value: string | FileSlice }>;
  readonly warnings: Warning[];
}

/** What encode makes of a tree; paths and contents are byte strings. */
function encoded(
  files: Record<string, string>,
  prepare: (root: string) => void = () => {},
  open: (root: string) => InputTree = (root) => new InputTree(root),
  warnings: Warning[] = [],
): Encoded {
  return withFolder((root) => {
    for (const [path, content] of Object.entries({ 's3/b/_bucket.json': BUCKET, ...files })) {
      mkdirSync(bytePath(root, dirname(path)), { recursive: true });
      writeFileSync(bytePath(root, path), bytes(content));
    }
    prepare(root);
    return withScratch((scratch) => {
      const rows: Encoded['rows'] = [];
      for (const { key, value } of encodeS3(open(root), {
        scratch,
        warn: (warning) => warnings.push(warning),
      })) {
        const content = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
        rows.push({ key: Buffer.from(key).toString('latin1'), value: content });
      }
      // The name of the bucket is too short for S3, and there is no list of files: not what these tests are about.
      const others = ['s3_unservable_buckets', 'keymap_without_checksums'];
      return { rows, warnings: warnings.filter(({ event }) => !others.includes(event)) };
    });
  });
}

/** Keys of the objects that encode finds. */
function objects(files: Record<string, string>): string[] {
  const prefix = '!s3|obj|head|b\0\x01\0\0\0\0\0\0\0\x01';
  return encoded(files)
    .rows.map(({ key }) => key)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length, -2).replaceAll('\0\xff', '\0'));
}

describe('objects', () => {
  test('are the files with a sidecar, their keys the bytes of their paths', () => {
    const files = {
      ...object('a/\xff b', 'x'),
      ...object('z%41', ''),
      ...object('_orphans', 'x'),
      ...object('n/_orphans/x', ''),
    };
    expect(objects(files)).toEqual(['_orphans', 'a/\xff b', 'n/_orphans/x', 'z%41']);
  });

  test('above 16 KiB are slices of their files of up to a MiB', () => {
    const { rows } = encoded(object('big', 'x'.repeat((2 << 20) + 5)));
    const slices = rows.flatMap(({ value }) => (typeof value === 'string' ? [] : [value]));
    expect(slices.map(({ offset, length, fileBytes }) => [offset, length, fileBytes])).toEqual([
      [0, 1 << 20, (2 << 20) + 5],
      [1 << 20, 1 << 20, (2 << 20) + 5],
      [2 << 20, 5, (2 << 20) + 5],
    ]);
    expect(rows.at(-1)!.value).toContain('"chunk_count":3,"chunk_sizes":[1048576,1048576,5]');
  });

  test('of many in a folder come sorted, whatever the order of the file system', () => {
    const files = Object.assign({}, ...Array.from({ length: 300 }, (_, i) => object(`k${(i * 7919) % 300}`, '')));
    const keys = objects(files);
    expect(keys).toEqual([...keys].sort());
    expect(keys).toHaveLength(300);
  });

  test('without a readable time have none, with one warning', () => {
    const { warnings } = encoded({
      ...object('a', '', ',"last_modified":"soon"'),
      ...object('b', '', ',"last_modified":"10889-08-02T05:31:50.655Z"'),
      ...object('c', '', ',"last_modified":""'),
    });
    expect(warnings).toMatchObject([
      {
        event: 's3_last_modified_unusable',
        fields: { count: 2, example: expect.stringMatching(/b\/a.*"soon"/) },
        loss: true,
      },
      { event: 's3_last_modified_absent', fields: { count: 1 } },
    ]);
  });
});

describe('what does not belong there', () => {
  test.each([
    ['a body without a sidecar', { 's3/b/d/.DS_Store': 'x' }, /d\/\.DS_Store has no sidecar/],
    [
      'a sidecar without a body',
      { [`s3/b/d/x${SUFFIX}`]: sidecar(0) },
      /d\/x\.elastickv-meta\.json is the sidecar of an object that is not there/,
    ],
    [
      'a sidecar of a folder',
      { ...object('x/y', ''), [`s3/b/x${SUFFIX}`]: sidecar(0) },
      /x\.elastickv-meta\.json is the sidecar/,
    ],
    ['a body that would be a sidecar', object(`x${SUFFIX}`, ''), /is the sidecar/],
    [
      'a body of another length',
      { ...object('x', 'abc'), [`s3/b/x${SUFFIX}`]: sidecar(4) },
      /has 3 bytes, "size_bytes" of its sidecar is 4/,
    ],
    ['an object in a folder of the dump', object('_orphans/x', ''), /_orphans is a folder of the dump's own/],
    ['a file beside the buckets', { 's3/readme.txt': '' }, /readme\.txt is no folder of a bucket/],
    [
      'a sidecar of another version',
      { 's3/b/x': '', [`s3/b/x${SUFFIX}`]: '{"format_version":2}' },
      /x\.elastickv-meta\.json:1:\d+: "format_version"/,
    ],
    [
      'a field twice',
      { 's3/b/x': '', [`s3/b/x${SUFFIX}`]: '{"format_version":1,\n"etag":"a","etag":"b"}' },
      /:2:12: the field "etag" is there twice/,
    ],
    [
      'text that is no UTF-8',
      { 's3/b/x': '', [`s3/b/x${SUFFIX}`]: '{"format_version":1,"etag":"\xff"}' },
      /invalid UTF-8/,
    ],
    [
      'a bucket of another name',
      { 's3/c/_bucket.json': '{"format_version":1,"name":"d"}' },
      /c\/_bucket\.json: the bucket is named "d"/,
    ],
    ['a bucket without its file', { 's3/c/x': '' }, /c\/_bucket\.json is missing/],
  ])('%s is refused', (_, files, message) => {
    expect(() => encoded(files)).toThrow(message);
  });

  test('is told together', () => {
    expect(() => encoded({ 's3/b/x': '', 's3/b/y': '', 's3/c/z': '' })).toThrow(/^3 problems:/);
  });

  test("but is named like the dump's own is left out with a warning", () => {
    const { warnings, rows } = encoded({
      's3/_note.txt': '',
      's3/b/_orphans/x/gen-1/u_0.bin': '',
      's3/b/_incomplete_uploads/records.jsonl': '',
      ...object('x', '', ',"extra":1'),
    });
    expect(rows).toHaveLength(3);
    expect(warnings.map(({ event, loss, fields }) => [event, loss, fields.count])).toEqual([
      ['unknown_field', true, 1],
      ['stray_files', true, 3],
    ]);
  });

  test.each([
    [
      'a sidecar',
      `x${SUFFIX}`,
      { 's3/b/x': '' },
      /2 problems:.*x has no sidecar.*x\.elastickv-meta\.json must be a regular file/s,
    ],
    [
      'the sidecar of an object that is gone',
      `d/x${SUFFIX}/e`,
      {},
      /d\/x\.elastickv-meta\.json must be a regular file, it is a folder; restore/,
    ],
    [
      'the key map',
      'KEYMAP.jsonl',
      object('a', ''),
      /b\/KEYMAP\.jsonl must be a regular file, it is a folder; restore/,
    ],
    ['a file of settings', '../c/_bucket.json', {}, /c\/_bucket\.json must be a regular file, it is a folder/],
  ])('an empty folder in the place of %s is refused', (_, folder, files, message) => {
    const make = (root: string) => mkdirSync(join(root, 's3/b', folder), { recursive: true });
    expect(() => encoded(files, make)).toThrow(message);
  });

  test.each([
    ['a sidecar', { 's3/b/x': '', [`s3/b/x${SUFFIX}/y`]: '' }],
    ['the key map', { 's3/b/KEYMAP.jsonl/y': '' }],
    ['a file of settings', { 's3/c/_bucket.json/y': '' }],
  ])('a folder with files in the place of %s is refused', (_, files) => {
    expect(() => encoded(files)).toThrow(/has no sidecar|must be a regular file/);
  });

  test('folders of objects may be named like files of the dump', () => {
    const files = { ...object(`x${SUFFIX}/y`, ''), ...object('KEYMAP.jsonl/y', '') };
    expect(objects(files)).toEqual(['KEYMAP.jsonl/y', `x${SUFFIX}/y`]);
  });

  test.each(['s3', 's3/b', 's3/b/d', 's3/b/_orphans'])('an error in listing %s is a problem among others', (folder) => {
    const files = { 's3/a/_bucket.json': '{}', ...object('d/x', ''), 's3/b/_orphans/x': '', 's3/c/_bucket.json': '{}' };
    class FailingTree extends InputTree {
      override *entries(path: string) {
        yield* super.entries(path);
        if (path === folder) throw new DataError(`${path} went away`);
      }
    }
    const encode = () =>
      encoded(
        files,
        () => {},
        (root) => new FailingTree(root),
      );
    expect(encode).toThrow(new RegExp(`^3 problems:.*${folder} went away`, 's'));
  });

  test.each([1, 64])('unknown fields are reported also where there are %i problems', (count) => {
    const warnings: Warning[] = [];
    const wrong = Object.fromEntries(Array.from({ length: count }, (_, i) => [`s3/b/y${i}`, '']));
    const files = { ...object('x', '', ',"extra":1'), ...wrong };
    expect(() => encoded(files, () => {}, undefined, warnings)).toThrow(/y0 has no sidecar/);
    expect(warnings.map(({ event }) => event)).toContain('unknown_field');
  });

  test.each(['d', 'x', `x${SUFFIX}`, 's3-link', 'KEYMAP.jsonl', '_orphans/l'])('a link at %s is refused', (name) => {
    const files = { ...object('x2', ''), [`s3/b/d2/keep${SUFFIX}`]: '' };
    const target = name === 's3-link' ? 's3/l' : `s3/b/${name}`;
    const withLink = (root: string) => {
      mkdirSync(dirname(join(root, target)), { recursive: true });
      symlinkSync(join(root, 's3/b/x2'), join(root, target));
    };
    expect(() => encoded(files, withLink)).toThrow(/is a symlink/);
  });

  test.each(['x', `x${SUFFIX}`, '_bucket.json', 'KEYMAP.jsonl'])(
    'a hard link at %s is refused, and it is said how to copy the tree',
    (name) => {
      const files = { ...object('x', ''), 's3/b/KEYMAP.jsonl': '' };
      expect(() => encoded(files, (root) => linkSync(join(root, 's3/b', name), join(root, 'second')))).toThrow(
        /hard-linked.*cp -r/,
      );
    },
  );

  test.each(['x', `x${SUFFIX}`, '_bucket.json', 'KEYMAP.jsonl'])(
    'a FIFO at %s is refused and does not block',
    (name) => {
      const fifo = (root: string) => {
        rmSync(join(root, 's3/b', name), { force: true });
        run('mkfifo', join(root, 's3/b', name));
      };
      expect(() => encoded(object('x', ''), fifo)).toThrow(/FIFO/);
    },
  );
});

describe('a key map', () => {
  const renamed = {
    ...object('a.elastickv-leaf-data', '1'),
    ...object(`b${SUFFIX}.user-data`, '2'),
    ...object('photos/e3b0c44298fc1c149afbf4c8996fb924__', '3'),
  };
  const lines = [
    line('a.elastickv-leaf-data', 'a', 's3-leaf-data'),
    line(`b${SUFFIX}.user-data`, `b${SUFFIX}`, 'meta-suffix-rename'),
    line('photos/e3b0c44298fc1c149afbf4c8996fb924__', 'photos/', 'sha-fallback'),
  ];

  test('gives objects their keys back, in any order of its lines', () => {
    for (const order of [lines, lines.toReversed()])
      expect(objects({ ...renamed, 's3/b/KEYMAP.jsonl': order.join('') })).toEqual(['a', `b${SUFFIX}`, 'photos/']);
  });

  test('with a sidecar is an object', () => {
    expect(objects(object('KEYMAP.jsonl', 'no map'))).toEqual(['KEYMAP.jsonl']);
  });

  test('finds files whose names are no UTF-8 by their originals', () => {
    const files = { ...object('\xff.elastickv-leaf-data', ''), ...object('\xfe.elastickv-leaf-data', '') };
    const map = ['\xff', '\xfe'].map(
      (key) =>
        `{"encoded":"\\ufffd.elastickv-leaf-data","original":"${bytes(key).toString('base64url')}","kind":"s3-leaf-data"}\n`,
    );
    expect(objects({ ...files, 's3/b/KEYMAP.jsonl': map.join('') })).toEqual(['\xfe', '\xff']);
  });

  test('may map any file to any key by sha-fallback, with one warning', () => {
    const map = line('x', 'a\\..\0/', 'sha-fallback') + line('y', 'z', 'sha-fallback');
    const { warnings } = encoded({ ...object('x', ''), ...object('y', ''), 's3/b/KEYMAP.jsonl': map });
    expect(warnings).toMatchObject([{ event: 's3_keymap_other_name', fields: { count: 2 } }]);
  });

  test.each([
    [
      'a leaf line of two names',
      line('x.elastickv-leaf-data', 'a', 's3-leaf-data'),
      /"x\.elastickv-leaf-data" is not "a" with it/,
    ],
    ['a suffix line of another original', line('x.user-data', 'x', 'meta-suffix-rename'), /does not end in/],
    ['an unknown kind', line('x', 'a', 'other'), /the kind "other"/],
    ['an empty original', line('x', '', 'sha-fallback'), /"original" must not be empty/],
    ['a folder', line('d', 'a', 'sha-fallback'), /no regular file "d"/],
    ['a missing file', line('nowhere', 'a', 'sha-fallback'), /no regular file "nowhere"/],
    ['a way out', line('../x', 'a', 'sha-fallback'), /has an empty segment/],
    ['a zero byte', line('d\0x', 'a', 'sha-fallback'), /has a zero byte/],
    ['an own folder', line('_orphans/x', 'a', 'sha-fallback'), /is in _orphans/],
    ['a sidecar', line(`x${SUFFIX}`, 'a', 'sha-fallback'), /path of a sidecar/],
    [
      'two lines for a file',
      line('x', 'a', 'sha-fallback') + line('x', 'b', 'sha-fallback'),
      /KEYMAP\.jsonl:2: the file "x" is also that of line 1/,
    ],
    ['an empty line', `\n${line('x', 'a', 'sha-fallback')}`, /KEYMAP\.jsonl:1:1: an empty line/],
  ])('with %s is refused', (_, map, message) => {
    expect(() => encoded({ ...object('x', ''), ...object('d/x', ''), 's3/b/KEYMAP.jsonl': map })).toThrow(message);
  });

  test('with renames of sidecar names tells that the tree was made with renames', () => {
    const found = (files: Record<string, string>) => {
      let result: boolean | undefined;
      encoded(files, (root) => {
        result = hasSuffixRenames(new InputTree(root));
      });
      return result;
    };
    expect(found({ ...renamed, 's3/b/KEYMAP.jsonl': lines.join('') })).toBe(true);
    expect(found({ ...object('a.elastickv-leaf-data', '1'), 's3/b/KEYMAP.jsonl': lines[0]! })).toBe(false);
    expect(found({})).toBe(false);
  });
});
