import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Outcome } from './decode-many.ts';
import { Dice } from './dice.ts';
import { wrongDump } from './dump-check.ts';
import { entriesOfNodeFile } from './fsm-file.ts';
import { damaged } from './mutations.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { decode, isOrderly } from './programs.ts';
import { NODE_FILE, rounds, SEED } from './setting.ts';

const DECODE_MANY = fileURLToPath(new URL('decode-many.ts', import.meta.url));
const HANGS_MS = 20_000;

/** A folder of damaged files. */
function plantDamaged(place: string, name: string, count: number): string[] {
  const file = readFileSync(NODE_FILE);
  const entries = entriesOfNodeFile(file);
  mkdirSync(join(place, 'in'));
  mkdirSync(join(place, 'out'));
  return Array.from({ length: count }, (_, i) => {
    const input = `${String(i).padStart(4, '0')}.fsm`;
    writeFileSync(join(place, 'in', input), damaged(new Dice(`${name} ${i}`), file, entries));
    return input;
  });
}

/** Decodes all files of `in` in one process; fails when one takes too long, or ends the process. */
async function decodeMany(place: string): Promise<Outcome[]> {
  const [inputs, outputs, scratch] = ['in', 'out', 'scratch'].map((name) => join(place, name));
  const child = spawn(process.execPath, ['--no-warnings', DECODE_MANY, inputs!, outputs!, scratch!], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const outcomes: Outcome[] = [];
  let limit = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
  for await (const line of createInterface(child.stdout)) {
    outcomes.push(JSON.parse(line) as Outcome);
    clearTimeout(limit);
    limit = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
  }
  clearTimeout(limit);
  return outcomes;
}

/** Keeps an input that breaks a rule, so that it can be looked at. */
function kept(place: string, name: string): string {
  const path = join(tmpdir(), `ekv-faults-${SEED}-${name}`);
  copyFileSync(join(place, 'in', name), path);
  return `${path}, seed ${SEED}`;
}

/** What is wrong with what a decode left at its output. */
function wrongOutput(output: string, isDecoded: boolean): string | undefined {
  if (isDecoded) return wrongDump(output);
  return existsSync(output) ? 'there is an output after a failure' : undefined;
}

/** A message is one line, or the list of as many problems as its first line says, each a line of its own. */
function isOneLineOrList(message: string): boolean {
  const [first, ...problems] = message.split('\n') as [string, ...string[]];
  if (problems.length === 0) return true;
  const isCounted = [`${problems.length} problems`, `at least ${problems.length} problems`].some((count) =>
    first.startsWith(count),
  );
  return isCounted && first.endsWith(':') && problems.every((line) => /^ {2}\S/.test(line));
}

test('a damaged node file is decoded to a complete dump or refused: no hang, no crash, nothing left, nothing outside', async () => {
  const place = newPlace();
  const names = plantDamaged(place, 'damaged', rounds(60, 2000));
  const outcomes = await decodeMany(place);
  const next = names[outcomes.length];
  if (next !== undefined) expect.fail(`hangs or crashes: ${kept(place, next)}`);
  for (const { name, end, message } of outcomes) {
    if (end === 'defect') expect.fail(`${kept(place, name)}: ${message}`);
    const wrong = wrongOutput(join(place, 'out', name), end === 'decoded');
    if (wrong !== undefined) expect.fail(`${kept(place, name)}: ${wrong}`);
    if (!isOneLineOrList(message)) expect.fail(`${kept(place, name)}: neither a line nor a list: ${message}`);
  }
  const decoded = outcomes.filter(({ end }) => end === 'decoded').map(({ name }) => name);
  console.log(`damaged node files: ${decoded.length} decoded, ${outcomes.length - decoded.length} refused`);
  expect(namesIn(join(place, 'out'))).toEqual(decoded);
  expect(namesIn(place)).toEqual(['in', 'out', 'scratch']);
  expect(scratchLeft(place)).toEqual([]);
});

test('the command line ends with 0 and a complete dump, or with 1 and nothing', async () => {
  const place = newPlace();
  for (const name of plantDamaged(place, 'damaged, command line', rounds(6, 60))) {
    const output = join(place, 'out', name);
    const ended = await decode(join(place, 'in', name), output, { place });
    const wrong = wrongOutput(output, ended.code === 0);
    if (!isOrderly(ended) || wrong !== undefined || ended.code === 2) {
      expect.fail(`${kept(place, name)}: ${wrong} ${JSON.stringify(ended)}`);
    }
    rmSync(output, { recursive: true, force: true });
    expect(namesIn(join(place, 'out'))).toEqual([]);
    expect(scratchLeft(place)).toEqual([]);
  }
});
