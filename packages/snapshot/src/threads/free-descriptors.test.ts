import { execFileSync } from 'node:child_process';
import { bundledProgram } from '@ekv/test-support/bundled-program';
import { expect, test } from 'vitest';

const PROGRAM = await bundledProgram(new URL('many-threads.test-data.ts', import.meta.url));

/** Runs the program where so many files may be open. */
function runWith(limit: number): { readonly turned: string[]; readonly open: number } {
  const words = ['-c', `ulimit -n ${limit} && exec "$@"`, 'sh', process.execPath, PROGRAM];
  return JSON.parse(execFileSync('/bin/sh', words, { encoding: 'utf8' }));
}

test.skipIf(process.platform !== 'linux')(
  'threads leave 64 open files to the process that starts them: below that none starts, and all is done here',
  { timeout: 60_000 },
  () => {
    const few = runWith(40);
    const [some, all] = [runWith(256), runWith(4096)];
    for (const { turned } of [few, some, all]) expect(turned).toEqual(['cba']);
    expect(runWith(80).open).toBe(few.open);
    expect(few.open).toBeLessThan(40);
    expect(some.open).toBeGreaterThan(few.open);
    expect(some.open).toBeLessThanOrEqual(256 - 64);
    expect(all.open).toBeGreaterThan(some.open);
  },
);
