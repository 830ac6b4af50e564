import { expect, test } from 'vitest';
import { measureProcess } from './measured-process.ts';

const onLinux = process.platform === 'linux';

test('gives the exit code and what the command said', async () => {
  const program = "console.log('out'); console.error('err'); process.exit(3)";
  const { code, output } = await measureProcess([process.execPath, '-e', program]);
  expect(code).toBe(3);
  expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
});

test('counts processor time and memory of a process that the command started', async () => {
  const busy = 'const b = Buffer.alloc(100 << 20, 1); const end = Date.now() + 150; while (Date.now() < end);';
  const program = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(busy)}])`;
  const { cpu, peakBytes, wall } = await measureProcess([process.execPath, '-e', program]);
  expect(wall).toBeGreaterThan(0.15);
  expect(onLinux ? cpu : 0.15).toBeGreaterThan(0.1);
  expect(onLinux ? peakBytes : 100 << 20).toBeGreaterThanOrEqual(100 << 20);
});
