import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot, type Warning, writeSnapshot } from '@ekv/snapshot';
import { expect, onTestFinished, test } from 'vitest';
import { s3Objects } from '../read/index.ts';
import { Bucket } from '../records/bucket.ts';
import { fromFolder } from './folder.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const md5OfHello = '5d41402abc4b2a76b9719d911017c592';

test('the files of a folder come back as objects, with ETag, time and content type', async () => {
  const folder = newFolder();
  const data = join(folder, 'data');
  mkdirSync(join(data, 'a/b'), { recursive: true });
  const large = Buffer.alloc((2 << 20) + 3, 'large');
  writeFileSync(join(data, 'a/b/hello.txt'), 'hello');
  writeFileSync(join(data, 'a/empty'), '');
  writeFileSync(Buffer.concat([Buffer.from(`${data}/`), Buffer.from([0xff])]), 'no UTF-8');
  writeFileSync(join(data, 'large'), large);
  utimesSync(join(data, 'a/b/hello.txt'), 1.5, 1.5);
  const path = join(folder, 'out.fsm');
  const contentType = (key: string) => key.endsWith('.txt') && 'text/plain';
  await writeSnapshot(path, new Bucket('photos').rows(fromFolder(data, { contentType })));
  using snapshot = openSnapshot(path);
  const objects = Object.fromEntries(
    Array.from(s3Objects(snapshot), (object) => [object.keyBytes.toString('latin1'), object]),
  );
  expect(Object.keys(objects)).toEqual(['a/b/hello.txt', 'a/empty', 'large', '\xff']);
  expect(objects['a/b/hello.txt']).toMatchObject({
    etag: md5OfHello,
    contentType: 'text/plain',
    lastModified: new Date(1500),
  });
  expect(objects['a/empty']).toMatchObject({ etag: 'd41d8cd98f00b204e9800998ecf8427e', contentType: undefined });
  expect(objects.large!.read().equals(large)).toBe(true);
});

test('what is no file is left out, and said', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), 'x');
  symlinkSync('file', join(folder, 'link'));
  symlinkSync('.', join(folder, 'circle'));
  const warnings: Warning[] = [];
  const keys = Array.from(fromFolder(folder, { warn: (warning) => void warnings.push(warning) }), ({ key }) =>
    String(key),
  );
  expect(keys).toEqual(['file']);
  expect(warnings).toMatchObject([{ event: 's3_not_files', fields: { count: 2 }, loss: true }]);
});

test('a large file that changes before the snapshot is written is an error', async () => {
  const folder = newFolder();
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'f'), Buffer.alloc(1 << 20));
  async function* rows() {
    yield* new Bucket('b').rows(fromFolder(data));
    writeFileSync(join(data, 'f'), Buffer.alloc((1 << 20) + 1));
  }
  await expect(writeSnapshot(join(folder, 'out.fsm'), rows())).rejects.toThrow('/data/f changed while it was read');
});

test('a folder that is not there, and one that is none, are errors that name it', () => {
  const folder = newFolder();
  expect(() => [...fromFolder(join(folder, 'gone'))]).toThrow(/cannot list .*\/gone.*: no such file or folder/);
  writeFileSync(join(folder, 'file'), '');
  chmodSync(join(folder, 'file'), 0o600);
  expect(() => [...fromFolder(join(folder, 'file'))]).toThrow(
    /cannot list .*\/file.*: a part of the path is not a folder/,
  );
});

test.each([
  ['nothing', [undefined], 'the path of the folder must be text or bytes, not nothing'],
  ['an empty path', [''], 'the path of the folder names no folder'],
  [
    'a content type that is a text',
    ['x', { contentType: 'text/plain' }],
    'the content type of files must be a function of their keys, not a text',
  ],
  ['a content type alone', ['x', () => 'text/plain'], 'the options of fromFolder must be an object'],
  ['a warn that is a text', ['x', { warn: 'log' }], 'the option "warn" of fromFolder must be a function, not a text'],
])('%s is refused', (_, given, message) => {
  expect(() => fromFolder(...(given as Parameters<typeof fromFolder>))).toThrow(message);
});

test('a content type that is not there yet is refused, not left out', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'a'), 'hello');
  const contentType = async () => 'text/plain';
  expect(() => [...fromFolder(folder, { contentType: contentType as never })]).toThrow(
    'the content type of the file "a" must be text, or false, not a Promise; write await before it',
  );
});
