import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const PROGRAM = fromRoot('apps/cli/dist/main.js');
const SNAPSHOT = fromRoot('fixtures/golden/live/all-four/00000000000001b9.fsm');
const OTHER = fromRoot('fixtures/golden/live/redis/0000000000000097.fsm');

describe('a standard output that takes nothing is trouble, and no result', () => {
  let closed: number;
  beforeEach(() => {
    const path = join(temporaryFolder(), 'out');
    writeFileSync(path, '');
    // For reading alone.
    closed = openSync(path, 'r');
  });
  afterEach(() => closeSync(closed));

  test.each([
    [['diff', SNAPSHOT, SNAPSHOT, '--json'], 2],
    [['diff', SNAPSHOT, OTHER, '--json'], 2],
    [['diff', SNAPSHOT, OTHER], 2],
    [['get', SNAPSHOT, 'redis/recent'], 2],
    [['get', SNAPSHOT, 'redis/recent', '--json'], 2],
    [['get', SNAPSHOT, 'redis/nobody', '--json'], 2],
    [['inspect', SNAPSHOT, '--quick'], 1],
    [['inspect', SNAPSHOT, '--quick', '--json'], 1],
    [['inspect', SNAPSHOT, '--quick', '--csv', 'prefixes'], 1],
    [['help', 'filters'], 1],
    [['help'], 1],
    [['completion', 'bash'], 1],
  ])('%j', (words, code) => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
      stdio: ['ignore', closed, 'pipe'],
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(code);
    expect(stderr).toMatch(/ cannot (be written|write) to standard output: /);
  });
});

describe('a reader that goes away early ends a run without complaint', () => {
  test.each([
    ['diff', SNAPSHOT, OTHER, 1],
    ['get', SNAPSHOT, 'redis', 0],
    ['inspect', SNAPSHOT, '--quick', 0],
    ['completion', 'zsh', '', 0],
    ['help', 'filters', '', 0],
  ])('ekv %s %s %s', (command, first, second, code) => {
    const words = [command, first, second].filter((word) => word !== '').map((word) => `'${word}'`);
    const script = `'${process.execPath}' '${PROGRAM}' ${words.join(' ')} | true; exit "\${PIPESTATUS[0]}"`;
    const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(status, stderr).toBe(code);
    expect(stderr).not.toMatch(/^ekv/m);
  });
});
