import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const LIVE = fileURLToPath(new URL('../../../fixtures/golden/live/all-four', import.meta.url));
const SNAPSHOT = join(LIVE, '00000000000001b9.fsm');

const DUMP = join(LIVE, 'tree');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Each command that takes a selection, and its exit code where that takes nothing. */
const COMMANDS = [
  ['decode', () => ['--input', SNAPSHOT, '--output', join(folder, 'out')], 1],
  ['encode', () => ['--input', DUMP, '--output', join(folder, 'out.fsm')], 1],
  ['inspect', () => [SNAPSHOT, '--quick'], 1],
  ['get', () => [SNAPSHOT], 1],
  ['diff', () => [SNAPSHOT, DUMP], 2],
  ['forget', () => [SNAPSHOT, '--check'], 1],
] as const;

describe.each(COMMANDS)('ekv %s', (command, words, refusal) => {
  test.each([
    [['--match', 'redis/nobody:*']],
    [['--scope', 'dynamodb=produkts']],
    [['--match', 'redis/*', '--scope', 'dynamodb=products']],
    [['--match', 'redis/recent', '--exclude', 'redis/rec*']],
  ])('%j takes nothing: that is told, and is no success', async (flags) => {
    const { code, stderr, stdout } = await run(command, ...words(), ...flags);
    expect({ code, stdout }).toEqual({ code: refusal, stdout: '' });
    expect(stderr).toMatch(/nothing in \S+( and \S+)? is taken by --/);
    for (const flag of flags.filter((_, i) => i % 2 === 1)) expect(stderr).toContain(`'${flag}'`);
  });

  test('each pattern and scope that has no part in what is taken is told', async () => {
    const [parts, others] = [
      ['--match', 'dynamodb/products/*', '--scope', 'dynamodb=products', '--exclude', '*/sku-1'],
      ['--match', 'redis/recent', '--match', 's3/none/*', '--scope', 'sqs=shipp', '--exclude', '*/nobody'],
    ];
    const { code, stderr } = await run(command, ...words(), ...parts, ...others);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      / matches --match 'redis\/recent' --match 's3\/none\/\*' --scope 'sqs=shipp' --exclude '\*\/nobody' and the rest of the selection; .* event=selection_unmatched count=4/,
    );
  });

  test('a selection of which each part takes or leaves out something is not remarked upon', async () => {
    const { code, stderr } = await run(
      ...[command, ...words(), '--match', 'dynamodb/*', '--match', 'redis/rec*'],
      ...['--exclude', '*/sku-1', '--exclude', 'sqs'],
    );
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('selection_unmatched');
  });
});
