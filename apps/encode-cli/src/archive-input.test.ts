import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { tarOf } from '@ekv/test-support/tar-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { PROGRAM, run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let archive: string;
beforeEach(() => {
  folder = temporaryFolder();
  archive = join(folder, 'dump.tar.zst');
  plantDump(join(folder, 'tree'));
  for (const name of ['place', 'scratch']) mkdirSync(join(folder, name));
  writeFileSync(archive, zstdCompressSync(tarOf(join(folder, 'tree'), '.')));
});

const output = () => join(folder, 'place/out.fsm');
const rest = () => ['--output', output(), '--adapter', 'redis', '--scratch-root', join(folder, 'scratch'), '--quiet'];

/** Encodes what comes from standard input. */
function piped(bytes: Uint8Array) {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--input', '-', ...rest()], { input: bytes });
  return { status, stderr: stderr.toString() };
}

function expectNothing(): void {
  expect(readdirSync(join(folder, 'place'))).toEqual([]);
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
}

test('an archive, from a file and through a pipe, gives the snapshot of its folder', async () => {
  expect(await run('--input', join(folder, 'tree'), ...rest())).toMatchObject({ code: 0 });
  const wanted = readFileSync(output());
  expect(await run('--input', archive, '--self-test', ...rest())).toMatchObject({ code: 0 });
  expect(readFileSync(output()).equals(wanted)).toBe(true);
  expect(piped(readFileSync(archive))).toMatchObject({ status: 0 });
  expect(readFileSync(output()).equals(wanted)).toBe(true);
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
});

test('an archive that is damaged is refused with its path and the place, exit 2, and nothing is published', async () => {
  const whole = readFileSync(archive);
  writeFileSync(archive, whole.subarray(0, -5));
  const { code, stderr } = await run('--input', archive, ...rest());
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/dump\.tar\.zst is damaged at byte \d+: /),
  });
  expectNothing();
  expect(piped(whole.subarray(0, -5))).toEqual({
    status: 2,
    stderr: expect.stringMatching(/standard input is damaged at byte \d+: /),
  });
  expectNothing();
});

test('an archive without a manifest at its top, an empty pipe, and what is no archive are mistakes, exit 1', async () => {
  writeFileSync(join(folder, 'around.tar'), tarOf(folder, 'tree'));
  expect(await run('--input', join(folder, 'around.tar'), ...rest())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the dump in it stands in "tree"; pack what is in that folder, as tar -C does'),
  });
  expect(piped(Buffer.alloc(0))).toEqual({
    status: 1,
    stderr: expect.stringContaining('--input -: standard input is empty; give it the archive of a dump'),
  });
  writeFileSync(join(folder, 'text'), 'text');
  expect(await run('--input', join(folder, 'text'), ...rest())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not a folder with a MANIFEST.json, and no archive of a dump either'),
  });
  expectNothing();
});

test('an input that does not exist is said to be missing, not to be no dump', async () => {
  expect(await run('--input', join(folder, 'none.tar.zst'), ...rest())).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there is no folder and no archive \S*none\.tar\.zst; name the root of a dump tree/),
  });
});

test('a repair wants a folder, and of an archive it is said that it must be unpacked first', async () => {
  expect(await run('--input', archive, '--update-checksums')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'is not a folder; name the root of a dump tree: only a folder is repaired, and an archive must be unpacked first (ekv-archive unpack)',
    ),
  });
});

test('a place that cannot be is refused before the archive is read', async () => {
  writeFileSync(archive, 'no archive');
  const { code, stderr } = await run('--input', archive, '--output', join(folder, 'no/out.fsm'), '--adapter', 'redis');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/the folder of the output .* does not exist/),
  });
});
