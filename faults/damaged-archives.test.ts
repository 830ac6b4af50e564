import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { dumpDigest } from './dump-check.ts';
import { BYTE_DAMAGES } from './mutations.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, run, succeeded } from './programs.ts';
import { NODE_FILE, rounds, SEED } from './setting.ts';
import type { Unpacked } from './unpack-many.ts';

const UNPACK_MANY = fileURLToPath(new URL('unpack-many.ts', import.meta.url));
const HANGS_MS = 300_000;
/** So many archives are unpacked in one process. */
const GROUP = 500;

/** A dump of a real node, and its archive in all packings. */
async function setTheScene() {
  const place = newPlace();
  const [dump, archive] = [join(place, 'dump'), join(place, 'dump.tar')];
  await succeeded(decode(NODE_FILE, dump, { place }));
  await succeeded(run('archive', ['pack', '--input', dump, '--output', archive, '--compression', 'none'], { place }));
  const tar = readFileSync(archive);
  // In small frames, so that damage is met at the seams, too.
  const frames = Array.from({ length: Math.ceil(tar.length / 10_000) }, (_, i) =>
    zstdCompressSync(tar.subarray(i * 10_000, (i + 1) * 10_000)),
  );
  return { digest: dumpDigest(dump), archives: [tar, zstdCompressSync(tar), Buffer.concat(frames), gzipSync(tar)] };
}

function damaged(dice: Dice, archive: Buffer): Buffer {
  const bytes = dice.pick([...BYTE_DAMAGES, followed])(dice, archive);
  return dice.fraction() < 0.2 ? dice.pick(BYTE_DAMAGES)(dice, bytes) : bytes;
}

function followed(dice: Dice, archive: Buffer): Buffer {
  return Buffer.concat([archive, dice.fraction() < 0.5 ? dice.bytes(1 + dice.below(40)) : archive]);
}

/** Unpacks archives in a process of its own, which a hang ends. */
function unpackMany(archives: readonly Buffer[]): { place: string; outcomes: Unpacked[] } {
  const place = newPlace();
  const [inputs, outputs, scratch] = ['in', 'out', 'scratch'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [inputs, outputs]) mkdirSync(folder);
  archives.forEach((bytes, i) => {
    writeFileSync(join(inputs, String(i).padStart(4, '0')), bytes);
  });
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ['--no-warnings', UNPACK_MANY, inputs, outputs, scratch],
    { encoding: 'utf8', timeout: HANGS_MS, maxBuffer: 1 << 28 },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(signal, `hangs after ${lines.length} archives of seed ${SEED}: ${stderr}`).toBeNull();
  return { place, outcomes: lines.map((line) => JSON.parse(line) as Unpacked) };
}

test('a damaged archive gives the very dump, or is refused with its name and leaves nothing; verify says the same', async () => {
  const { digest, archives } = await setTheScene();
  const count = rounds(150, 10_000);
  const ends = { unpacked: 0, refused: 0 };
  for (let from = 0; from < count; from += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, count - from) }, (_, i) => {
      const dice = new Dice(`archive ${from + i}`);
      return damaged(dice, dice.pick(archives));
    });
    const { place, outcomes } = unpackMany(group);
    expect(outcomes).toHaveLength(group.length);
    for (const { name, end, message, verified } of outcomes) {
      const shown = `archive ${from + Number(name)} of seed ${SEED}: ${message}`;
      if (end === 'defect') expect.fail(shown);
      ends[end]++;
      expect(verified === 'verified', `${shown}; verify says ${verified}`).toBe(end === 'unpacked');
      if (end === 'unpacked') expect(dumpDigest(join(place, 'out', name)), shown).toBe(digest);
      else expect(message, shown).toContain(join(place, 'in', name));
    }
    const unpacked = outcomes.filter(({ end }) => end === 'unpacked').map(({ name }) => name);
    expect(namesIn(join(place, 'out'))).toEqual(unpacked);
    expect(namesIn(place)).toEqual(['in', 'out', 'scratch']);
    expect(scratchLeft(place)).toEqual([]);
  }
  console.log(`damaged archives: ${JSON.stringify(ends)}`);
  expect(ends.refused).toBeGreaterThan(count / 2);
});
