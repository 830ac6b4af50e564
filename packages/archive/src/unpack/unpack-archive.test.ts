import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DataError, UsageError, type Warning } from '@ekv/snapshot';
import { makeFifo } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { archiveBytes, TREE, WHOLE_ARCHIVES } from '../archives-of-others.test-data.ts';
import {
  archiveOf,
  errorOf,
  FILES,
  filesIn,
  type GivenMember,
  isThere,
  listed,
  MANIFEST,
  membersOf,
  placeWithDump,
  plantArchive,
  textsOf,
} from '../dump.test-data.ts';
import { packTree } from '../pack/pack-tree.ts';
import { type UnpackRequest, unpackArchive } from './unpack-archive.ts';

const SMALL = { 'MANIFEST.json': MANIFEST, 'redis/a.bin': 'hello' };

/** A place with an archive, and a call that unpacks it to `into/dump`. */
function scene(bytes: Buffer) {
  const place = temporaryFolder();
  mkdirSync(join(place, 'into'));
  const [input, output] = [plantArchive(place, bytes), join(place, 'into/dump')];
  return {
    place,
    input,
    output,
    unpack: (more: Partial<UnpackRequest> = {}, run = {}) => unpackArchive({ input, output, ...more }, run),
  };
}

describe('an archive gives the tree that was packed', () => {
  const packings = { plain: (bytes: Buffer) => bytes, zstd: zstdCompressSync, gzip: gzipSync };

  test.each(Object.entries(packings))('%s, told by its first bytes', (_, packed) => {
    const { output, unpack } = scene(packed(archiveOf(listed(FILES))));
    expect(unpack()).toMatchObject({ outcome: 'unpacked', files: 8, clusterId: 'prod', lastCommitTs: 7n });
    expect(filesIn(output)).toEqual(textsOf(listed(FILES)));
  });

  test('root and folders 0700, files 0600, whatever the archive says; CHECKSUMS is the newest of them', () => {
    const { output, unpack } = scene(archiveOf(listed(SMALL)));
    unpack();
    const modes = ['', 'redis', 'MANIFEST.json', 'CHECKSUMS', 'redis/a.bin'].map(
      (path) => statSync(join(output, path)).mode & 0o7777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600, 0o600]);
    const times = ['CHECKSUMS', 'MANIFEST.json', 'redis/a.bin'].map((path) => statSync(join(output, path)).mtimeMs);
    expect(times[0]).toBe(Math.max(...times));
  });

  test.each(WHOLE_ARCHIVES)('that another program has made, with "./" before all paths: %s', (archive) => {
    const { output, unpack } = scene(archiveBytes(archive));
    unpack();
    expect(filesIn(output)).toEqual(textsOf(TREE));
  });

  test('that Python and gzip have made', () => {
    const { output, unpack } = scene(gzipSync(archiveBytes('python-pax.tar')));
    unpack();
    expect(filesIn(output)).toEqual(textsOf(TREE));
  });

  test('that zstd has packed with several frames and a skippable one', () => {
    const { place } = scene(Buffer.alloc(0));
    const tar = archiveOf(listed(SMALL));
    const skippable = Buffer.from('502a4d1803000000616263', 'hex');
    const frames = [skippable, zstdCompressSync(tar.subarray(0, 700)), skippable, zstdCompressSync(tar.subarray(700))];
    unpackArchive({ input: plantArchive(place, Buffer.concat(frames), 'frames'), output: join(place, 'into/again') });
    expect(filesIn(join(place, 'into/again'))).toEqual(textsOf(listed(SMALL)));
  });

  test('and packing it again gives the same archive', () => {
    const from = placeWithDump();
    const first = packTree({ input: join(from, 'dump'), output: join(from, 'a') });
    unpackArchive({ input: join(from, 'a'), output: join(from, 'p/q/again') });
    const second = packTree({ input: join(from, 'p/q/again'), output: join(from, 'b') });
    expect(second.sha256).toBe(first.sha256);
  });
});

describe('an archive that nobody should unpack is refused with its path and place, and nothing is written', () => {
  const end = archiveOf(listed(SMALL)).length - 1024;
  const members: Record<string, [GivenMember, RegExp]> = {
    'an absolute path': [{ path: '/etc/x' }, /member "\/etc\/x" has an absolute path/],
    'a path that leaves the root': [{ path: '../x' }, /member "\.\.\/x" has an absolute path, or one that leaves/],
    'a path that leaves the root and comes back': [{ path: 'a/../../dump/x' }, /leaves the folder/],
    'a symlink': [{ path: 'l', type: '2' }, /member "l" is a symlink; a dump has files and folders only/],
    'a hard link': [{ path: 'l', type: '1' }, /is a hard link/],
    'a device': [{ path: 'd', type: '3' }, /is a device/],
    'a FIFO': [{ path: 'p', type: '6' }, /is a pipe/],
    'a contiguous file': [{ path: 'c', type: '7' }, /is a contiguous file/],
    'a file with holes': [{ path: 's', type: 'S' }, /is a file with holes/],
    'an unknown kind': [{ path: 'z', type: 'Z' }, /is of the unknown type "Z"/],
    'a file in place of the root': [{ path: './' + '.', bytes: '' }, /is a file in the place of the root/],
    'a member that comes twice': [{ path: 'redis/a.bin', bytes: 'hello' }, /member "redis\/a\.bin" comes twice/],
    'the same by another spelling': [
      { path: './redis//./a.bin', bytes: 'hello' },
      /member "redis\/a\.bin" comes twice/,
    ],
    'a member below a file': [
      { path: 'redis/a.bin/x' },
      /"redis\/a\.bin\/x" comes twice, or is a file and a folder at once/,
    ],
    'a file in place of a folder': [{ path: 'redis' }, /"redis" comes twice, or is a file and a folder at once/],
    'a size beyond all disks': [{ path: 'big', size: 8 ** 11 - 1 }, /the archive is cut short/],
    'a name that no system takes': [
      { path: 'n', type: 'L', bytes: Buffer.alloc(1 << 17) },
      /131072 bytes is more than any name needs/,
    ],
    'a control in its path': [{ path: 'a\x1b[2J', type: '2' }, /member "a\\x1b\[2J"/],
  };

  test.each(Object.entries(members))('%s', (_, [member, message]) => {
    const { place, output, unpack } = scene(archiveOf(listed(SMALL), [member]));
    const error = errorOf(unpack);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/in\.tar: .*at byte \d+ of the archive/);
    expect(isThere(output)).toBe(false);
    expect(readdirSync(join(place, 'into'))).toEqual([]);
    expect(readdirSync(place).sort()).toEqual(['in.tar', 'into']);
  });

  test('the place is that of the header', () => {
    expect(() => scene(archiveOf(listed(SMALL), [{ path: 'l', type: '2' }])).unpack()).toThrow(
      `its header is at byte ${end} of the archive`,
    );
  });

  test('a folder in place of a file, which is seen when all have passed', () => {
    const { place, unpack } = scene(archiveOf(listed(SMALL), [{ path: 'redis/a.bin', type: '5' }]));
    expect(() => unpack()).toThrow(/in\.tar: "redis\/a\.bin" is a file and a folder at once/);
    expect(readdirSync(join(place, 'into'))).toEqual([]);
  });

  test('a folder and a file of one path that are met far from each other', () => {
    const folders: GivenMember[] = Array.from({ length: 50 }, (_, i) => ({ path: `redis/${i}`, type: '5' }));
    const { unpack } = scene(archiveOf(listed(SMALL), [...folders, { path: 'redis/7' }]));
    expect(() => unpack()).toThrow(/"redis\/7" comes twice, or is a file and a folder at once/);
  });

  test('bytes after the end, of the tar and of the packed file', () => {
    const tar = archiveOf(listed(SMALL));
    const more = membersOf([{ path: 'second' }]);
    expect(() => scene(Buffer.concat([tar, more])).unpack()).toThrow(
      `bytes come after the end (at byte ${tar.length} of the archive)`,
    );
    expect(() => scene(Buffer.concat([zstdCompressSync(tar), Buffer.from('garbage')])).unpack()).toThrow(DataError);
    expect(() => scene(Buffer.concat([tar, Buffer.alloc(9000)])).unpack()).not.toThrow();
  });

  test('more files and folders, or more bytes, than are wanted: a small archive can hold more than any disk', () => {
    const { unpack } = scene(archiveOf(listed(SMALL)));
    expect(() => unpack({ maxMembers: 2 })).toThrow(/more than 2 files and folders; raise the option maxMembers/);
    expect(() => unpack({ maxBytes: 500 })).toThrow(/more than 500 together; raise the option maxBytes/);
    expect(() => unpack({ maxMembers: 3, maxBytes: 10_000 })).not.toThrow();
    const bomb = Buffer.concat([membersOf([{ path: 'big', size: 2 ** 33 - 1 }]), Buffer.alloc(1 << 24)]);
    expect(() => scene(zstdCompressSync(bomb)).unpack({ maxBytes: 1 << 20 })).toThrow(/"big" has 8589934591 bytes/);
  });
});

describe('an archive that would keep a reader busy for ever is given up', () => {
  const small = archiveOf(listed(SMALL));

  test('headers for names without end, before one member', () => {
    const names = Array.from({ length: 30 }, (): GivenMember => ({ path: 'x', type: 'g' }));
    expect(() => scene(membersOf(names)).unpack()).toThrow(
      /more than 16 headers come before one member \(at byte 8192/,
    );
    expect(() => scene(archiveOf(listed(SMALL), names.slice(0, 16))).unpack()).not.toThrow();
  });

  test('zeros without end, after the end', () => {
    const zeros = zstdCompressSync(Buffer.alloc(1 << 25));
    const bomb = Buffer.concat([zstdCompressSync(small), zeros, zeros, zeros]);
    expect(() => scene(bomb).unpack()).toThrow(/more than 67108864 zeros come after the end/);
  });

  test('a folder with bytes, which count as those of files do', () => {
    const folder: GivenMember = { path: 'f', type: '5', size: 8 ** 11 - 1 };
    expect(() => scene(archiveOf(listed(SMALL), [folder])).unpack({ maxBytes: 1 << 20 })).toThrow(
      /"f" has 8589934591 bytes/,
    );
  });
});

test.each<[string, Buffer, RegExp]>([
  ['nothing', Buffer.alloc(0), /is no archive: nothing is in it/],
  ['no manifest', archiveOf({ 'redis/a': '' }), /no MANIFEST\.json is in it, so it is no archive of a dump/],
  [
    'a folder around the dump',
    archiveOf({ 'dump/MANIFEST.json': '{}', 'dump/CHECKSUMS': '' }),
    /no MANIFEST\.json is at its top: the dump in it stands in "dump"; pack what is in that folder, as tar -C does$/,
  ],
  ['no list', archiveOf(SMALL), /no CHECKSUMS is in it/],
  [
    'a changed file',
    archiveOf({ ...listed(SMALL), 'redis/a.bin': 'hullo' }),
    /1 changed file: redis\/a\.bin; .*unpack it with tar, make the list true again/,
  ],
  ['a file less', archiveOf({ CHECKSUMS: listed(FILES).CHECKSUMS!, ...SMALL }), /missing files/],
  ['a file more', archiveOf(listed(SMALL), [{ path: 'redis/b.bin' }]), /1 file that is not listed: redis\/b\.bin/],
  ['a text', Buffer.alloc(2000, 'text'), /in\.tar: it does not begin as a tar archive does$/],
  [
    'a folder in place of the manifest',
    archiveOf({}, [{ path: 'MANIFEST.json', type: '5' }]),
    /MANIFEST\.json is a folder/,
  ],
])('an archive of %s is refused, and nothing is left', (_, bytes, message) => {
  const { place, unpack } = scene(bytes);
  const error = errorOf(unpack);
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toMatch(message);
  expect(readdirSync(join(place, 'into'))).toEqual([]);
});

test('what stands at the output stays, in any form', () => {
  const { place, output, unpack } = scene(archiveOf(listed(SMALL)));
  mkdirSync(output);
  expect(() => unpack()).toThrow(/exists already \(a folder\)/);
  symlinkSync('nowhere', join(place, 'link'));
  for (const name of ['link', 'in.tar', 'in.tar/'])
    expect(() => unpack({ output: join(place, name) })).toThrow(UsageError);
  expect(readdirSync(output)).toEqual([]);
});

test('a folder that comes to the output meanwhile stays, and parents that were made go again', () => {
  const { place, unpack } = scene(archiveOf(listed(SMALL)));
  const output = join(place, 'p/q/dump');
  const gate = {
    pass: () => {
      mkdirSync(output);
      writeFileSync(join(output, 'x'), 'another');
    },
  };
  expect(() => unpack({ output }, { gate })).toThrow();
  expect(readFileSync(join(output, 'x'), 'utf8')).toBe('another');
  expect(readdirSync(join(place, 'p/q'))).toEqual(['dump']);
  expect(() => unpack({ output: join(place, 'r/s/dump'), maxMembers: 1 })).toThrow(DataError);
  expect(isThere(place, 'r')).toBe(false);
});

test('an archive is a regular file, or standard input: a link, a folder and a FIFO are refused', () => {
  const { place, input, output } = scene(archiveOf(listed(SMALL)));
  symlinkSync(input, join(place, 'link'));
  makeFifo(join(place, 'fifo'));
  expect(() => unpackArchive({ input: join(place, 'link'), output })).toThrow(/is a symlink; name the file itself/);
  expect(() => unpackArchive({ input: join(place, 'into'), output })).toThrow(/is a folder; only regular files/);
  expect(() => unpackArchive({ input: join(place, 'fifo'), output })).toThrow(/is a pipe/);
  expect(() => unpackArchive({ input: join(place, 'none'), output })).toThrow(UsageError);
});

test('a compression that is asked for must be the one of the first bytes', () => {
  const { unpack } = scene(archiveOf(listed(SMALL)));
  expect(() => unpack({ compression: 'zstd' })).toThrow(DataError);
  expect(() => scene(zstdCompressSync(archiveOf(listed(SMALL)))).unpack({ compression: 'none' })).toThrow(
    /is zstd by its first bytes/,
  );
  expect(() => unpack({ compression: 'none' })).not.toThrow();
});

test('a run that was killed before is told of by the names that it left', () => {
  const { place, unpack } = scene(archiveOf(listed(SMALL)));
  mkdirSync(join(place, 'into/.dump.tmp-0123456789abcdef'));
  const warnings: Warning[] = [];
  unpack({}, { warn: (warning: Warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([
    { event: 'leftovers', message: expect.stringContaining('.dump.tmp-0123456789abcdef') },
  ]);
});
