import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { wrongDump } from './dump-check.ts';
import { namesIn, newPlace } from './places.ts';
import { decodeArguments, type Ended, encode, encodeArguments, run, succeeded } from './programs.ts';
import { digestOfPair, leftBeside, sidecarOf } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';
import { mountTmpfs } from './tmpfs.ts';
import { DATABASE, plantWords } from './trees.ts';

/** Two trees and their snapshots. */
async function setTheScene() {
  const place = newPlace();
  const trees = ['a', 'b'].map((word) => plantWords(join(place, word), word, 30));
  const snapshots = trees.map((tree) => `${tree}.fsm`);
  for (const i of [0, 1]) await succeeded(encode(trees[i]!, snapshots[i]!, { place }));
  return { place, trees, snapshots };
}

/** Which of the two trees a complete dump is made of. */
function indexOfDump(output: string): number {
  expect(wrongDump(output)).toBeUndefined();
  const folder = join(output, DATABASE, 'strings');
  const words = new Set(namesIn(folder).map((name) => readFileSync(join(folder, name), 'latin1')[0]));
  expect(words.size).toBe(1);
  return ['a', 'b'].indexOf([...words][0]!);
}

/** Starts two runs, the second a little later than the first or not. */
async function together(
  dice: Dice,
  first: () => Promise<Ended>,
  second: () => Promise<Ended>,
): Promise<[Ended, Ended]> {
  const later = async () => {
    await sleep(dice.below(dice.pick([1, 30])));
    return second();
  };
  return Promise.all([first(), later()]);
}

test('encodes to one output at the same time leave one of their pairs, never a mixture', async () => {
  const { place, trees, snapshots } = await setTheScene();
  const output = join(place, 'out.fsm');
  const wanted = snapshots.map((snapshot) => digestOfPair(snapshot));
  for (let round = 0; round < rounds(10, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const runs = Array.from({ length: rounds(2, 5) }, (_, i) => encode(trees[i % 2]!, output, { place }));
    for (const ended of await Promise.all(runs)) expect(ended.code, `${shown}: ${ended.stderr}`).toBe(0);
    expect(wanted, shown).toContain(digestOfPair(output));
    expect(leftBeside(output), shown).toEqual([]);
  }
});

test('an encode and one whose self-test fails at the same time: a pair, or a sidecar alone that says so', async () => {
  const { place, trees } = await setTheScene();
  const output = join(place, 'out.fsm');
  const dice = new Dice('encode and a failing one');
  const wrong = plantWords(join(place, 'wrong'), 'wrong', 30);
  writeFileSync(join(wrong, DATABASE, 'strings/notes.txt'), 'no string');
  for (let round = 0; round < rounds(2, 50); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const [good, bad] = await together(
      dice,
      () => run('encode', encodeArguments(trees[0]!, output, '--self-test'), { place }),
      () => run('encode', encodeArguments(wrong, output, '--self-test'), { place }),
    );
    expect([good.code, bad.code], `${shown}: ${good.stderr} ${bad.stderr}`).toEqual([0, 2]);
    if (existsSync(output)) digestOfPair(output);
    else expect(existsSync(sidecarOf(output)), shown).toBe(true);
    expect(leftBeside(output), shown).toEqual([]);
    for (const name of namesIn(place, 'out.fsm')) rmSync(join(place, name));
  }
});

test('decodes to one output at the same time: one wins, the other has exit 1, and nothing is mixed', async () => {
  const { place, snapshots } = await setTheScene();
  const output = join(place, 'dump');
  const dice = new Dice('two decodes');
  for (let round = 0; round < rounds(3, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const runs = await together(
      dice,
      () => run('decode', decodeArguments(snapshots[0]!, output), { place }),
      () => run('decode', decodeArguments(snapshots[1]!, output), { place }),
    );
    const winner = runs.findIndex(({ code }) => code === 0);
    expect(runs.map(({ code }) => code).sort(), `${shown}: ${runs.map(({ stderr }) => stderr)}`).toEqual([0, 1]);
    expect(indexOfDump(output), shown).toBe(winner);
    expect(namesIn(place, '.dump'), shown).toEqual([]);
    rmSync(output, { recursive: true });
  }
});

test('decodes to one empty mount point at the same time: one wins, the other has exit 1, and nothing is mixed', async (context) => {
  const { place, snapshots } = await setTheScene();
  const output = join(place, 'dump');
  mountTmpfs(context, output, 10_000);
  const dice = new Dice('two decodes to a mount point');
  for (let round = 0; round < rounds(3, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const runs = await together(
      dice,
      () => run('decode', decodeArguments(snapshots[0]!, output), { place }),
      () => run('decode', decodeArguments(snapshots[1]!, output), { place }),
    );
    const winner = runs.findIndex(({ code }) => code === 0);
    expect(runs.map(({ code }) => code).sort(), `${shown}: ${runs.map(({ stderr }) => stderr)}`).toEqual([0, 1]);
    expect(indexOfDump(output), shown).toBe(winner);
    for (const name of namesIn(output)) rmSync(join(output, name), { recursive: true });
  }
});

test('decodes with --force to one output at the same time leave one of their dumps', async () => {
  const { place, snapshots } = await setTheScene();
  const output = join(place, 'dump');
  await succeeded(run('decode', decodeArguments(snapshots[0]!, output), { place }));
  const dice = new Dice('two decodes with force');
  for (let round = 0; round < rounds(3, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const runs = await together(
      dice,
      () => run('decode', decodeArguments(snapshots[0]!, output, '--force'), { place }),
      () => run('decode', decodeArguments(snapshots[1]!, output, '--force'), { place }),
    );
    for (const { code, stderr } of runs) expect([0, 1], `${shown}: ${stderr}`).toContain(code);
    expect(
      runs.some(({ code }) => code === 0),
      shown,
    ).toBe(true);
    expect([0, 1], shown).toContain(indexOfDump(output));
    // What a run moved away and could not put back it has named.
    for (const name of namesIn(place, '.dump')) {
      expect(runs.map(({ stderr }) => stderr).join(), shown).toContain(name);
      rmSync(join(place, name), { recursive: true });
    }
  }
});
