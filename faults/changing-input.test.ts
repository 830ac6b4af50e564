import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { dumpDigest } from './dump-check.ts';
import { stopAt, temporaryOf } from './moments.ts';
import { namesIn, newPlace } from './places.ts';
import {
  decode,
  decodeArguments,
  type Ended,
  encode,
  encodeArguments,
  isOrderly,
  type Running,
  start,
  succeeded,
} from './programs.ts';
import { digestOfPair, leftBeside } from './published-pair.ts';
import { rounds, SEED } from './setting.ts';
import type { Skipping } from './tmpfs.ts';
import { DATABASE, plantTree } from './trees.ts';

const KIB = 1024;

describe('a snapshot file that does not stay while it is read', () => {
  /** Waits until a process has a file open. @returns whether it was seen so before the process ended. */
  async function isSeenOpen(pid: number, path: string): Promise<boolean> {
    const folder = `/proc/${pid}/fd`;
    while (existsSync(folder)) {
      if (linksIn(folder).includes(realpathSync(path))) return true;
      await new Promise(setImmediate);
    }
    return false;
  }

  /** Starts to decode; a busy machine may not let us look before such a run is over: then another one is started. */
  async function decodingWithOpen(input: string, output: string, place: string): Promise<Running> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const running = start('decode', decodeArguments(input, output), { place });
      if (await isSeenOpen(running.child.pid!, input)) return running;
      await succeeded(running.ended);
      rmSync(output, { recursive: true });
    }
    throw new Error(`20 runs ended before ${input} was seen open`);
  }

  function linksIn(folder: string): string[] {
    try {
      return readdirSync(folder).flatMap((name) => {
        try {
          return [readlinkSync(join(folder, name))];
        } catch {
          return [];
        }
      });
    } catch {
      return [];
    }
  }

  /** A snapshot of values that are all alike, large enough to take a while. */
  async function plantSnapshot(place: string, name: string, byte: number): Promise<string> {
    const words = Array.from({ length: 60 }, (_, i) => [`strings/${i}.bin`, Buffer.alloc(512 * KIB, byte)]);
    await succeeded(
      encode(plantTree(join(place, `${name}-tree`), Object.fromEntries(words)), join(place, name), { place }),
    );
    return join(place, name);
  }

  test.for(['deleted', 'replaced'])('a file that is %s gives the tree it gave before', async (change, context) => {
    if (!existsSync('/proc/self/fd')) (context as Skipping).skip('nothing tells here when a file is open');
    const place = newPlace();
    const input = await plantSnapshot(place, 'in.fsm', 1);
    const other = await plantSnapshot(place, 'other.fsm', 2);
    const output = join(place, 'dump');
    await succeeded(decode(input, join(place, 'wanted'), { place }));
    for (let round = 0; round < rounds(1, 20); round++) {
      copyFileSync(input, join(place, 'copy.fsm'));
      const running = await decodingWithOpen(input, output, place);
      if (change === 'deleted') rmSync(input);
      else renameSync(other, input);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).toBe(0);
      expect(dumpDigest(output)).toBe(dumpDigest(join(place, 'wanted')));
      if (change === 'replaced') renameSync(input, other);
      renameSync(join(place, 'copy.fsm'), input);
      rmSync(output, { recursive: true });
    }
  });

  test('a file that is overwritten in place gives a tree of one of both, or exit 1 and none', async () => {
    const place = newPlace();
    const inputs = [await plantSnapshot(place, 'a.fsm', 1), await plantSnapshot(place, 'b.fsm', 2)];
    const [before, after] = inputs.map((path) => readFileSync(path));
    const [input, output] = [join(place, 'in.fsm'), join(place, 'dump')];
    const dice = new Dice('snapshot overwritten');
    for (let round = 0; round < rounds(3, 40); round++) {
      writeFileSync(input, before!);
      const running = start('decode', decodeArguments(input, output), { place });
      const hidden = temporaryOf(join(place, '.dump'));
      await stopAt(running, { seen: hidden, thenMicroseconds: dice.below(60_000) }, 0);
      writeFileSync(input, after!, { flag: 'r+' });
      const ended = await running.ended;
      if (ended.code === 0) {
        const folder = join(output, DATABASE, 'strings');
        const bytes = new Set(namesIn(folder).map((name) => readFileSync(join(folder, name))[0]));
        expect(bytes.size, `round ${round} of seed ${SEED}`).toBe(1);
      } else {
        expect(ended.code, ended.stderr).toBe(1);
        expect(isOrderly(ended), ended.stderr).toBe(true);
      }
      expect(existsSync(output)).toBe(ended.code === 0);
      rmSync(output, { recursive: true, force: true });
    }
  });
});

describe('a tree that changes while it is encoded', () => {
  const STRINGS = 200;
  const VALUE_BYTES = 4 * KIB;
  const nameOf = (i: number) => `${DATABASE}/strings/key-${i}.bin`;

  /** Every value is one letter all through, so that a mixture shows. */
  function valueWith(letter: number): Buffer {
    return Buffer.alloc(VALUE_BYTES, 'abcdefghij'.charCodeAt(letter % 10));
  }

  function plantLetters(place: string): string {
    const files = Array.from({ length: STRINGS }, (_, i) => [`strings/key-${i}.bin`, valueWith(i)]);
    return plantTree(join(place, 'tree'), Object.fromEntries(files));
  }

  /** Encodes a tree and changes it all the time meanwhile. */
  async function encodeWhile(place: string, change: (tick: number) => void, ...more: string[]): Promise<Ended> {
    const { ended } = start('encode', encodeArguments(join(place, 'tree'), join(place, 'out.fsm'), ...more), { place });
    let isOver = false;
    void ended.finally(() => {
      isOver = true;
    });
    for (let tick = 0; !isOver; tick++) {
      change(tick);
      await new Promise(setImmediate);
    }
    return ended;
  }

  /** Exit 2 and nothing, or exit 0 and a pair whose dump has only values of this kind. */
  async function check(place: string, ended: Ended, isRight: (value: Buffer) => boolean): Promise<void> {
    const output = join(place, 'out.fsm');
    const shown = `seed ${SEED}: ${JSON.stringify(ended)}`;
    expect(isOrderly(ended), shown).toBe(true);
    expect([0, 2], shown).toContain(ended.code);
    expect(leftBeside(output), shown).toEqual([]);
    expect(existsSync(output), shown).toBe(ended.code === 0);
    if (ended.code !== 0) return;
    digestOfPair(output);
    const dump = join(place, 'dump');
    const decoded = await decode(output, dump, { place });
    expect(decoded.code, decoded.stderr).toBe(0);
    const folder = join(dump, DATABASE, 'strings');
    for (const name of namesIn(folder))
      expect(isRight(readFileSync(join(folder, name))), `${shown} ${name}`).toBe(true);
    rmSync(dump, { recursive: true });
    rmSync(output);
  }

  const isOneLetter = (value: Buffer) => value.length === VALUE_BYTES && value.every((byte) => byte === value[0]);

  test.for([
    ['without a self-test', []],
    ['with a self-test', ['--self-test']],
  ] as const)('files replaced by a rename, %s: exit 2, or each value is whole', async ([, more]) => {
    const place = newPlace();
    const dice = new Dice('tree with files replaced');
    const tree = plantLetters(place);
    for (let round = 0; round < rounds(2, 40); round++) {
      const ended = await encodeWhile(
        place,
        (tick) => {
          writeFileSync(join(place, 'next'), valueWith(tick));
          renameSync(join(place, 'next'), join(tree, nameOf(dice.below(STRINGS))));
        },
        ...more,
      );
      await check(place, ended, isOneLetter);
    }
  });

  test('files that go and come: exit 2, or each value is whole', async () => {
    const place = newPlace();
    const dice = new Dice('tree with files that go and come');
    const tree = plantLetters(place);
    for (let round = 0; round < rounds(2, 40); round++) {
      const ended = await encodeWhile(place, (tick) => {
        const path = join(tree, nameOf(dice.below(STRINGS * 2)));
        if (existsSync(path)) rmSync(path);
        else {
          writeFileSync(join(place, 'next'), valueWith(tick));
          renameSync(join(place, 'next'), path);
        }
      });
      await check(place, ended, isOneLetter);
    }
  });

  test('a file that grows all the time: exit 2 and its name, or a value that it had', async () => {
    const place = newPlace();
    const path = join(plantTree(join(place, 'tree'), { 'strings/grows.bin': '' }), DATABASE, 'strings/grows.bin');
    for (let round = 0; round < rounds(3, 40); round++) {
      const ended = await encodeWhile(place, () => appendFileSync(path, 'a'.repeat(64)));
      if (ended.code === 2) expect(ended.stderr).toContain('grows.bin');
      await check(place, ended, (value) => value.every((byte) => byte === 0x61));
    }
  });

  test('files that become links, FIFOs and folders: exit 2, or each value is whole, and nothing from outside', async () => {
    const place = newPlace();
    const dice = new Dice('tree with files that become others');
    const tree = plantLetters(place);
    writeFileSync(join(place, 'outside'), 'secret');
    for (let round = 0; round < rounds(2, 40); round++) {
      const ended = await encodeWhile(place, (tick) => {
        const path = join(tree, nameOf(dice.below(STRINGS)));
        rmSync(path, { recursive: true, force: true });
        if (tick % 3 === 0) symlinkSync(join(place, 'outside'), path);
        else if (tick % 3 === 1) mkdirSync(path);
        else writeFileSync(path, valueWith(0));
        rmSync(path, { recursive: true, force: true });
        writeFileSync(join(place, 'next'), valueWith(tick));
        renameSync(join(place, 'next'), path);
      });
      await check(place, ended, (value) => value.length === 0 || isOneLetter(value));
    }
  });

  test('a tree that is moved away: exit 1 or 2, or the whole tree', async () => {
    const place = newPlace();
    const tree = plantLetters(place);
    const output = join(place, 'out.fsm');
    for (let round = 0; round < rounds(2, 40); round++) {
      const dice = new Dice(`tree that is moved away ${round}`);
      const at = dice.below(300);
      const begun = performance.now();
      const ended = await encodeWhile(place, () => {
        if (performance.now() - begun > at && existsSync(tree)) renameSync(tree, `${tree}-away`);
      });
      if (existsSync(`${tree}-away`)) renameSync(`${tree}-away`, tree);
      expect(isOrderly(ended), JSON.stringify(ended)).toBe(true);
      expect(existsSync(output), JSON.stringify(ended)).toBe(ended.code === 0);
      if (ended.code !== 0) continue;
      await succeeded(decode(output, join(place, 'dump'), { place }));
      expect(namesIn(join(place, 'dump', DATABASE, 'strings')).length).toBe(STRINGS);
      for (const path of [join(place, 'dump'), output]) rmSync(path, { recursive: true });
    }
  });
});
