import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { falseBuild } from './false-build.test-data.ts';
import { parseOptions } from './options.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';
import { Suite } from './suite.ts';

const scratch = scratchFolder();
const build = falseBuild(join(scratch, 'build'));
const said: string[] = [];

/** A suite of 20 messages and an object of 1 MiB. */
function suite(folder: string, ...more: string[]): Suite {
  const place = ['--folder', join(scratch, folder), '--results', join(scratch, `${folder}.json`), '--build', build];
  const small = ['--shapes', 'sqs,large-object', '--sizes', '20', '--large-mib', '1', '--workers', '1,2'];
  return new Suite(parseOptions([...place, ...small, ...more])!, (text) => said.push(text));
}

test('a second run adds what is missing, and what is whole is not measured again', async () => {
  await suite('resumed', '--runs', '1', '--shapes', 'sqs').run();
  const second = suite('resumed', '--runs', '2');
  expect(second.missing.map(({ shape }) => shape)).toEqual(['large-object', 'sqs', 'large-object']);
  await second.run();
  expect(second.results.cases.map(({ shape, rounds }) => [shape, rounds.length])).toEqual([
    ['large-object', 2],
    ['sqs', 2],
  ]);
  expect(suite('resumed', '--runs', '2').missing).toEqual([]);
  expect(existsSync(join(scratch, 'resumed/outputs'))).toBe(false);
}, 60_000);

test('a round has each program with each worker count, beside the floors', async () => {
  const one = suite('one', '--runs', '1');
  await one.run();
  const { programs, floors } = one.results.cases.find(({ shape }) => shape === 'sqs')!.rounds[0]!;
  expect(programs.map(({ program, workers }) => `${program} ${workers}`)).toEqual([
    ...[
      'encode 1',
      'encode 2',
      'decode 1',
      'decode 2',
      'self-test 1',
      'self-test 2',
      'start 0',
      'bare JSON lines 0',
      'bare message rows 0',
    ],
  ]);
  for (const floor of ['encode floor', 'decode floor, two threads', 'self-test floor'] as const) {
    expect(floors[floor]?.wall).toBeGreaterThan(0);
  }
}, 60_000);

test('without time left no round is begun', async () => {
  const short = suite('short', '--runs', '1', '--minutes', '1', '--sizes', '100000');
  await short.run();
  expect(short.results.cases).toEqual([]);
  expect(said.at(-1)).toContain('the same command goes on from here');
});

test('a program that fails ends the run with its command and what it said', async () => {
  falseBuild(build, "console.error('broken'); process.exit(3);");
  await expect(suite('broken', '--runs', '1').run()).rejects.toThrow(/exit code 3 of: .*encode-cli.*\nbroken/s);
});
