import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { stopAt } from './moments.ts';
import { newPlace, scratchLeft } from './places.ts';
import { decode, run, start, succeeded } from './programs.ts';
import { copyPair, digestOfPair, expectPair, leftBeside, someMoment } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';

test('a program that is killed while it writes rows leaves the old pair or the new one', async () => {
  const place = newPlace();
  const [kept, finished, output] = [join(place, 'kept.fsm'), join(place, 'finished.fsm'), join(place, 'out.fsm')];
  await succeeded(run('writeRows', [kept, 'old', '10'], { place }));
  const { ms } = await succeeded(run('writeRows', [finished, 'new', '50000'], { place }));
  const digests = { old: digestOfPair(kept), new: digestOfPair(finished) };
  const dice = new Dice('write killed');
  const count = { old: 0, new: 0, between: 0 };
  for (let round = 0; round < rounds(10, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    copyPair(kept, output);
    const running = start('writeRows', [output, 'new', '50000'], { place });
    await stopAt(running, someMoment(dice, output, ms), 'SIGKILL');
    await running.ended;
    count[expectPair(output, digests, shown)]++;
    await succeeded(run('writeRows', [output, 'old', '10'], { place }));
    expect(leftBeside(output), shown).toEqual([]);
    expect(scratchLeft(place), shown).toEqual([]);
  }
  console.log(`write killed: ${JSON.stringify(count)}`);
  expect(count.old).toBeGreaterThan(0);
  const dump = join(place, 'dump');
  await succeeded(decode(finished, dump, { place }));
});
