import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANY_BYTES, filesBelow, InputTree } from '@ekv/dump-tree';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test, vi } from 'vitest';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { thread } from '../run/slow-threads.test-data.ts';
import { decodeSnapshot } from './decode-snapshot.ts';

// Every small file of a decode is written by a thread, however few there are.
vi.mock('@ekv/dump-tree', async (original) => {
  const real = await original<typeof import('@ekv/dump-tree')>();
  const { create } = real.StagedTree;
  real.StagedTree.create = (target, options) => {
    seen.trees++;
    return create.call(real.StagedTree, target, { ...options, filesBeforeThreads: 0 });
  };
  return real;
});

const seen = vi.hoisted(() => ({ trees: 0 }));

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');
/** All of them take minutes. */
const ONE_OF = 16;
const SNAPSHOTS = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.fsm'))
  .sort()
  .filter((_, i) => i % ONE_OF === 0);

/** All that an operator sees of a decode, and all that it makes. */
function outcomeOf(input: string, place: string, workers: number): unknown {
  const warnings: unknown[] = [];
  const output = join(place, 'dump');
  const request = { input, output, adapters: ADAPTER_NAMES, exclusions: EXCLUSIONS, toolVersion: 'test' };
  const told = (): unknown => {
    try {
      const warn = (warning: unknown) => warnings.push(warning);
      const { ageSeconds: _, ...result } = decodeSnapshot({ ...request, scratchRoot: place }, { warn, workers });
      return result;
    } catch (error) {
      return { kind: (error as Error).name, message: (error as Error).message };
    }
  };
  const result = told();
  const files = existsSync(output) ? contentsOf(output) : readdirSync(place);
  rmSync(output, { recursive: true, force: true });
  return { result, warnings, files };
}

const EXCLUSIONS = {
  include_incomplete_uploads: true,
  include_orphans: true,
  preserve_sqs_visibility: true,
  include_sqs_side_records: true,
  rename_s3_collisions: true,
};

/** All files of a tree, but for the time of the run. */
function contentsOf(root: string): unknown[] {
  const tree = new InputTree(root);
  const files = [...filesBelow(tree, '')].filter(({ path, kind }) => kind === 'file' && path !== 'MANIFEST.json');
  return files
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path }) => [path, withoutManifest(tree.read(path, ANY_BYTES).toString('latin1'))]);
}

/** The manifest has the time of the run. */
function withoutManifest(text: string): string {
  return text.replace(/^[0-9a-f]{64} {2}MANIFEST\.json$/m, '');
}

test('a decode of a golden snapshot is the same with any number of workers', () => {
  const place = temporaryFolder();
  for (const [i, name] of SNAPSHOTS.entries()) {
    const input = join(GOLDEN, name);
    const workers = [2, 4, 7][i % 3]!;
    expect([name, workers, outcomeOf(input, place, workers)]).toEqual([name, workers, outcomeOf(input, place, 1)]);
  }
  expect(seen.trees).toBeGreaterThan(SNAPSHOTS.length);
}, 300_000);

test('a thread that dies ends the run with an error that names its files, and nothing is published', () => {
  thread.text = 'throw new Error("dies")';
  const place = temporaryFolder();
  const input = join(GOLDEN, 'live/snapshot-folder/node/fsm-snap/0000000000000097.fsm');
  const outcome = outcomeOf(input, place, 2) as { result: { message: string }; files: unknown[] };
  expect(outcome.result.message).toMatch(
    /^the thread that writes files has died while it worked on .* and the files after it/,
  );
  expect(outcome.files).toEqual([]);
  expect(readdirSync(place)).toEqual([]);
});
