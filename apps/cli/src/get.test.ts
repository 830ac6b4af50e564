import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from './program.test-support.ts';

const LIVE = join(import.meta.dirname, '../../../fixtures/golden/live');
const SNAPSHOT = join(LIVE, 'all-four/00000000000001b9.fsm');
const GROUPS = ['1=', '2='].map(
  (group, i) =>
    `${group}${join(LIVE, `two-groups/node/group-${i + 1}/fsm-snap`, ['0000000000000097', '000000000000006a'][i]!)}.fsm`,
);

describe('ekv get', () => {
  test('takes the snapshots of several groups as words, and addresses behind them', async () => {
    const { code, stdout, stderr } = await run('get', ...GROUPS, 'redis/m', 'redis/z0', '--json');
    expect(code, stderr).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ address }) => address)).toEqual(['redis/m', 'redis/z0', undefined]);
  });

  test.each([
    [[SNAPSHOT, 'redis/recent', '--at', '2027-01-01T00:00:00Z'], /ekv get: --at \d+ \(2027-.* is after .* was taken/],
    [[SNAPSHOT, 'redis/recent', '--as-of', '2027-01-01T00:00:00Z'], /ekv get: --as-of \d+ .* is after .* was taken/],
    [
      [join(LIVE, 'all-four/tree'), 'redis/recent', '--at', '2026-01-01T00:00:00Z'],
      /ekv get: --at is for snapshots, which hold the versions of some time: .* is a dump, of one moment/,
    ],
    [
      [join(LIVE, 'all-four/tree/redis'), 'redis/recent'],
      /is a part of the dump .*tree; where a dump is taken, name that/,
    ],
    [
      [join(LIVE, 'damaged/value-bit/0000000000000033.fsm'), 'redis/a'],
      /the checksum does not match: .*copy it again; --salvage of decode takes the rest$/m,
    ],
    [[...GROUPS], /name an address, such as redis\/user:1/],
    [['redis/recent', SNAPSHOT], /redis\/recent is no file and \S+ is one: say the input first, then addresses/],
  ])('%j: trouble, exit 2', async (words, said) => {
    const { code, stdout, stderr } = await run('get', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });
});
