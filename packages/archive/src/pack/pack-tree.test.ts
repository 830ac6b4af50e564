import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DataError, EnvironmentError, UsageError, type Warning } from '@ekv/snapshot';
import { makeFifo } from '@ekv/test-support/system-program';
import { tarOf, unpackedFrames } from '@ekv/test-support/tar-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { archiveBytes, TREE } from '../archives-of-others.test-data.ts';
import { errorOf, FILES, MANIFEST, placeWithDump } from '../dump.test-data.ts';
import { listArchive } from '../list/list-archive.ts';
import type { PackRequest } from './pack-request.ts';
import { packTree } from './pack-tree.ts';

/** A place with a dump, and a call that packs it to `out`. */
function scene(files = FILES) {
  const place = placeWithDump(files);
  const [input, output] = [join(place, 'dump'), join(place, 'out')];
  const pack = (more: Partial<PackRequest> = {}, run = {}) => packTree({ input, output, ...more }, run);
  return { place, input, output, pack };
}

test('files and folders are packed in the order of their bytes, the folder that elastickv leaves aside is not', () => {
  const { input, output, pack } = scene({
    'MANIFEST.json': MANIFEST,
    'redis/a/x': '1',
    'redis/a-b': '2',
    'redis/a.c': '3',
  });
  mkdirSync(join(input, '.scratch'));
  mkdirSync(join(input, 'sqs'));
  const result = pack({ compression: 'none' });
  const paths: string[] = [];
  listArchive({ input: output }, ({ path, mtime }) => {
    paths.push(path);
    expect(mtime).toBe(Date.parse('2026-01-02T03:04:05Z') / 1000);
    return 'more';
  });
  expect(paths).toEqual([
    'CHECKSUMS',
    'MANIFEST.json',
    'redis',
    'redis/a',
    'redis/a-b',
    'redis/a.c',
    'redis/a/x',
    'sqs',
  ]);
  expect(result).toMatchObject({ outcome: 'packed', members: 8, files: 5, compression: 'none', replaced: false });
});

test('equal trees give equal archives, whatever the times and modes of their files', () => {
  const { input, place, pack } = scene();
  const first = pack();
  for (const path of ['MANIFEST.json', 'redis/db_0/strings/a.bin']) {
    chmodSync(join(input, path), 0o640);
    utimesSync(join(input, path), 1, 1);
  }
  const second = pack({ output: join(place, 'again') });
  expect(second.sha256).toBe(first.sha256);
  expect(readFileSync(join(place, 'again')).equals(readFileSync(join(place, 'out')))).toBe(true);
});

test('what is packed, with and without zstd, is byte for byte what GNU tar, Python and bsdtar were seen to read', () => {
  const place = temporaryFolder();
  const input = join(place, 'dump');
  plant(input, TREE);
  packTree({ input, output: join(place, 'a.tar'), compression: 'none' });
  packTree({ input, output: join(place, 'a.tar.zst') });
  const wanted = archiveBytes('packed.tar');
  expect(readFileSync(join(place, 'a.tar')).equals(wanted)).toBe(true);
  expect(unpackedFrames(readFileSync(join(place, 'a.tar.zst'))).equals(wanted)).toBe(true);
});

test.each<[string, (dump: string) => void, RegExp]>([
  [
    'a changed file',
    (dump) => appendFileSync(join(dump, 'redis/db_0/strings/a.bin'), 'x'),
    /1 changed file: .*a\.bin; .*--update-checksums/,
  ],
  ['a missing file', (dump) => rmSync(join(dump, 'redis/db_0/strings/a.bin')), /1 missing file: .*a\.bin/],
  [
    'a file that is not listed',
    (dump) => writeFileSync(join(dump, 'redis/b.bin'), ''),
    /1 file that is not listed: redis\/b\.bin/,
  ],
  ['a symlink', (dump) => symlinkSync('a.bin', join(dump, 'redis/l')), /redis\/l is a symlink/],
  ['a FIFO', (dump) => makeFifo(join(dump, 'redis/f')), /redis\/f is a FIFO/],
  [
    'a file with two names',
    (dump) => linkSync(join(dump, 'redis/db_0/strings/a.bin'), join(dump, '../other')),
    /a\.bin is hard-linked/,
  ],
  ['a manifest that is cut', (dump) => writeFileSync(join(dump, 'MANIFEST.json'), '{'), /MANIFEST\.json/],
])('a dump with %s is refused, and nothing is left', (_, spoil, message) => {
  const { place, input, pack } = scene();
  spoil(input);
  const before = readdirSync(place);
  const error = errorOf(pack);
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toMatch(message);
  expect(readdirSync(place)).toEqual(before);
});

test('a file that grows, goes or is replaced after the tree was listed is refused', () => {
  const { input, pack } = scene();
  const spoiled = (spoil: () => void) => {
    let isDone = false;
    const count = () => {
      if (!isDone) spoil();
      isDone = true;
    };
    return () => pack({}, { progress: { begin: () => {}, count, advance: () => {} } });
  };
  expect(spoiled(() => appendFileSync(join(input, 'redis/db_0/strings/large.bin'), 'x'))).toThrow(/changed file/);
  expect(spoiled(() => rmSync(join(input, 'redis/db_0/strings/a.bin')))).toThrow(/is gone since the tree was listed/);
});

test('what stands at the output is not replaced, nor a name used that cannot be one', () => {
  const { place, output, input, pack } = scene();
  writeFileSync(output, 'older');
  expect(() => pack()).toThrow(/exists already \(a regular file\); name an archive that does not exist/);
  expect(readFileSync(output, 'utf8')).toBe('older');
  symlinkSync('nowhere', join(place, 'link'));
  expect(() => pack({ output: join(place, 'link') })).toThrow(/exists already \(a symlink\)/);
  expect(() => pack({ output: join(place, 'no/out') })).toThrow(/the folder of the output .* does not exist/);
  expect(() => pack({ output: join(input, 'out') })).toThrow(/lies inside the input tree/);
  expect(() => pack({ output: `${place}/new/` })).toThrow(UsageError);
  expect(() => pack({ input: join(place, 'none') })).toThrow(/there is no folder/);
});

test('force replaces an archive of a dump and nothing else; after a failure the older one stays', () => {
  const { place, input, output, pack } = scene();
  const { sha256 } = pack();
  expect(pack({ force: true, compression: 'none' }).replaced).toBe(true);
  const plain = readFileSync(output);
  appendFileSync(join(input, 'redis/db_0/strings/a.bin'), 'x');
  expect(() => pack({ force: true })).toThrow(DataError);
  expect(readFileSync(output).equals(plain)).toBe(true);
  writeFileSync(join(input, 'redis/db_0/strings/a.bin'), 'hello');
  expect(pack({ force: true })).toMatchObject({ sha256, replaced: true });

  writeFileSync(join(place, 'other.tar'), tarOf(place, 'dump/redis'));
  for (const name of ['other.tar', 'dump/MANIFEST.json'])
    expect(() => pack({ output: join(place, name), input, force: true })).toThrow(
      name === 'other.tar' ? /is no archive of a dump; the option force replaces nothing else/ : /lies inside/,
    );
  mkdirSync(join(place, 'folder'));
  expect(() => pack({ output: join(place, 'folder'), force: true })).toThrow(/\(a folder\) and is no archive/);
});

test('what comes to the output while the tree is packed stays', () => {
  const { output, place, pack } = scene();
  const gate = { pass: () => writeFileSync(output, 'another') };
  expect(() => pack({}, { gate })).toThrow(EnvironmentError);
  expect(readFileSync(output, 'utf8')).toBe('another');
  expect(readdirSync(place).sort()).toEqual(['dump', 'out']);
});

test('a run that was killed before is told of by the names that it left', () => {
  const { output, pack } = scene();
  writeFileSync(`${output}.tmp-0123456789abcdef`, '');
  const warnings: Warning[] = [];
  pack({}, { warn: (warning: Warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([
    { event: 'leftovers', message: expect.stringContaining('out.tmp-0123456789abcdef') },
  ]);
});

test.each([
  ['dump.tar', 'zstd', 1],
  ['dump.tar.gz', 'zstd', 1],
  ['dump.tar.zst', 'none', 1],
  ['dump.tgz', 'none', 1],
  ['dump.tar.zst', 'zstd', 0],
  ['dump.tar', 'none', 0],
  ['dump.2026-11-28', 'zstd', 0],
] as const)(
  'a name that says another packing than the archive has is told, as others go by it: %s, %s',
  (name, compression, count) => {
    const { place, pack } = scene();
    const warnings: Warning[] = [];
    pack({ output: join(place, name), compression }, { warn: (warning: Warning) => warnings.push(warning) });
    expect(warnings.map(({ event }) => event)).toEqual(Array(count).fill('archive_name'));
  },
);

test('a tree with more files and folders than are wanted is refused before anything is written', () => {
  const { place, pack } = scene();
  expect(() => pack({ maxMembers: 5 })).toThrow(/files and folders, more than 5; raise the option maxMembers/);
  expect(readdirSync(place)).toEqual(['dump']);
});
