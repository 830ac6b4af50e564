import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { UsageError } from '@ekv/snapshot';
import { picture } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { archiveOf, FILES, listed, MANIFEST, placeWithDump, plantArchive } from '../dump.test-data.ts';
import { verifyDump } from './verify-dump.ts';

const A = 'redis/db_0/strings/a.bin';
const SMALL = { 'MANIFEST.json': MANIFEST, [A]: 'hello', 'redis/b.bin': 'more' };
const EMPTY = { count: 0, examples: [] };

/** A place with a dump and its archive, and calls that verify them. */
function scene(files = FILES) {
  const place = placeWithDump(files);
  const scratchRoot = join(place, 'scratch');
  mkdirSync(scratchRoot);
  const dump = join(place, 'dump');
  const verify = (input = dump) => verifyDump({ input, scratchRoot });
  return { place, dump, scratchRoot, verify, verifyBytes: (bytes: Buffer) => verify(plantArchive(place, bytes)) };
}

/** The list was made now, and a file is written later. */
function edit(path: string, text: string): void {
  writeFileSync(path, text);
  const later = new Date(Date.now() + 5000);
  utimesSync(path, later, later);
}

describe('a dump that is what it was', () => {
  test('is verified as a folder and as an archive, with what its manifest says, and nothing is written', () => {
    const { place, scratchRoot, verify, verifyBytes } = scene();
    const tar = archiveOf(listed(FILES));
    const known = { outcome: 'verified', files: 8, problems: [], clusterId: 'prod', lastCommitTs: 7n };
    expect(verifyBytes(tar)).toMatchObject({ ...known, kind: 'tar' });
    expect(verifyBytes(zstdCompressSync(tar))).toMatchObject({ ...known, kind: 'tar.zst' });
    const before = picture(place);
    const times = readdirSync(place).map((name) => statSync(join(place, name)).ctimeMs);
    expect(verify()).toMatchObject({ ...known, kind: 'folder', wallTime: '2026-01-02T03:04:05.9Z' });
    expect(verify(join(place, 'in.tar'))).toMatchObject(known);
    expect(picture(place)).toEqual(before);
    expect(readdirSync(place).map((name) => statSync(join(place, name)).ctimeMs)).toEqual(times);
    expect(readdirSync(scratchRoot)).toEqual([]);
  });

  test('needs no room for scratch data when it is small', () => {
    const { place, dump } = scene(SMALL);
    const scratchRoot = join(place, 'none');
    const input = plantArchive(place, archiveOf(listed(SMALL)));
    for (const path of [dump, input]) expect(verifyDump({ input: path, scratchRoot }).outcome).toBe('verified');
  });

  test('may be reached through a link, and be readable alone', () => {
    const { place, dump, verify } = scene(SMALL);
    symlinkSync('dump', join(place, 'link'));
    for (const path of ['redis', '']) chmodSync(join(dump, path), 0o500);
    expect(verify(join(place, 'link')).outcome).toBe('verified');
    for (const path of ['', 'redis']) chmodSync(join(dump, path), 0o700);
  });
});

describe('a dump that somebody has edited differs, with the files of each kind', () => {
  test('as a folder', () => {
    const { dump, verify } = scene(SMALL);
    edit(join(dump, A), 'hullo');
    rmSync(join(dump, 'redis/b.bin'));
    writeFileSync(join(dump, 'redis/c.bin'), '');
    expect(verify()).toMatchObject({
      outcome: 'differs',
      problems: [`1 changed file: ${A}`, '1 missing file: redis/b.bin', '1 file that is not listed: redis/c.bin'],
      differences: {
        changed: { count: 1, examples: [A] },
        missing: { count: 1, examples: ['redis/b.bin'] },
        unlisted: { count: 1, examples: ['redis/c.bin'] },
        malformed: EMPTY,
      },
    });
  });

  test('as an archive', () => {
    const { verifyBytes } = scene(SMALL);
    const { 'redis/b.bin': _, ...fewer } = listed(SMALL);
    expect(verifyBytes(archiveOf({ ...fewer, [A]: 'hullo' }, [{ path: 'redis/c.bin' }]))).toMatchObject({
      outcome: 'differs',
      problems: [`1 changed file: ${A}`, '1 missing file: redis/b.bin', '1 file that is not listed: redis/c.bin'],
    });
  });

  test('by links, special files and files with several names, which are named', () => {
    const { dump, place, verify } = scene(SMALL);
    symlinkSync('b.bin', join(dump, 'redis/link'));
    linkSync(join(dump, A), join(place, 'other'));
    const { outcome, problems } = verify();
    expect(outcome).toBe('differs');
    expect(problems.join('\n')).toMatch(/redis\/link is a symlink/);
    expect(problems.join('\n')).toMatch(/a\.bin is hard-linked \(2 names\)/);
  });
});

test('a file that differs and was not written since its list was made is said to be damaged rather than edited', () => {
  const { dump, verify } = scene(SMALL);
  edit(join(dump, 'redis/b.bin'), 'edited');
  writeFileSync(join(dump, A), 'hullo');
  utimesSync(join(dump, A), 1, 1);
  const { problems } = verify();
  expect(problems).toEqual([
    expect.stringMatching(/^2 changed files: /),
    `not written since CHECKSUMS was, so damaged rather than edited: ${A}`,
  ]);
});

describe('a dump of which a part cannot be read for what it is is damaged', () => {
  test.each<[string, (dump: string) => void, RegExp]>([
    ['a manifest that is cut', (dump) => writeFileSync(join(dump, 'MANIFEST.json'), '{'), /MANIFEST\.json/],
    [
      'a list with a line that is none',
      (dump) => appendFileSync(join(dump, 'CHECKSUMS'), 'what\n'),
      /1 line of CHECKSUMS that is none/,
    ],
  ])('%s', (_, spoil, problem) => {
    const { dump, verify } = scene(SMALL);
    spoil(dump);
    const { outcome, problems } = verify();
    expect(outcome).toBe('damaged');
    expect(problems.join('\n')).toMatch(problem);
  });

  test('an archive that is cut, with the files before the damage, and with those that are missing when its list is among them', () => {
    const { verifyBytes } = scene(SMALL);
    const tar = archiveOf(listed(SMALL));
    const cut = verifyBytes(tar.subarray(0, tar.length - 1024 - 600));
    expect(cut).toMatchObject({ outcome: 'damaged', files: 3 });
    expect(cut.problems).toEqual([
      expect.stringMatching(/in\.tar: the archive is cut short \(at byte \d+ of the archive\)/),
      '3 files come before the damage; those after it count as missing',
      '1 missing file: redis/b.bin',
    ]);
    expect(verifyBytes(tar.subarray(0, 100)).problems).toContain('no file comes before the damage');
    expect(verifyBytes(zstdCompressSync(tar).subarray(0, -4)).outcome).toBe('damaged');
  });

  test('an archive that nobody should unpack, or that holds no dump', () => {
    const { verifyBytes } = scene(SMALL);
    expect(verifyBytes(archiveOf(listed(SMALL), [{ path: '../x' }])).problems[0]).toMatch(
      /member "\.\.\/x" has an absolute path/,
    );
    expect(verifyBytes(archiveOf(listed(SMALL), [{ path: A, bytes: 'hello' }])).problems[0]).toMatch(
      /two members have the path/,
    );
    expect(verifyBytes(archiveOf({ a: 'b' }))).toMatchObject({ outcome: 'damaged' });
  });
});

test('what is no dump at all is an error of the call', () => {
  const { place, dump, verify } = scene(SMALL);
  expect(() => verify('')).toThrow(UsageError);
  expect(() => verify(join(place, 'none'))).toThrow(UsageError);
  expect(() => verify(join(place, 'scratch'))).toThrow(/MANIFEST\.json is missing/);
  rmSync(join(dump, 'CHECKSUMS'));
  expect(() => verify()).toThrow(/CHECKSUMS is missing, so nothing tells whether the tree is whole/);
});
