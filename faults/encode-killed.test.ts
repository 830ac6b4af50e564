import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { stopAt } from './moments.ts';
import { newPlace, scratchLeft } from './places.ts';
import { encode, encodeArguments, start, succeeded } from './programs.ts';
import { copyPair, digestOfPair, expectPair, leftBeside, readPair, someMoment } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';
import { plantLargeStrings, plantWords } from './trees.ts';

/** An old pair that is published, and a tree whose snapshot is to replace it. */
async function setTheScene() {
  const place = newPlace();
  const [kept, finished, output] = [join(place, 'kept.fsm'), join(place, 'finished.fsm'), join(place, 'out.fsm')];
  const tree = plantWords(join(place, 'new'), 'new', 300);
  await succeeded(encode(plantWords(join(place, 'old'), 'old', 3), kept, { place }));
  const { ms } = await succeeded(encode(tree, finished, { place }));
  return { place, kept, output, tree, ms, oldDigest: digestOfPair(kept), newDigest: digestOfPair(finished) };
}

function removeLeft(output: string): void {
  for (const name of leftBeside(output)) rmSync(join(output, '..', name));
}

test('an encode that is killed leaves the old pair or the new one; only a finished sidecar may still wait beside the new snapshot', async () => {
  const { place, kept, output, tree, ms, oldDigest, newDigest } = await setTheScene();
  const dice = new Dice('encode killed');
  const count = { old: 0, new: 0, between: 0, ended: 0 };
  for (let round = 0; round < rounds(25, 200); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    copyPair(kept, output);
    const running = start('encode', encodeArguments(tree, output), { place });
    await stopAt(running, someMoment(dice, output, ms), 'SIGKILL');
    if ((await running.ended).signal === null) count.ended++;

    count[expectPair(output, { old: oldDigest, new: newDigest }, shown)]++;

    const left = leftBeside(output).filter((name) => !name.endsWith('.lock'));
    const next = await encode(tree, output, { place });
    expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
    for (const name of left) expect(next.stderr, shown).toContain(name);
    expect(digestOfPair(output), shown).toBe(newDigest);
    expect(leftBeside(output), shown).toEqual(left.sort());
    removeLeft(output);
  }
  console.log(`encode killed: ${JSON.stringify(count)}`);
  expect(count.old).toBeGreaterThan(0);
});

test('an encode that is stopped with SIGTERM leaves the old pair or the new one, and no temporary file', async () => {
  const { place, kept, output, tree, ms, oldDigest, newDigest } = await setTheScene();
  const dice = new Dice('encode stopped');
  const count = { old: 0, new: 0 };
  for (let round = 0; round < rounds(6, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    copyPair(kept, output);
    const running = start('encode', encodeArguments(tree, output), { place });
    await stopAt(running, someMoment(dice, output, ms), 'SIGTERM');
    const ended = await running.ended;
    const { snapshot, told } = readPair(output);
    expect([oldDigest, newDigest], shown).toContain(snapshot);
    expect(told, `${shown}: ${JSON.stringify(ended)}`).toBe(snapshot);
    expect(leftBeside(output), `${shown}: ${JSON.stringify(ended)}`).toEqual([]);
    count[snapshot === newDigest ? 'new' : 'old']++;
  }
  console.log(`encode stopped with SIGTERM: ${JSON.stringify(count)}`);
});

test('a lock that was left empty by a kill between its making and its first byte is taken over', async () => {
  const place = newPlace();
  const output = join(place, 'out.fsm');
  writeFileSync(`${output}.lock`, '');
  const ended = await encode(plantWords(join(place, 'tree'), 'w', 3), output, { place });
  expect(ended.code, ended.stderr).toBe(0);
  digestOfPair(output);
  expect(leftBeside(output)).toEqual([]);
});

test('an encode that is killed while it sorts on disk leaves nothing in the scratch folder', async () => {
  const place = newPlace();
  const tree = plantLargeStrings(join(place, 'tree'), 200, 1 << 20);
  const dice = new Dice('encode killed in scratch');
  for (let round = 0; round < rounds(3, 30); round++) {
    const running = start('encode', encodeArguments(tree, join(place, 'out.fsm')), { place });
    await stopAt(running, { afterMs: 100 + dice.below(500) }, 'SIGKILL');
    await running.ended;
    expect(scratchLeft(place), `round ${round} of seed ${SEED}`).toEqual([]);
  }
});
