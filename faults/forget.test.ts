import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { dumpDigest } from './dump-check.ts';
import { type Moment, present, stopAt, temporaryOf } from './moments.ts';
import { picture } from './picture.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, type Ended, encode, run, start, succeeded } from './programs.ts';
import { digestOfPair, leftBeside, readPair, sidecarOf } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';
import { fillUpTo, mountTmpfs, pagesOf } from './tmpfs.ts';
import { plantWords } from './trees.ts';

/** What is forgotten: a part of the strings. */
const FORGOTTEN = ['--match', 'redis/key-1*'];

const forgetArguments = (input: string, output: string, ...more: string[]): string[] => [
  'forget',
  input,
  '--output',
  output,
  ...FORGOTTEN,
  ...more,
];

/** A snapshot, its dump, and what each is without what is forgotten. */
async function setTheScene(strings: number) {
  const place = newPlace();
  const inPlace = (name: string) => join(place, name);
  const [snapshot, dump] = [inPlace('in.fsm'), inPlace('dump')];
  await succeeded(encode(plantWords(inPlace('tree'), 'w', strings), snapshot, { place }));
  await succeeded(decode(snapshot, dump, { place }));
  const { ms } = await succeeded(run('ekv', forgetArguments(snapshot, inPlace('made.fsm')), { place }));
  await succeeded(run('ekv', forgetArguments(dump, inPlace('made')), { place }));
  const digests = { snapshotDigest: digestOfPair(inPlace('made.fsm')), dumpDigest: dumpDigest(inPlace('made')) };
  return { place, snapshot, dump, ms, output: inPlace('out.fsm'), tree: inPlace('out'), ...digests };
}

function someMoment(dice: Dice, sights: readonly (() => boolean)[], ms: number): Moment {
  if (dice.fraction() < 0.4) return { afterMs: dice.fraction() * ms * 1.1 };
  return { seen: dice.pick(sights), thenMicroseconds: dice.below(dice.pick([1, 200, 3000])) };
}

/** What was made of a snapshot: of its publication only the sidecar may still wait for its name. */
function expectNothingOrWhole(output: string, digest: string, shown: string): 'nothing' | 'whole' {
  const { snapshot, told, waiting } = readPair(output);
  if (snapshot === undefined) {
    expect(told, shown).toBeUndefined();
    return 'nothing';
  }
  expect(snapshot, shown).toBe(digest);
  if (told === undefined) expect(waiting, shown).toEqual([digest]);
  else expect(told, shown).toBe(digest);
  return 'whole';
}

function hiddenOf(output: string): string[] {
  return namesIn(dirname(output), `.${basename(output)}.`).filter((name) => !name.endsWith('.lock'));
}

/**
 * Takes away what a run leaves that is killed between the making of the file that says whose the others are and its first byte: nobody can tell whose it is, so
 * it stays, and that is told. @returns what else is there.
 */
function withoutEmptyOwners(names: readonly string[], folder: string, stderr: string): string[] {
  const empty = names.filter(
    (name) => /\.run(?:\.tmp)?-[0-9a-f]{16}$/.test(name) && statSync(join(folder, name)).size === 0,
  );
  for (const name of empty) {
    expect(stderr).toContain(name);
    rmSync(join(folder, name));
  }
  return names.filter((name) => !empty.includes(name));
}

describe('a forget that is killed', () => {
  test('in a snapshot leaves nothing at its output, or the whole one; the next run tells what is left, and removes it', async () => {
    const { place, snapshot, output, ms, snapshotDigest } = await setTheScene(300);
    const dice = new Dice('forget killed');
    const sights = [
      temporaryOf(`${output}.tmp`),
      present(`${output}.lock`),
      present(output),
      present(sidecarOf(output)),
    ];
    const count = { nothing: 0, whole: 0 };
    for (let round = 0; round < rounds(8, 200); round++) {
      const shown = `round ${round} of seed ${SEED}`;
      const before = readFileSync(snapshot);
      const running = start('ekv', forgetArguments(snapshot, output), { place });
      await stopAt(running, someMoment(dice, sights, ms), 'SIGKILL');
      await running.ended;
      count[expectNothingOrWhole(output, snapshotDigest, shown)]++;
      expect(readFileSync(snapshot).equals(before), shown).toBe(true);
      const left = leftBeside(output).filter((name) => !name.endsWith('.lock'));
      for (const path of [output, sidecarOf(output)]) rmSync(path, { force: true });
      const next = await run('ekv', forgetArguments(snapshot, output, '--remove-leftovers'), { place });
      expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
      for (const name of left) expect(next.stderr, shown).toContain(name);
      expect(withoutEmptyOwners(leftBeside(output), place, next.stderr), shown).toEqual([]);
      expect(digestOfPair(output), shown).toBe(snapshotDigest);
      for (const path of [output, sidecarOf(output)]) rmSync(path);
    }
    console.log(`forget killed: ${JSON.stringify(count)}`);
    expect(count.nothing).toBeGreaterThan(0);
    expect(scratchLeft(place)).toEqual([]);
  });

  test('in a dump leaves nothing at its output, or the whole one', async () => {
    const { place, dump, tree, ms, dumpDigest: digest } = await setTheScene(100);
    const dice = new Dice('forget in a dump killed');
    const sights = [temporaryOf(join(place, '.out.')), present(tree)];
    const count = { nothing: 0, whole: 0 };
    for (let round = 0; round < rounds(6, 200); round++) {
      const shown = `round ${round} of seed ${SEED}`;
      const running = start('ekv', forgetArguments(dump, tree), { place });
      await stopAt(running, someMoment(dice, sights, ms), 'SIGKILL');
      await running.ended;
      const isThere = existsSync(tree);
      if (isThere) expect(dumpDigest(tree), shown).toBe(digest);
      count[isThere ? 'whole' : 'nothing']++;
      rmSync(tree, { recursive: true, force: true });
      const next = await run('ekv', forgetArguments(dump, tree, '--remove-leftovers'), { place });
      expect(next.code, `${shown}: ${next.stderr}`).toBe(0);
      expect(withoutEmptyOwners(hiddenOf(tree), place, next.stderr), shown).toEqual([]);
      expect(dumpDigest(tree), shown).toBe(digest);
      rmSync(tree, { recursive: true });
    }
    console.log(`forget in a dump killed: ${JSON.stringify(count)}`);
  });
});

test('a forget that is stopped with SIGTERM leaves nothing, or the whole', async () => {
  const { place, snapshot, dump, output, tree, ms, snapshotDigest, dumpDigest: digest } = await setTheScene(200);
  const dice = new Dice('forget stopped');
  for (let round = 0; round < rounds(6, 100); round++) {
    const shown = `round ${round} of seed ${SEED}`;
    const isOfDump = round % 2 === 1;
    const sights = isOfDump
      ? [temporaryOf(join(place, '.out.')), present(tree)]
      : [temporaryOf(`${output}.tmp`), present(output)];
    const running = start('ekv', isOfDump ? forgetArguments(dump, tree) : forgetArguments(snapshot, output), { place });
    await stopAt(running, someMoment(dice, sights, ms), 'SIGTERM');
    const ended = await running.ended;
    if (existsSync(tree)) expect(dumpDigest(tree), shown).toBe(digest);
    if (existsSync(output)) expect(digestOfPair(output), shown).toBe(snapshotDigest);
    expect([...hiddenOf(tree), ...leftBeside(output)], `${shown}: ${JSON.stringify(ended)}`).toEqual([]);
    expect(scratchLeft(place), shown).toEqual([]);
    for (const path of [output, sidecarOf(output), tree]) rmSync(path, { recursive: true, force: true });
  }
});

describe('forget on a full disk', () => {
  function expectNoSpace({ code, stderr }: Ended): void {
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('no space left');
  }

  test('whatever number of pages is left: the whole pair, or exit 1 and nothing', async (context) => {
    const { place, snapshot, snapshotDigest } = await setTheScene(60);
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 100);
    const output = join(disk, 'out.fsm');
    const pages = pagesOf(statSync(join(place, 'made.fsm')).size);
    const ends: (number | null)[] = [];
    for (const left of [0, 1, pages, pages + 1, pages + 2, pages + 3, pages + 4]) {
      fillUpTo(disk, left);
      const ended = await run('ekv', forgetArguments(snapshot, output), { place });
      rmSync(join(disk, 'filler'));
      ends.push(ended.code);
      if (ended.code === 0) expect(digestOfPair(output), `${left} pages`).toBe(snapshotDigest);
      else {
        expectNoSpace(ended);
        expect(namesIn(disk), `${left} pages`).toEqual([]);
      }
      for (const path of [output, sidecarOf(output)]) rmSync(path, { force: true });
    }
    expect(ends[0]).toBe(1);
    expect(ends.at(-1)).toBe(0);
  });

  test.for(['out', 'out.tar', 'out.tar.zst'])(
    'a dump that does not fit, %s: exit 1 and nothing',
    async (name, context) => {
      const { place, dump } = await setTheScene(60);
      const disk = join(place, 'disk');
      mountTmpfs(context, disk, 100);
      fillUpTo(disk, 1);
      const before = picture(disk);
      expectNoSpace(await run('ekv', forgetArguments(dump, join(disk, name)), { place }));
      expect(picture(disk)).toEqual(before);
      expect(scratchLeft(place)).toEqual([]);
    },
  );

  test('no room in the scratch folder: exit 1, or the whole', async (context) => {
    const { place, snapshot, dump, output, tree, snapshotDigest } = await setTheScene(300);
    const scratch = join(place, 'small');
    mountTmpfs(context, scratch, 1);
    fillUpTo(scratch, 0);
    const ended = await run('ekv', forgetArguments(snapshot, output, '--scratch-root', scratch), { place });
    if (ended.code === 0) expect(digestOfPair(output)).toBe(snapshotDigest);
    else expectNoSpace(ended);
    expectNoSpace(await run('ekv', forgetArguments(dump, tree, '--scratch-root', scratch), { place }));
    expect(existsSync(tree)).toBe(false);
    expect(readdirSync(scratch)).toEqual(['filler']);
  });
});
