import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@ekv/test-support/program-run';
import { tarOf } from '@ekv/test-support/tar-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { plantLargeDump } from './dump.test-data.ts';
import { run, start } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Nothing writes to these: all runs have the same. */
const shared = mkdtempSync(join(tmpdir(), 'ekv-test-'));
const [dump, archive] = [join(shared, 'dump'), join(shared, 'in.tar')];
beforeAll(() => {
  plantLargeDump(dump, 96);
  writeFileSync(archive, tarOf(dump, '.'));
}, 60_000);
afterAll(() => rmSync(shared, { recursive: true }));

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out');
  mkdirSync(join(folder, 'place'));
});

const place = () => readdirSync(join(folder, 'place')).sort();

describe('a run that is stopped', () => {
  const commands = {
    pack: () => ['pack', '--input', dump, '--output', output],
    unpack: () => ['unpack', '--input', archive, '--output', output],
  };
  const cases = Object.entries(commands).flatMap(([name, words]) =>
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [name, signal, words] as const),
  );

  const begin = (words: () => readonly string[]) => start(words());
  const begun = () => place().some((name) => name.includes('.tmp-'));

  test.each(cases)('%s by %s leaves nothing', async (name, signal, words) => {
    const program = begin(words);
    await until(begun);
    program.child.kill(signal);
    const { code, stderr } = await program.ended;
    expect(code).toBe(128 + constants.signals[signal]);
    expect(stderr).toMatch(`stopped by ${signal}; temporary files were removed, nothing was ${name}ed`);
    expect(place()).toEqual([]);
  });

  test.each(Object.entries(commands))(
    '%s by a kill leaves names that tell whose they are, and the next run works and tells of them',
    async (_, words) => {
      const program = begin(words);
      await until(begun);
      program.child.kill('SIGKILL');
      await program.ended;
      const left = place();
      expect(left.every((name) => /^\.?out\.(run\.)?(tmp|run)-[0-9a-f]{16}$/.test(name))).toBe(true);
      const next = await run(...words());
      expect(next.code).toBe(0);
      for (const name of left) expect(next.stderr).toContain(name);
      expect(place()).toEqual([...left, 'out'].sort());
    },
  );
});
