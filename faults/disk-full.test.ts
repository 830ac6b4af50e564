import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dumpDigest } from './dump-check.ts';
import { picture } from './picture.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, type Ended, encode, succeeded } from './programs.ts';
import { copyPair, digestOfPair, sidecarOf } from './published-pair.ts';
import { rounds } from './setting.ts';
import { fillUpTo, mountTmpfs, pagesOf, type Skipping } from './tmpfs.ts';
import { DATABASE, plantLargeStrings, plantWords } from './trees.ts';

const MIB = 1 << 20;
const PAGES_OF_MIB = MIB / 4096;

function expectNoSpace(ended: Ended): void {
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stderr).toContain('no space left');
  expect(ended.stderr.trimEnd().split('\n').length, ended.stderr).toBe(1);
}

describe('encode on a full disk', () => {
  /** A disk of two MiB with an old pair on it. */
  async function diskWithPair(context: Skipping) {
    const place = newPlace();
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 2 * PAGES_OF_MIB);
    const kept = join(place, 'kept.fsm');
    await succeeded(encode(plantWords(join(place, 'old'), 'old', 3), kept, { place }));
    const output = join(disk, 'out.fsm');
    copyPair(kept, output);
    return { place, disk, output, oldDigest: digestOfPair(kept) };
  }

  test('a snapshot that does not fit: exit 1, the old pair stays, nothing temporary', async (context) => {
    const { place, disk, output } = await diskWithPair(context);
    const tree = plantLargeStrings(join(place, 'tree'), 3, MIB);
    const before = picture(disk);
    expectNoSpace(await encode(tree, output, { place }));
    expect(picture(disk)).toEqual(before);
    expect(scratchLeft(place)).toEqual([]);
  });

  test('whatever number of pages is left for owner, sidecar and lock: the new pair, or exit 1 and the old one', async (context) => {
    const { place, disk, output, oldDigest } = await diskWithPair(context);
    const tree = plantWords(join(place, 'tree'), 'new', 3);
    const finished = join(place, 'finished.fsm');
    await succeeded(encode(tree, finished, { place }));
    const snapshotPages = pagesOf(statSync(finished).size);
    const ends: Array<number | null> = [];
    for (let spare = -1; spare <= 3; spare++) {
      fillUpTo(disk, snapshotPages + spare);
      const ended = await encode(tree, output, { place });
      ends.push(ended.code);
      rmSync(join(disk, 'filler'));
      if (ended.code !== 0) expectNoSpace(ended);
      expect(digestOfPair(output), `${spare} pages`).toBe(ended.code === 0 ? digestOfPair(finished) : oldDigest);
      expect(namesIn(disk), `${spare} pages`).toEqual([basename(output), basename(sidecarOf(output))]);
      copyPair(join(place, 'kept.fsm'), output);
    }
    expect(ends).toEqual([1, 1, 1, 1, 0]);
  });

  test.for([
    ['without a self-test', []],
    ['with a self-test', ['--self-test']],
  ] as const)(
    'rows that do not fit into the scratch folder, %s: exit 1, the old pair stays',
    async ([, more], context) => {
      const place = newPlace();
      const scratch = join(place, 'small');
      mountTmpfs(context, scratch, 16 * PAGES_OF_MIB);
      const output = join(place, 'out.fsm');
      await succeeded(encode(plantWords(join(place, 'old'), 'old', 3), output, { place }));
      const before = digestOfPair(output);
      const tree = plantLargeStrings(join(place, 'tree'), 200, MIB);
      expectNoSpace(await encode(tree, output, { place }, '--scratch-root', scratch, ...more));
      expect(digestOfPair(output)).toBe(before);
      expect(namesIn(scratch)).toEqual([]);
      expect(namesIn(place, 'out.fsm')).toEqual(['out.fsm', 'out.fsm.encode_info.json']);
    },
  );

  test('a self-test without scratch space: the right pair, or exit 1 and none', async (context) => {
    const place = newPlace();
    const scratch = join(place, 'small');
    mountTmpfs(context, scratch, 1);
    fillUpTo(scratch, 0);
    const output = join(place, 'out.fsm');
    const ended = await encode(
      plantWords(join(place, 'tree'), 'w', 300),
      output,
      { place },
      '--scratch-root',
      scratch,
      '--self-test',
    );
    if (ended.code === 0) digestOfPair(output);
    else {
      expectNoSpace(ended);
      expect(namesIn(place, 'out.fsm')).toEqual([]);
    }
    expect(namesIn(scratch)).toEqual(['filler']);
  });

  test('a failed self-test finds room for its report where the rejected snapshot was', async (context) => {
    const { place, disk, output } = await diskWithPair(context);
    const tree = plantWords(join(place, 'tree'), 'new', 300);
    await succeeded(encode(tree, join(place, 'finished.fsm'), { place }));
    writeFileSync(join(tree, DATABASE, 'strings/notes.txt'), 'no string');
    const ownerPages = 1;
    fillUpTo(disk, ownerPages + pagesOf(statSync(join(place, 'finished.fsm')).size));
    const ended = await encode(tree, output, { place }, '--self-test');
    expect(ended.code, ended.stderr).toBe(2);
    // Nothing of the older pair is given up for it.
    digestOfPair(join(disk, 'out.fsm.previous'));
    expect(namesIn(disk)).toEqual([
      'filler',
      'out.fsm.encode_info.json',
      'out.fsm.mismatch.txt',
      'out.fsm.previous',
      'out.fsm.previous.encode_info.json',
    ]);
  });
});

describe('decode on a full disk', () => {
  async function snapshot(place: string, words: number): Promise<string> {
    const path = join(place, 'in.fsm');
    await succeeded(encode(plantWords(join(place, 'tree'), 'w', words), path, { place }));
    return path;
  }

  test('whatever number of pages is left: the whole dump, or exit 1 and the earlier one, nothing hidden', async (context) => {
    const place = newPlace();
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 100);
    const input = await snapshot(place, 4);
    await succeeded(decode(input, join(disk, 'dump'), { place }));
    const ends: Array<number | null> = [];
    for (let left = 0; left < 15; left += rounds(3, 1)) {
      const before = picture(disk);
      fillUpTo(disk, left);
      const ended = await decode(input, join(disk, 'dump'), { place }, '--force');
      ends.push(ended.code);
      rmSync(join(disk, 'filler'));
      if (ended.code !== 0) {
        expectNoSpace(ended);
        expect(picture(disk), `${left} pages`).toEqual(before);
      } else {
        dumpDigest(join(disk, 'dump'));
        expect(namesIn(disk)).toEqual(['dump']);
      }
    }
    expect(ends[0]).toBe(1);
    expect(ends.at(-1)).toBe(0);
  });

  test('no inode is left: exit 1, nothing at the output, nothing hidden', async (context) => {
    const place = newPlace();
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 1000, 'nr_inodes=20');
    const input = await snapshot(place, 100);
    expectNoSpace(await decode(input, join(disk, 'dump'), { place }));
    expect(namesIn(disk)).toEqual([]);
  });

  test('an empty mount point that is too small stays empty', async (context) => {
    const place = newPlace();
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 20);
    expectNoSpace(await decode(await snapshot(place, 100), disk, { place }));
    expect(namesIn(disk)).toEqual([]);
  });

  test('standard input that does not fit into the scratch folder: exit 1, nothing at the output', async (context) => {
    const place = newPlace();
    const scratch = join(place, 'small');
    mountTmpfs(context, scratch, 1);
    const input = readFileSync(await snapshot(place, 300));
    const output = join(place, 'dump');
    expectNoSpace(await decode('-', output, { place, input }, '--scratch-root', scratch));
    expect(namesIn(scratch)).toEqual([]);
    expect(namesIn(place, 'dump')).toEqual([]);
    expect(namesIn(place, '.dump')).toEqual([]);
  });
});
