import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const programs = readdirSync(here).filter((name) => /^[a-z0-9-]+\.ts$/.test(name));

/** Runs a program in an empty folder, which is removed afterwards. */
function run(program: string) {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    return spawnSync(process.execPath, [join(here, program)], { cwd: folder, encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('there are examples', () => {
  expect(programs).not.toEqual([]);
});

test.each(programs)('%s prints what its .expected.txt holds', (program) => {
  const expected = join(here, program.replace(/\.ts$/, '.expected.txt'));
  const { status, stdout, stderr } = run(program);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(existsSync(expected), `${expected} is missing`).toBe(true);
  expect(stdout).toBe(readFileSync(expected, 'utf8'));
});
