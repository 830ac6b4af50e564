import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { dumpDigest } from './dump-check.ts';
import { stopAt, temporaryOf } from './moments.ts';
import { lastingPlace, namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, decodeArguments, encode, encodeArguments, isOrderly, start, succeeded } from './programs.ts';
import { digestOfPair } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';
import { mountTmpfs, pagesOf } from './tmpfs.ts';
import { DATABASE, plantTree } from './trees.ts';

/** So many files, of so many bytes, that all kinds of threads are started. */
const FILES = 1600;
const VALUE_BYTES = 3072;
const WORKERS = ['1', '2', '4', '7'].filter((_, i) => i % rounds(2, 1) === rounds(1, 0));
/** Of a second, and what a loaded machine adds. */
const STOPPED_MS = 4000;

const letters = (letter: number) => Buffer.alloc(VALUE_BYTES, 'abcdefghij'.charCodeAt(letter % 10));
const nameOf = (i: number) => `strings/key-${i}.bin`;

function plantLetters(root: string): string {
  return plantTree(root, Object.fromEntries(Array.from({ length: FILES }, (_, i) => [nameOf(i), letters(i)])));
}

/** A tree, its snapshot, and what tells its dump: no test changes them. */
async function setTheScene() {
  const place = lastingPlace();
  const [tree, snapshot, dump] = [join(place, 'tree'), join(place, 'kept.fsm'), join(place, 'kept')];
  await succeeded(encode(plantLetters(tree), snapshot, { place }, '--workers', '1'));
  const { ms } = await succeeded(decode(snapshot, dump, { place }, '--workers', '1'));
  return { tree, snapshot, ms, snapshotDigest: digestOfPair(snapshot), dumpDigest: dumpDigest(dump) };
}

let scene: Awaited<ReturnType<typeof setTheScene>>;
beforeAll(async () => {
  scene = await setTheScene();
});

describe.each(WORKERS)('with %s workers', (workers) => {
  test('a run that is stopped at any moment ends soon, whole or without a trace', { timeout: 1_200_000 }, async () => {
    const { tree, snapshot, ms, ...digests } = scene;
    const place = newPlace();
    const dice = new Dice(`stopped with ${workers} workers`);
    const made = join(place, 'made');
    const [output, dump] = [join(made, 'out.fsm'), join(made, 'dump')];
    const runs = [
      ['encode', encodeArguments(tree, output, '--workers', workers, '--self-test')],
      ['decode', decodeArguments(snapshot, dump, '--workers', workers)],
    ] as const;
    let slowest = 0;
    for (let round = 0; round < rounds(4, 100); round++) {
      const shown = `round ${round} of seed ${SEED}`;
      rmSync(made, { recursive: true, force: true });
      mkdirSync(made);
      const [program, words] = runs[round % 2]!;
      const running = start(program, words, { place });
      await sleep(60 + dice.fraction() * ms * 1.2);
      const signal = dice.pick(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
      const begun = performance.now();
      running.child.kill(signal);
      const ended = await running.ended;
      slowest = Math.max(slowest, performance.now() - begun);
      expect(performance.now() - begun, shown).toBeLessThan(STOPPED_MS);
      expect(namesIn(made, '.'), shown).toEqual([]);
      expect(scratchLeft(place), shown).toEqual([]);
      if (namesIn(made).length === 0) expect([130, 143, 129, null], `${shown}: ${ended.stderr}`).toContain(ended.code);
      else if (program === 'encode') expect(digestOfPair(output), shown).toBe(digests.snapshotDigest);
      else expect(dumpDigest(dump), shown).toBe(digests.dumpDigest);
    }
    console.log(`${workers} workers: stopped within ${Math.round(slowest)} ms`);
  });

  test('whatever room a disk has: all of it, or exit 1 and nothing', { timeout: 1_200_000 }, async (context) => {
    const { tree, snapshot, ...digests } = scene;
    const place = newPlace();
    // Each file of the dump takes one, and so do the files that say whose the others are.
    const pagesOfSnapshot = pagesOf(statSync(snapshot).size);
    const sizes = [1, 300, pagesOfSnapshot + 20, 2, FILES - 10, FILES + 200, 10, 600, pagesOfSnapshot - 1, FILES];
    for (const pages of sizes.filter((_, i) => i % rounds(2, 1) === 0)) {
      const disk = join(place, `disk-${pages}`);
      const shown = `${pages} pages`;
      mountTmpfs(context, disk, pages);
      const encoded = await encode(tree, join(disk, 'out.fsm'), { place }, '--workers', workers, '--self-test');
      expect([encoded.code, isOrderly(encoded)], `${shown}: ${encoded.stderr}`).toEqual([
        pages > pagesOfSnapshot ? 0 : 1,
        true,
      ]);
      if (encoded.code === 0) expect(digestOfPair(join(disk, 'out.fsm')), shown).toBe(digests.snapshotDigest);
      else expect(encoded.stderr, shown).toMatch(/no space left/);
      for (const name of encoded.code === 0 ? ['out.fsm', 'out.fsm.encode_info.json'] : []) rmSync(join(disk, name));
      expect(namesIn(disk), shown).toEqual([]);
      const decoded = await decode(snapshot, join(disk, 'dump'), { place }, '--workers', workers);
      expect([decoded.code, isOrderly(decoded)], `${shown}: ${decoded.stderr}`).toEqual([pages > FILES ? 0 : 1, true]);
      if (decoded.code === 0) expect(dumpDigest(join(disk, 'dump')), shown).toBe(digests.dumpDigest);
      else {
        expect(decoded.stderr, shown).toMatch(/no space left/);
        expect(namesIn(disk), shown).toEqual([]);
      }
      expect(scratchLeft(place), shown).toEqual([]);
    }
  });

  test('a tree whose files are replaced all the time: refused, or each value is whole', {
    timeout: 1_200_000,
  }, async () => {
    const place = newPlace();
    const tree = plantLetters(join(place, 'tree'));
    const dice = new Dice(`replaced with ${workers} workers`);
    const [output, dump] = [join(place, 'out.fsm'), join(place, 'dump')];
    for (let round = 0; round < rounds(2, 40); round++) {
      const words = round % 2 === 0 ? [] : ['--self-test'];
      const running = start('encode', encodeArguments(tree, output, '--workers', workers, ...words), { place });
      const { ended } = running;
      // While the folder is listed that is refused.
      const moment = { seen: temporaryOf(`${output}.tmp`), thenMicroseconds: dice.below(300_000) };
      await stopAt(running, moment, 0);
      let isOver = false;
      void ended.finally(() => {
        isOver = true;
      });
      for (let tick = 0; !isOver; tick++) {
        writeFileSync(join(place, 'next'), letters(tick));
        renameSync(join(place, 'next'), join(tree, DATABASE, nameOf(dice.below(FILES))));
        if (tick % 20 === 0) await new Promise(setImmediate);
      }
      const shown = `round ${round} of seed ${SEED}: ${JSON.stringify(await ended)}`;
      expect(isOrderly(await ended), shown).toBe(true);
      const { code, stderr } = await ended;
      // What is compared must not change any more.
      if (code === 1) expect(stderr, shown).toContain('the tree changed while it was compared: ');
      else expect([0, 2], shown).toContain(code);
      expect(scratchLeft(place), shown).toEqual([]);
      if (code !== 0) continue;
      await succeeded(decode(output, dump, { place }, '--workers', workers));
      expect(wholeValues(dump), shown).toBe(FILES);
      for (const path of [output, dump]) rmSync(path, { recursive: true });
    }
    expect(existsSync(dump)).toBe(false);
  });
});

/** How many values of a dump are one letter all through. */
function wholeValues(dump: string): number {
  const folder = join(dump, DATABASE, 'strings');
  return namesIn(folder)
    .map((name) => readFileSync(join(folder, name)))
    .filter((value) => value.length === VALUE_BYTES && value.every((byte) => byte === value[0])).length;
}
