import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { type Moment, present, replaced, stopAt, temporaryOf } from './moments.ts';
import { newPlace } from './places.ts';
import { decode, run, start, succeeded } from './programs.ts';
import { copyPair, digestOfPair, leftBeside, readPair, sidecarOf } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';

function someMoment(dice: Dice, output: string, ms: number): Moment {
  if (dice.fraction() < 0.5) return { afterMs: dice.fraction() * ms * 1.1 };
  const sidecar = sidecarOf(output);
  const sights = [
    temporaryOf(`${output}.tmp`),
    temporaryOf(`${sidecar}.tmp`),
    present(`${output}.lock`),
    replaced(output),
  ];
  return { seen: dice.pick(sights), thenMicroseconds: dice.below(dice.pick([1, 200, 3000])) };
}

test('a program that is killed while it writes rows leaves the old pair or the new one', async () => {
  const place = newPlace();
  const [kept, finished, output] = [join(place, 'kept.fsm'), join(place, 'finished.fsm'), join(place, 'out.fsm')];
  await succeeded(run('writeRows', [kept, 'old', '10'], { place }));
  const { ms } = await succeeded(run('writeRows', [finished, 'new', '50000'], { place }));
  const [oldDigest, newDigest] = [digestOfPair(kept), digestOfPair(finished)];
  const dice = new Dice('write killed');
  const count = { old: 0, new: 0, between: 0 };
  for (let round = 0; round < rounds(10, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    copyPair(kept, output);
    const running = start('writeRows', [output, 'new', '50000'], { place });
    await stopAt(running, someMoment(dice, output, ms), 'SIGKILL');
    await running.ended;
    const { snapshot, told, waiting } = readPair(output);
    if (snapshot === newDigest && told === oldDigest) {
      expect(waiting, shown).toEqual([newDigest]);
      count.between++;
    } else {
      expect([oldDigest, newDigest], shown).toContain(snapshot);
      expect(told, shown).toBe(snapshot);
      count[snapshot === newDigest ? 'new' : 'old']++;
    }
    for (const name of leftBeside(output)) rmSync(join(place, name));
  }
  console.log(`write killed: ${JSON.stringify(count)}`);
  expect(count.old).toBeGreaterThan(0);
  const dump = join(place, 'dump');
  await succeeded(decode(finished, dump, { place }));
});
