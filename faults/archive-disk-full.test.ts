import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dumpDigest } from './dump-check.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, type Ended, encode, run, succeeded } from './programs.ts';
import { fillUpTo, mountTmpfs, type Skipping } from './tmpfs.ts';
import { plantWords } from './trees.ts';

function expectNoSpace(ended: Ended): void {
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stderr).toContain('no space left');
  expect(ended.stderr.trimEnd().split('\n').length, ended.stderr).toBe(1);
}

/** A dump, and an empty disk of some pages. */
async function setTheScene(context: Skipping, pages: number) {
  const place = newPlace();
  const [dump, disk] = [join(place, 'dump'), join(place, 'disk')];
  await succeeded(encode(plantWords(join(place, 'tree'), 'word', 30), join(place, 'in.fsm'), { place }));
  await succeeded(decode(join(place, 'in.fsm'), dump, { place }));
  mountTmpfs(context, disk, pages);
  return { place, dump, disk };
}

test('whatever number of pages is left: the whole archive, or exit 1 and nothing', async (context) => {
  const { place, dump, disk } = await setTheScene(context, 100);
  const output = join(disk, 'out.tar');
  const ends: Array<number | null> = [];
  for (const left of [0, 1, 2, 9, 60]) {
    fillUpTo(disk, left);
    const ended = await run('archive', ['pack', '--input', dump, '--output', output, '--compression', 'none'], {
      place,
    });
    ends.push(ended.code);
    rmSync(join(disk, 'filler'));
    if (ended.code !== 0) expectNoSpace(ended);
    expect(namesIn(disk), `${left} pages`).toEqual(ended.code === 0 ? ['out.tar'] : []);
  }
  expect(ends).toEqual([1, 1, 1, 1, 0]);
  expect((await run('archive', ['verify', output], { place })).code).toBe(0);
  expect(scratchLeft(place)).toEqual([]);
});

test('whatever number of pages is left: the whole dump, or exit 1 and nothing', async (context) => {
  const { place, dump, disk } = await setTheScene(context, 100);
  const [archive, output] = [join(place, 'dump.tar.zst'), join(disk, 'out')];
  await succeeded(run('archive', ['pack', '--input', dump, '--output', archive], { place }));
  const ends: Array<number | null> = [];
  for (const left of [0, 1, 2, 20, 90]) {
    fillUpTo(disk, left);
    const ended = await run('archive', ['unpack', '--input', archive, '--output', output], { place });
    ends.push(ended.code);
    rmSync(join(disk, 'filler'));
    if (ended.code !== 0) expectNoSpace(ended);
    expect(namesIn(disk), `${left} pages`).toEqual(ended.code === 0 ? ['out'] : []);
  }
  expect(ends).toEqual([1, 1, 1, 1, 0]);
  expect(dumpDigest(output)).toBe(dumpDigest(dump));
});
