import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { dumpDigest } from './dump-check.ts';
import { lastingPlace, newPlace } from './places.ts';
import { decode, encode, succeeded } from './programs.ts';
import { leftBeside } from './published-pair.ts';
import { rounds } from './setting.ts';
import { plantWords } from './trees.ts';

/** More than threads are started for. */
const FILES = 1600;
/** The programs themselves need some 30. */
const LIMITS = [32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 160, 192, 256];
const EVERY = rounds(3, 1);

const scene = { tree: '', kept: '', dumpDigest: '' };
beforeAll(async () => {
  const place = lastingPlace();
  const dump = join(place, 'kept');
  scene.tree = plantWords(join(place, 'tree'), 'word', FILES);
  scene.kept = join(place, 'kept.fsm');
  await succeeded(encode(scene.tree, scene.kept, { place }, '--workers', '1'));
  await succeeded(decode(scene.kept, dump, { place }, '--workers', '1'));
  scene.dumpDigest = dumpDigest(dump);
});

test('threads take no descriptors away: with few of them a run ends as with one thread, and as soon', {
  timeout: 600_000,
}, async () => {
  const { tree, kept } = scene;
  const place = newPlace();
  const [output, dump] = [join(place, 'out.fsm'), join(place, 'dump')];
  for (const openFiles of LIMITS.filter((_, i) => i % EVERY === 0)) {
    for (const workers of ['1', '2', '7']) {
      const shown = `${openFiles} open files, ${workers} workers`;
      const encoded = await encode(tree, output, { place, openFiles }, '--workers', workers, '--self-test');
      expect(encoded.code, `${shown}: ${encoded.stderr}`).toBe(0);
      expect(readFileSync(output).equals(readFileSync(kept)), shown).toBe(true);
      const decoded = await decode(kept, dump, { place, openFiles }, '--workers', workers);
      expect(decoded.code, `${shown}: ${decoded.stderr}`).toBe(0);
      expect(dumpDigest(dump), shown).toBe(scene.dumpDigest);
      expect(leftBeside(output), shown).toEqual([]);
      rmSync(dump, { recursive: true });
    }
  }
});

test.each([27, 28, 29])(
  'with %i open files, as many as a run itself needs or fewer, what is said is the same with any number of workers',
  async (openFiles) => {
    const ends: string[] = [];
    for (const workers of ['1', '2', '7']) {
      const own = newPlace();
      const at = { place: own, openFiles };
      const { code, stderr } = await decode(scene.kept, join(own, 'dump'), at, '--workers', workers);
      const text = stderr.replaceAll(own, '').replace(/^time=\S+/gm, '');
      if (code !== 0) expect(text).toContain('too many open files (EMFILE); raise the limit with ulimit -n');
      ends.push(`${code} ${text}`);
    }
    expect(ends).toEqual([ends[0], ends[0], ends[0]]);
  },
);
