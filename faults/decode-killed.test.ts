import { cpSync, existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { dumpDigest, wrongDump } from './dump-check.ts';
import { absent, type Moment, present, replaced, stopAt, temporaryOf } from './moments.ts';
import { namesIn, newPlace } from './places.ts';
import { decode, decodeArguments, encode, start, succeeded } from './programs.ts';
import { rounds, SEED } from './setting.ts';
import { mountTmpfs } from './tmpfs.ts';
import { plantWords } from './trees.ts';

/** An earlier dump, and a snapshot that is to be decoded in its place. */
async function setTheScene() {
  const place = newPlace();
  const inPlace = (name: string) => join(place, name);
  const [newer, oldDump, newDump] = [inPlace('newer.fsm'), inPlace('old-dump'), inPlace('new-dump')];
  await succeeded(encode(plantWords(inPlace('old'), 'old', 3), inPlace('older.fsm'), { place }));
  await succeeded(encode(plantWords(inPlace('new'), 'new', 100), newer, { place }));
  await succeeded(decode(inPlace('older.fsm'), oldDump, { place }));
  const { ms } = await succeeded(decode(newer, newDump, { place }));
  const digests = { oldDigest: dumpDigest(oldDump), newDigest: dumpDigest(newDump) };
  return { place, oldDump, newer, output: inPlace('dump'), ms, ...digests };
}

/** Hidden folders that runs with this output left beside it or in it, by their whole paths. */
function hiddenOf(output: string): string[] {
  const start = `.${basename(output)}.`;
  const folders = [dirname(output), output].filter(existsSync);
  return folders.flatMap((folder) => namesIn(folder, start).map((name) => join(folder, name)));
}

/** The lock of a run that is gone is taken over by the next one, so it is no leftover to be told of. */
function isLock(path: string): boolean {
  return path.endsWith('.lock');
}

/** Some moments of the whole run, most of those in which something is published. */
function someMoment(dice: Dice, output: string, ms: number): Moment {
  if (dice.fraction() < 0.4) return { afterMs: dice.fraction() * ms * 1.1 };
  const hidden = join(dirname(output), `.${basename(output)}.`);
  const wasThere = existsSync(output);
  const swapped = wasThere ? [replaced(output), absent(output), temporaryOf(`${hidden}old`)] : [present(output)];
  const seen = dice.pick([temporaryOf(`${hidden}tmp`), ...swapped, ...swapped]);
  return { seen, thenMicroseconds: dice.below(dice.pick([1, 200, 3000])) };
}

/** No program has begun its work by then. */
const EARLY_MS = 30;

test('a decode that is killed leaves nothing at its output, or the complete dump; the next run works', async () => {
  const { place, newer, output, ms, newDigest } = await setTheScene();
  const dice = new Dice('decode killed');
  const count = { nothing: 0, complete: 0 };
  for (let round = 0; round < rounds(8, 200); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const running = start('decode', decodeArguments(newer, output), { place });
    // The first one before anything was done, whatever the dice say of the others.
    await stopAt(running, round === 0 ? { afterMs: EARLY_MS } : someMoment(dice, output, ms), 'SIGKILL');
    await running.ended;
    const isThere = existsSync(output);
    if (isThere) expect(dumpDigest(output), shown).toBe(newDigest);
    count[isThere ? 'complete' : 'nothing']++;

    const left = hiddenOf(output).filter((path) => !isLock(path));
    rmSync(output, { recursive: true, force: true });
    const next = await decode(newer, output, { place });
    expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
    for (const path of left) expect(next.stderr, shown).toContain(path);
    expect(hiddenOf(output), shown).toEqual(left);
    expect(dumpDigest(output), shown).toBe(newDigest);
    for (const path of [...left, output]) rmSync(path, { recursive: true });
  }
  console.log(`decode killed: ${JSON.stringify(count)}`);
  expect(count.nothing).toBeGreaterThan(0);
});

test('a decode with --force that is killed leaves the earlier dump or the new one; between two renames the earlier one waits beside', async () => {
  const { place, oldDump, newer, output, ms, oldDigest, newDigest } = await setTheScene();
  const dice = new Dice('decode with force killed');
  const count = { old: 0, new: 0, between: 0 };
  for (let round = 0; round < rounds(8, 200); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    cpSync(oldDump, output, { recursive: true });
    const running = start('decode', decodeArguments(newer, output, '--force'), { place });
    // The first one before anything was done, whatever the dice say of the others.
    await stopAt(running, round === 0 ? { afterMs: EARLY_MS } : someMoment(dice, output, ms), 'SIGKILL');
    await running.ended;
    const left = hiddenOf(output).filter((path) => !isLock(path));
    if (existsSync(output)) {
      const digest = dumpDigest(output);
      expect([oldDigest, newDigest], shown).toContain(digest);
      count[digest === newDigest ? 'new' : 'old']++;
    } else {
      const waiting = left.filter((path) => path.includes('.old-'));
      expect(waiting.map(dumpDigest), shown).toEqual([oldDigest]);
      count.between++;
    }

    const next = await decode(newer, output, { place }, '--force');
    expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
    for (const path of left) expect(next.stderr, shown).toContain(path);
    expect(hiddenOf(output), shown).toEqual(left);
    expect(dumpDigest(output), shown).toBe(newDigest);
    for (const path of [...left, output]) rmSync(path, { recursive: true });
  }
  console.log(`decode with --force killed: ${JSON.stringify(count)}`);
  expect(count.old).toBeGreaterThan(0);
});

test('a decode with --force that is stopped with SIGTERM leaves the earlier dump or the new one, and nothing beside', async () => {
  const { place, oldDump, newer, output, ms, oldDigest, newDigest } = await setTheScene();
  const dice = new Dice('decode with force stopped');
  const count = { old: 0, new: 0 };
  for (let round = 0; round < rounds(5, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    cpSync(oldDump, output, { recursive: true });
    const running = start('decode', decodeArguments(newer, output, '--force'), { place });
    await stopAt(running, someMoment(dice, output, ms), 'SIGTERM');
    const ended = await running.ended;
    expect(existsSync(output), `${shown}: ${JSON.stringify(ended)}`).toBe(true);
    const digest = dumpDigest(output);
    expect([oldDigest, newDigest], shown).toContain(digest);
    expect(hiddenOf(output), `${shown}: ${JSON.stringify(ended)}`).toEqual([]);
    count[digest === newDigest ? 'new' : 'old']++;
    rmSync(output, { recursive: true });
  }
  console.log(`decode with --force stopped with SIGTERM: ${JSON.stringify(count)}`);
});

test('a decode to a mount point that is killed leaves no manifest, or the complete dump; the next run says what is in the way', async (context) => {
  const { place, newer, output, ms, newDigest } = await setTheScene();
  mountTmpfs(context, output, 10_000);
  const dice = new Dice('decode to a mount point killed');
  const count = { incomplete: 0, complete: 0 };
  for (let round = 0; round < rounds(5, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const running = start('decode', decodeArguments(newer, output), { place });
    await stopAt(running, momentInside(dice, output, ms), 'SIGKILL');
    await running.ended;
    const left = hiddenOf(output);
    if (existsSync(join(output, 'MANIFEST.json'))) {
      for (const path of left) rmSync(path, { recursive: true });
      expect(dumpDigest(output), shown).toBe(newDigest);
      count.complete++;
    } else {
      expect(wrongDump(output), shown).toContain('MANIFEST.json');
      count.incomplete++;
      if (namesIn(output).length > 0) {
        const next = await decode(newer, output, { place });
        expect(next.code, `${shown}: ${next.stderr}`).toBe(1);
        expect(next.stderr, shown).toContain(basename(left[0]!));
      }
    }
    for (const name of namesIn(output)) rmSync(join(output, name), { recursive: true });
  }
  const last = await decode(newer, output, { place });
  expect(last.code, last.stderr).toBe(0);
  expect(dumpDigest(output)).toBe(newDigest);
  console.log(`decode to a mount point killed: ${JSON.stringify(count)}`);
});

function momentInside(dice: Dice, output: string, ms: number): Moment {
  if (dice.fraction() < 0.3) return { afterMs: dice.fraction() * ms * 1.1 };
  const seen = dice.pick(['CHECKSUMS', 'redis', 'MANIFEST.json'].map((name) => present(join(output, name))));
  return { seen, thenMicroseconds: dice.below(dice.pick([1, 100, 1000])) };
}
