import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { dumpDigest } from './dump-check.ts';
import { type Moment, present, stopAt, temporaryOf } from './moments.ts';
import { namesIn, newPlace } from './places.ts';
import { decode, encode, run, start, succeeded } from './programs.ts';
import { rounds, SEED } from './setting.ts';
import { plantWords } from './trees.ts';

/** A dump and its archive. */
async function setTheScene() {
  const place = newPlace();
  const inPlace = (name: string) => join(place, name);
  const [dump, archive] = [inPlace('dump'), inPlace('dump.tar.zst')];
  await succeeded(encode(plantWords(inPlace('tree'), 'word', 200), inPlace('in.fsm'), { place }));
  await succeeded(decode(inPlace('in.fsm'), dump, { place }));
  const { ms } = await succeeded(run('archive', ['pack', '--input', dump, '--output', archive], { place }));
  return { place, dump, archive, ms, digest: dumpDigest(dump) };
}

/** Some moments of the whole run, most of those in which something is written or published. */
function someMoment(dice: Dice, output: string, temporary: string, ms: number): Moment {
  if (dice.fraction() < 0.4) return { afterMs: dice.fraction() * ms * 1.1 };
  const seen = dice.pick([temporaryOf(temporary), temporaryOf(`${output}.lock`), present(output)]);
  return { seen, thenMicroseconds: dice.below(dice.pick([1, 200, 3000])) };
}

/** No program has begun its work by then. */
const EARLY_MS = 30;

/** The lock of a run that is gone is taken over by the next one. */
function leftBeside(output: string, beside: RegExp): string[] {
  return namesIn(dirname(output)).filter((name) => beside.test(name) && !name.endsWith('.lock'));
}

test('a pack that is killed leaves nothing at its output, or the complete archive; the next run works and names what was left', async () => {
  const { place, dump, ms, digest } = await setTheScene();
  const output = join(place, 'out.tar');
  const words = ['pack', '--input', dump, '--output', output, '--compression', 'none'];
  const dice = new Dice('pack killed');
  const count = { nothing: 0, complete: 0 };
  for (let round = 0; round < rounds(8, 200); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const running = start('archive', words, { place });
    const moment = round === 0 ? { afterMs: EARLY_MS } : someMoment(dice, output, `${output}.`, ms);
    await stopAt(running, moment, 'SIGKILL');
    await running.ended;
    const isThere = existsSync(output);
    count[isThere ? 'complete' : 'nothing']++;
    if (isThere) expect((await run('archive', ['verify', output], { place })).code, shown).toBe(0);
    const left = leftBeside(output, /^out\.tar\./);
    expect(
      left.every((name) => /^out\.tar\.(run\.|lock\.)?tmp-[0-9a-f]{16}$/.test(name)),
      `${shown}: ${left}`,
    ).toBe(true);
    rmSync(output, { force: true });
    const next = await run('archive', words, { place });
    expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
    for (const name of left) expect(next.stderr, shown).toContain(name);
    const again = join(place, 'again');
    await succeeded(run('archive', ['unpack', '--input', output, '--output', again], { place }));
    expect(dumpDigest(again), shown).toBe(digest);
    for (const path of [...left.map((name) => join(place, name)), output, again]) rmSync(path, { recursive: true });
  }
  console.log(`pack killed: ${JSON.stringify(count)}`);
  expect(count.nothing).toBeGreaterThan(0);
});

test('an unpack that is killed leaves nothing at its output, or the complete dump; the next run works and names what was left', async () => {
  const { place, archive, ms, digest } = await setTheScene();
  const output = join(place, 'out');
  const words = ['unpack', '--input', archive, '--output', output];
  const dice = new Dice('unpack killed');
  const count = { nothing: 0, complete: 0 };
  for (let round = 0; round < rounds(8, 200); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const running = start('archive', words, { place });
    const moment = round === 0 ? { afterMs: EARLY_MS } : someMoment(dice, output, join(place, '.out.'), ms);
    await stopAt(running, moment, 'SIGKILL');
    await running.ended;
    const isThere = existsSync(output);
    count[isThere ? 'complete' : 'nothing']++;
    if (isThere) expect(dumpDigest(output), shown).toBe(digest);
    const left = leftBeside(output, /^\.out\./);
    rmSync(output, { recursive: true, force: true });
    const next = await run('archive', words, { place });
    expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
    for (const name of left) expect(next.stderr, shown).toContain(name);
    expect(dumpDigest(output), shown).toBe(digest);
    for (const path of [...left.map((name) => join(place, name)), output]) rmSync(path, { recursive: true });
  }
  console.log(`unpack killed: ${JSON.stringify(count)}`);
  expect(count.nothing).toBeGreaterThan(0);
});
