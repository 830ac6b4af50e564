import { hash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '@ekv/manifest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queueStates } from '../random-data/random-queues.test-data.ts';
import { uploadStates } from '../random-data/random-uploads.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import type { SelectionOptions } from '../selection/selection.ts';
import { type Rows, rowsOf, StatePlace } from '../whole-state/whole-state.test-data.ts';
import { forget } from './forget.ts';

const unknownRows: fc.Arbitrary<Rows> = fc.dictionary(
  fc.constantFrom('plain', '!fs|inode|\0\0\0\0\0\0\0\x01', '!later|x', '!redis|stream|old'),
  fc.constantFrom('', 'value'),
  { noNullPrototype: true },
);
const states = fc.tuple(queueStates, uploadStates, unknownRows).map((parts): Rows => Object.assign({}, ...parts));
const selections: fc.Arbitrary<SelectionOptions> = fc.oneof(
  fc.record({
    match: fc.subarray(['sqs/*/*[0-7]', 'sqs/jobs*', 's3/*/open', 's3/*/dir/*', 's3/zebra', 'redis/*', 's3', '*'], {
      minLength: 1,
    }),
    exclude: fc.subarray(['sqs/j*/*[89a-f]', 's3/*/[!-~]*']),
  }),
  fc.record({ scopes: fc.subarray(['sqs=jobs', 'sqs=jobs.fifo', 'sqs=z-1', 's3=attic', 's3=gone'], { minLength: 1 }) }),
);

/** Every file of a tree. */
function filesIn(tree: string): string[] {
  const all = readdirSync(tree, { recursive: true, encoding: 'utf8' }).map((path) => join(tree, path));
  return all.filter((path) => statSync(path).isFile());
}

describe('of a dump with the whole state', () => {
  test(
    'those rows go that go of the snapshot that it was decoded from, and all others stay byte by byte',
    () => {
      let compared = 0;
      fc.assert(
        fc.property(states, selections, (rows, selection) => {
          const place = new StatePlace();
          place.plantRows(rows);
          const request = { selection, toolVersion: 'ekv/test' };
          const output = join(place.folder, 'out.fsm');
          try {
            forget({ ...request, input: place.input, output });
          } catch (error) {
            // Nothing of what is there.
            expect(String(error)).toMatch(/nothing in .* is taken by/);
            return;
          }
          compared++;
          place.decoded();
          const made = join(place.folder, 'made');
          forget({ ...request, input: place.tree, output: made });
          const again = place.encoded({ input: made, selfTest: true, verify: true });
          if (again.error !== undefined) throw again.error;
          expect(again.warnings.filter(({ loss }) => loss)).toEqual([]);
          expect(again.rows).toEqual(rowsOf(output));
          rmSync(place.folder, { recursive: true });
        }),
        runs(12),
      );
      expect(compared).toBeGreaterThan(0);
    },
    RUNS_LIMIT_MS,
  );

  test('no file holds a byte of a message or of an open upload', () => {
    const id = hash('md5', '0', 'hex');
    const object = 'dir/<b>';
    const forms = [id, object, 'dir/\\u003cb', Buffer.from(object).toString('base64url'), 'dir%2F'];
    const holds = (path: string) => forms.some((form) => path.includes(form) || readFileSync(path).includes(form));
    const hasBoth = (rows: Rows) => {
      const keys = Object.keys(rows);
      const isOf = (family: string, part: string) => keys.some((key) => key.startsWith(family) && key.includes(part));
      const isLocked = Object.entries(rows).some(
        ([key, value]) => key.startsWith('!sqs|msg|group|') && value.includes(id),
      );
      return isLocked && isOf('!s3|upload|part|', object) && isOf('!s3|upload|part|', 'open');
    };
    const rows = fc.sample(states, { numRuns: 400, seed: 1 }).find(hasBoth)!;
    const place = new StatePlace();
    place.plantRows(rows);
    place.decoded();
    const made = join(place.folder, 'made');
    const selection = { match: [`sqs/*/${id}`, 's3/*/dir/*'] };
    forget({ selection, toolVersion: 'ekv/test', input: place.tree, output: made });
    const before = filesIn(place.tree).filter(holds);
    for (const name of ['receives.jsonl', 'locks.jsonl', 'uploads.jsonl'])
      expect(before.some((path) => path.endsWith(name))).toBe(true);
    expect(filesIn(made).filter(holds)).toEqual([]);
    expect(filesIn(made).some((path) => path.includes('ekv/s3/uploads/'))).toBe(true);
    expect(readManifest(readFileSync(join(made, 'MANIFEST.json')), 'MANIFEST.json').ekv?.whole_state).toBe(true);
  });
});
