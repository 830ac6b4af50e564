import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let paths: Readonly<Record<string, string>>;
beforeEach(() => {
  folder = temporaryFolder();
  paths = { '--input': join(folder, 'in'), '--output': join(folder, 'out.fsm') };
  plantDump(join(folder, 'in'), {}, { adapters: { redis: {}, dynamodb: {}, s3: {}, sqs: {} } });
});

/** Encodes with these values instead of, or beside, the paths of the test. */
function encodeWith(values: Readonly<Record<string, string>>, ...switches: readonly string[]) {
  return run(...Object.entries({ ...paths, ...values }).flat(), ...switches);
}

describe('a value of a flag', () => {
  test.each<[name: string, value: string, message: RegExp, ...switches: string[]]>([
    ['--input', '', /--input is required/],
    ['--input', ' ', /--input needs a path, not " "/],
    ['--output', '', /--output is required/],
    ['--output', '\n', /--output needs a path/],
    ['--output', '', /leave --output out/, '--update-checksums'],
    ['--scratch-root', ' ', /--scratch-root needs a path/],
    ['--adapter', '', /no adapter is selected by --adapter "".*redis, dynamodb, s3, sqs/, '--strict'],
    ['--adapter', '', /no adapter is selected/, '--safe'],
    ['--adapter', ' ', /no adapter is selected/],
    ['--adapter', ',,', /no adapter is selected/],
    ['--last-commit-ts', ' ', /--last-commit-ts " " must be decimal digits/],
    ['--last-commit-ts', '1 2', /must be decimal digits/],
    ['--progress', '', /--progress "" must be the seconds/],
    ['--log-format', '', /--log-format: '' is invalid/],
  ])('%s %j is refused, exit 1, before anything is made', async (name, value, message, ...switches) => {
    const { code, stdout, stderr } = await encodeWith({ [name]: value }, ...switches);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^[^\n]*\n$/);
    expect(readdirSync(folder)).toEqual(['in']);
  });

  test.each([
    ['--scratch-root', ''],
    ['--last-commit-ts', ''],
    ['--last-commit-ts', ' 1001 '],
    ['--adapter', 'redis,,s3,'],
  ])('%s %j is taken', async (name, value) => {
    const { code, stderr } = await encodeWith({ [name]: value });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('empty_adapter_list');
  });

  test('--adapter "" is taken as all, and warned of', async () => {
    const { code, stderr, stdout } = await encodeWith({ '--adapter': '' }, '--json');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/level=WARN .*event=empty_adapter_list\n/),
    });
    expect(stderr).toMatch(/adapters=redis,dynamodb,s3,sqs/);
    expect(JSON.parse(stdout).warnings).toContainEqual(expect.objectContaining({ event: 'empty_adapter_list' }));
  });
});
