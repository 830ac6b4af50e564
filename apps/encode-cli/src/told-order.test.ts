import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test, vi } from 'vitest';
import { plantDump } from './dump.test-data.ts';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

test('of a tree with odd and with wrong files the warnings are told first, and then what is wrong, on standard error and in --json', async () => {
  const folder = temporaryFolder();
  plantDump(join(folder, 'in'), {
    // Read before the file that warns.
    'redis/db_0/sets/x.json': 'no JSON',
    'redis/db_0/sets/y.json': '{"format_version":1,"members":["m"],"expire_at_ms":null,"extra":1}\n',
    'redis/db_0/sets/z.json': 'no JSON either',
  });
  const paths = ['--input', join(folder, 'in'), '--output', join(folder, 'out.fsm'), '--adapter', 'redis'];
  const { code, stderr, stdout } = await run(...paths, '--json');
  expect(code).toBe(2);
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/level=WARN .*event=unknown_field/),
    expect.stringMatching(/^ekv-encode: redis: 2 problems:$/),
    expect.stringContaining('x.json'),
    expect.stringContaining('z.json'),
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    warnings: [{ event: 'unknown_field' }],
    error: { kind: 'data', problems: [expect.stringContaining('x.json'), expect.stringContaining('z.json')] },
  });
});
