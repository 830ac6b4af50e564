import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { newPlace } from './places.ts';
import type { Salvaged } from './salvage-many.ts';
import { ALL_ADAPTERS_ENCODED_FILE, ALL_ADAPTERS_NODE_FILE, rounds } from './setting.ts';

const SALVAGE_MANY = fileURLToPath(new URL('salvage-many.ts', import.meta.url));
const HANGS_MS = 300_000;
const TEST_MS = rounds(HANGS_MS, 60 * 60_000);

/** A file of a node has a checksum: no bit of it can be another one unnoticed. Within values of the others some can. */
const FILES = { 'as encode wrote it': ALL_ADAPTERS_ENCODED_FILE, 'of a node': ALL_ADAPTERS_NODE_FILE };
const HAS_CHECKSUM = 'of a node';

/** So many files are salvaged in one process. */
const GROUP = 100;

function salvaged(files: readonly Buffer[]): Salvaged[] {
  const outcomes: Salvaged[] = [];
  for (let at = 0; at < files.length; at += GROUP) outcomes.push(...salvagedGroup(files.slice(at, at + GROUP)));
  return outcomes;
}

/** Salvages files in a process of its own, which a hang ends. */
function salvagedGroup(files: readonly Buffer[]): Salvaged[] {
  const place = newPlace();
  mkdirSync(join(place, 'in'));
  files.forEach((file, i) => {
    writeFileSync(join(place, 'in', `${String(i).padStart(4, '0')}.fsm`), file);
  });
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ['--no-warnings', SALVAGE_MANY, join(place, 'in'), place],
    { encoding: 'utf8', timeout: HANGS_MS, maxBuffer: 1 << 28 },
  );
  expect(signal, `hangs after ${stdout.split('\n').length - 1} files: ${stderr}`).toBeNull();
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Salvaged);
}

function flipped(dice: Dice, file: Buffer, bits: number, from: number): Buffer {
  const damaged = Buffer.from(file);
  for (let i = 0; i < bits; i++) damaged[from + dice.below(file.length - from)]! ^= 1 << dice.below(8);
  return damaged;
}

describe.each(Object.entries(FILES))('a snapshot %s', (name, path) => {
  const file = readFileSync(path);
  const [whole] = salvaged([file]);

  test('that is whole is decoded as whole', () => {
    expect(whole).toMatchObject({ isPartial: false });
    expect(whole!.wrong).toBeUndefined();
  });

  test('with one flipped bit gives nearly all of it, and the dump passes a self-test', { timeout: TEST_MS }, () => {
    const count = rounds(30, 3000);
    const files = Array.from({ length: count }, (_, i) => flipped(new Dice(`${name} bit ${i}`), file, 1, 64));
    const outcomes = salvaged(files);
    expect(outcomes.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    expect(outcomes).toHaveLength(count);
    // A body can be lost with all that belongs to it: a table with its items.
    const few = outcomes.filter(({ rows }) => rows! < whole!.rows! * 0.5);
    expect(few).toEqual([]);
  });

  test('with many flipped bits gives a dump that can be encoded and passes its self-test', {
    timeout: TEST_MS,
  }, () => {
    const count = rounds(12, 1500);
    const files = Array.from({ length: count }, (_, i) => flipped(new Dice(`${name} bits ${i}`), file, 12, 64));
    const outcomes = salvaged(files);
    expect(outcomes.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    expect(outcomes).toHaveLength(count);
    expect(outcomes.filter(({ isPartial }) => isPartial).length).toBeGreaterThan(name === HAS_CHECKSUM ? count - 1 : 0);
  });

  test('that was cut anywhere gives what stands before', { timeout: TEST_MS }, () => {
    const count = rounds(12, 1500);
    const dice = new Dice(`${name} cut`);
    const lengths = Array.from({ length: count }, () => 64 + dice.below(file.length - 64)).sort((a, b) => a - b);
    const outcomes = salvaged(lengths.map((length) => file.subarray(0, length)));
    expect(outcomes.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    expect(outcomes).toHaveLength(count);
    expect(outcomes.at(-1)!.rows!).toBeGreaterThan(outcomes[0]!.rows! - 1);
  });
});
