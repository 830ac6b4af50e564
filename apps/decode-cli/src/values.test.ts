import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';
import { snapshotOf } from './snapshot-file.test-data.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let paths: Readonly<Record<string, string>>;
beforeEach(() => {
  folder = temporaryFolder();
  const input = join(folder, 'in.fsm');
  writeFileSync(input, snapshotOf([['a', 'one']]));
  paths = { '--input': input, '--output': join(folder, 'out') };
  mkdirSync(join(folder, 'node'));
});

/** Decodes with these values instead of, or beside, the paths of the test. */
function decodeWith(values: Readonly<Record<string, string>>) {
  return run(...Object.entries({ ...paths, ...values }).flat());
}

describe('a value of a flag', () => {
  test.each<[name: string, value: string, message: RegExp]>([
    ['--input', '', /--input is required/],
    ['--input', ' ', /--input needs a path, not " "/],
    ['--input-snap-dir', '', /give --input or --input-snap-dir, not both/],
    ['--input-snap-dir', '\t', /--input-snap-dir needs a path/],
    ['--output', '', /--output is required/],
    ['--output', '  ', /--output needs a path/],
    ['--scratch-root', ' ', /--scratch-root needs a path/],
    ['--adapter', '', /no adapter is selected by --adapter "".*redis, dynamodb, s3, sqs/],
    ['--adapter', ' ', /no adapter is selected/],
    ['--adapter', ',,', /no adapter is selected/],
    ['--adapter', ' all', /unknown adapter/],
    ['--dynamodb-bundle-mode', ' ', /must be per-item/],
    ['--progress', '', /--progress "" must be the seconds/],
    ['--progress', ' 1', /must be the seconds/],
    ['--log-format', '', /--log-format: '' is invalid/],
    ['--log-format', ' text', /is invalid/],
  ])('%s %j is refused, exit 1, before anything is made', async (name, value, message) => {
    const { code, stdout, stderr } = await decodeWith({ [name]: value });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^[^\n]*\n$/);
    expect(readdirSync(folder).sort()).toEqual(['in.fsm', 'node']);
  });

  test.each([
    ['--scratch-root', ''],
    ['--cluster-id', ''],
    ['--dynamodb-bundle-mode', ''],
    ['--adapter', 'redis,,s3,'],
    ['--adapter', ' REDIS , s3'],
    ['--progress', '0.5'],
  ])('%s %j is taken', async (name, value) => {
    const { code, stderr } = await decodeWith({ [name]: value });
    expect(code, stderr).toBe(0);
  });
});

test('an empty --input beside a folder is not passed over', async () => {
  const { code, stderr } = await run(
    '--input=',
    '--input-snap-dir',
    join(folder, 'node'),
    '--output',
    join(folder, 'out'),
  );
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/give --input or --input-snap-dir, not both/),
  });
});
