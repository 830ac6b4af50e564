import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANY_BYTES, filesBelow } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { ARCHIVES, CONTENTS, TREE, WHOLE_ARCHIVES } from '../src/archives-of-others.test-data.ts';
import { FILES, filesIn, listed, textsOf } from '../src/dump.test-data.ts';
import { openArchiveTree } from '../src/tree/open-archive-tree.ts';
import { unpackArchive } from '../src/unpack/unpack-archive.ts';

const DUMP = listed({ ...FILES, 'redis/long': 'x'.repeat(700_000), [`s3/b/${'deep/'.repeat(60)}\xe4 %2F`]: 'two' });
const PYTHON = 'import sys, tarfile\nwith tarfile.open(sys.argv[1], sys.argv[2]) as out: out.add("dump", arcname=".")';

const gnuTar = (...more: readonly string[]) => ['tar', '-cf', 'a', ...more, '-C', 'dump', '.'];
const bsdtar = (...more: readonly string[]) => ['bsdtar', '-cf', 'a', ...more, '-C', 'dump', '.'];
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['gnu', 'pax', 'posix', 'oldgnu'].map((format) => [`GNU tar, format ${format}`, gnuTar(`--format=${format}`)]),
  ),
  'GNU tar and zstd': gnuTar('--zstd'),
  'GNU tar and gzip': gnuTar('--gzip'),
  Python: ['python3', '-c', PYTHON, 'a', 'w'],
  'Python and gzip': ['python3', '-c', PYTHON, 'a', 'w:gz'],
  bsdtar: bsdtar(),
  'bsdtar and zstd': bsdtar('--zstd'),
};

test.each(Object.entries(WRITERS))('what is written is unpacked and read: %s', (_, [program, ...args]) => {
  const place = temporaryFolder();
  plant(join(place, 'dump'), DUMP);
  execFileSync(program!, args, { cwd: place, stdio: 'ignore' });
  unpackArchive({ input: join(place, 'a'), output: join(place, 'again') });
  expect(filesIn(join(place, 'again'))).toEqual(textsOf(DUMP));
  expect(read(join(place, 'a'))).toEqual(textsOf(DUMP));
});

/** As an encode reads it. */
function read(path: string): Record<string, string> {
  const scratch = join(temporaryFolder(), 'scratch');
  mkdirSync(scratch);
  const archive = openArchiveTree(path, { scratch: new ScratchFolder(scratch, 'own') });
  try {
    const tree = archive.tree();
    const files = [...tree.entries('')].flatMap(({ name, kind }) =>
      kind === 'folder' ? [...filesBelow(tree, name)].map((file) => file.path) : [name],
    );
    return Object.fromEntries(files.map((file) => [file, tree.read(file, ANY_BYTES).toString('latin1')]));
  } finally {
    archive.close();
  }
}

test('the commands that made fixtures/archives make such archives with the programs that are installed', () => {
  const place = temporaryFolder();
  const [, commands] = /^```sh\n(.*?)^```$/ms.exec(readFileSync(join(ARCHIVES, 'README.md'), 'utf8'))!;
  execFileSync('sh', ['-euc', commands!], { cwd: place, stdio: 'ignore' });
  for (const [name, texts] of CONTENTS) expect(read(join(place, name)), name).toEqual(texts);
  for (const name of WHOLE_ARCHIVES) {
    unpackArchive({ input: join(place, name), output: join(place, `${name}.d`) });
    expect(filesIn(join(place, `${name}.d`)), name).toEqual(textsOf(TREE));
  }
  for (const [name, rule] of [
    ['gnu-tar-link.tar', /the member "\.\/link" is a link, a device or a file with holes/],
    ['python-kinds.tar', /the member "m" is a link, a device or a file with holes/],
  ] as const)
    expect(() => read(join(place, name))).toThrow(rule);
});
