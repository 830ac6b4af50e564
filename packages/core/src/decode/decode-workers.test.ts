import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { awaitThreads } from '@ekv/test-support/living-threads';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test, vi } from 'vitest';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { handedOver } from '../run/eager-threads.test-data.ts';
import { messageOf, type Outcome, outcomeOf } from '../run/seen-outcome.test-data.ts';
import { thread } from '../run/slow-threads.test-data.ts';
import { decodeSnapshot } from './decode-snapshot.ts';

vi.mock('@ekv/dump-tree', async (original) => {
  const { eagerThreads } = await import('../run/eager-threads.test-data.ts');
  return eagerThreads(await original());
});

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');
/** All of them take minutes. */
const ONE_OF = 16;
const SNAPSHOTS = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.fsm'))
  .sort()
  .filter((_, i) => i % ONE_OF === 0);

function decodeOutcome(input: string, place: string, workers: number): Outcome {
  const output = join(place, 'dump');
  const request = { input, output, adapters: ADAPTER_NAMES, exclusions: EXCLUSIONS, toolVersion: 'test' };
  return outcomeOf(place, workers, (options) => decodeSnapshot({ ...request, scratchRoot: place }, options));
}

const EXCLUSIONS = {
  include_incomplete_uploads: true,
  include_orphans: true,
  preserve_sqs_visibility: true,
  include_sqs_side_records: true,
  rename_s3_collisions: true,
};

test('a decode of a golden snapshot is the same with any number of workers', () => {
  const place = temporaryFolder();
  for (const [i, name] of SNAPSHOTS.entries()) {
    const input = join(GOLDEN, name);
    const workers = [2, 4, 7][i % 3]!;
    expect([name, workers, decodeOutcome(input, place, workers)]).toEqual([
      name,
      workers,
      decodeOutcome(input, place, 1),
    ]);
  }
  expect(handedOver.staged).toBeGreaterThan(SNAPSHOTS.length / 2);
}, 300_000);

test('a thread that dies ends the run with an error that names its files, and nothing is published', () => {
  thread.text = 'throw new Error("dies")';
  awaitThreads();
  const place = temporaryFolder();
  const input = join(GOLDEN, 'live/snapshot-folder/node/fsm-snap/0000000000000097.fsm');
  const outcome = decodeOutcome(input, place, 2);
  expect(messageOf(outcome)).toMatch(
    /^the thread that writes files has died while it worked on .* and the files after it/,
  );
  expect(outcome.made).toEqual([]);
  expect(readdirSync(place)).toEqual([]);
});
