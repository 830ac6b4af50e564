import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rangesText } from '@ekv/routing';
import { replaceCall } from '@ekv/test-support/file-calls';
import type { Entry } from '@ekv/test-support/node-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { decodeGroups } from '../decode/decode-groups.ts';
import type { DecodeRequest } from '../decode/decode-request.ts';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { groupBytes } from '../groups/groups.test-data.ts';
import type { PublishRequest } from '../publish/publish-request.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { publishGroups } from '../publish-groups/publish-groups.ts';
import { harm, harmTree } from '../random-data/damaged-tree.test-data.ts';
import { spread } from '../random-data/random-place.test-data.ts';
import { queueStates } from '../random-data/random-queues.test-data.ts';
import { groupsOf, ranges } from '../random-data/random-ranges.test-data.ts';
import { uploadStates } from '../random-data/random-uploads.test-data.ts';
import { NEWEST, versions } from '../random-data/random-versions.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { ADAPTER_NAMES } from './adapter-list.ts';
import { handedOver } from './eager-threads.test-data.ts';
import type { RunOptions } from './run.ts';
import { messageOf, outcomeOf } from './seen-outcome.test-data.ts';
// Each thread sleeps for some time before each batch, where a test says nothing else.
import { thread } from './slow-threads.test-data.ts';

vi.mock('@ekv/dump-tree', async (original) => {
  const { eagerThreads } = await import('./eager-threads.test-data.ts');
  return eagerThreads(await original());
});

const WORKERS = [2, 4, 7];

// Nothing here is about the disk.
beforeEach(() => replaceCall('fsyncSync', () => {}));

/** Where random things lie, and where runs put what they make. */
class Place {
  readonly folder: string = temporaryFolder();
  readonly input: string = join(this.folder, 'in.fsm');
  readonly tree: string = join(this.folder, 'tree');
  readonly made: string = join(this.folder, 'made');
  readonly scratchRoot: string = join(this.folder, 'scratch');

  constructor() {
    for (const path of [this.made, this.scratchRoot]) mkdirSync(path);
  }

  decodeRequest(more: Partial<DecodeRequest> = {}): DecodeRequest {
    return {
      input: this.input,
      output: join(this.made, 'dump'),
      adapters: ADAPTER_NAMES,
      exclusions: { ...NO_EXCLUSIONS, rename_s3_collisions: true },
      toolVersion: 'ekv/test',
      scratchRoot: this.scratchRoot,
      ...more,
    };
  }

  publishRequest(more: Partial<PublishRequest> = {}): PublishRequest {
    return {
      input: this.tree,
      output: join(this.made, 'out.fsm'),
      adapters: ADAPTER_NAMES,
      toolVersion: 'ekv/test',
      scratchRoot: this.scratchRoot,
      selfTest: true,
      ...more,
    };
  }

  /** Makes the tree of a snapshot, with one thread. */
  plantTree(snapshot: Uint8Array, more: Partial<DecodeRequest> = {}): void {
    writeFileSync(this.input, snapshot);
    decodeSnapshot(this.decodeRequest({ output: this.tree, ...more }), { workers: 1 });
  }

  /** All that is seen of a run is the same with any number of workers, and nothing is left in scratch. */
  expectSame(run: (options: RunOptions) => unknown): void {
    const wanted = outcomeOf(this.made, 1, run);
    for (const workers of WORKERS)
      expect({ workers, ...outcomeOf(this.made, workers, run) }).toEqual({ workers, ...wanted });
    expect(readdirSync(this.scratchRoot)).toEqual([]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Tries a property, each time in a place of its own. */
function holds<T extends [unknown, ...unknown[]]>(
  tries: number,
  given: { [I in keyof T]: fc.Arbitrary<T[I]> },
  property: (place: Place, ...values: T) => void,
): void {
  const tried = (...values: T) => {
    const place = new Place();
    property(place, ...values);
    place.remove();
  };
  fc.assert(fc.property(...given, tried), runs(tries));
}

function bytesOf(entries: readonly Entry[]): Buffer {
  return groupBytes(entries, { headerTimestamp: NEWEST, ceilingMs: 50_000n });
}

const flags = fc.record({ strict: fc.boolean(), verify: fc.boolean(), dropUnsupported: fc.boolean() });

test(
  'the snapshot of any tree, sound or not, its self-test, what is said of it, and in which order, are the same with any number of workers',
  () => {
    handedOver.read = 0;
    handedOver.compared = 0;
    holds(4, [versions, harm, flags], (place, entries, harm, flags) => {
      place.plantTree(bytesOf(entries));
      harmTree(place.tree, harm);
      place.expectSame((options) => publishSnapshot(place.publishRequest(flags), options));
    });
    expect(handedOver.read).toBeGreaterThan(0);
    expect(handedOver.compared).toBeGreaterThan(0);
  },
  RUNS_LIMIT_MS,
);

const flips = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), bit: fc.nat(7) }),
  {
    maxLength: 2,
  },
);
const layout = fc.record({
  dynamodbLayout: fc.constantFrom('per-item', 'jsonl'),
  salvage: fc.boolean(),
  strict: fc.boolean(),
});

test(
  'the tree of any snapshot, sound or not, and what is said of it are the same with any number of workers',
  () => {
    handedOver.staged = 0;
    holds(4, [versions, flips, layout], (place, entries, flips, layout) => {
      const bytes = bytesOf(entries);
      for (const { at, bit } of flips) bytes[Math.floor(at * bytes.length)]! ^= 1 << bit;
      writeFileSync(place.input, bytes);
      place.expectSame((options) => decodeSnapshot(place.decodeRequest(layout), options));
    });
    expect(handedOver.staged).toBeGreaterThan(0);
  },
  RUNS_LIMIT_MS,
);

test(
  'snapshots of groups, of any ranges, and their one tree are the same with any number of workers',
  () => {
    holds(2, [versions, ranges, harm], (place, entries, ranges, harm) => {
      const files = spread(entries, ranges, { draw: 1, headerTimestamp: NEWEST });
      plant(place.folder, files);
      const groups = groupsOf(ranges);
      const inputs = Object.keys(files).map((name, i) => ({ path: join(place.folder, name), group: groups[i] }));
      place.expectSame((options) => decodeGroups({ ...place.decodeRequest(), inputs }, options));
      decodeGroups({ ...place.decodeRequest({ output: place.tree }), inputs }, { workers: 1 });
      harmTree(place.tree, harm);
      const request = { ...place.publishRequest({ output: join(place.made, 'out') }), withCatalog: true };
      const told = { ...request, groups: rangesText(ranges) ?? 'auto' };
      place.expectSame((options) => publishGroups(told, options));
    });
  },
  RUNS_LIMIT_MS,
);

test(
  'the whole state of queues and uploads, in both directions, is the same with any number of workers',
  () => {
    holds(2, [queueStates, uploadStates, harm], (place, queues, uploads, harm) => {
      const entries = Object.entries({ ...queues, ...uploads }).map(([key, value]) => ({
        key,
        value: Buffer.from(value, 'latin1'),
      }));
      const wholeState = true;
      place.plantTree(groupBytes(entries), { wholeState });
      place.expectSame((options) => decodeSnapshot(place.decodeRequest({ wholeState }), options));
      harmTree(place.tree, harm);
      place.expectSame((options) => publishSnapshot(place.publishRequest({ wholeState }), options));
    });
  },
  RUNS_LIMIT_MS,
);

test(
  'threads that die at any moment are an error that names what they worked on, and nothing is made, or change nothing',
  () => {
    const ways = fc.constantFrom('process.exit(3)', 'throw new Error("dies")');
    holds(3, [versions, ways], (place, entries, dies) => {
      place.plantTree(bytesOf(entries));
      thread.text = `if (Math.random() < 0.2) ${dies}`;
      for (const run of [
        (options: RunOptions) => publishSnapshot(place.publishRequest(), options),
        (options: RunOptions) => decodeSnapshot(place.decodeRequest(), options),
      ]) {
        const wanted = outcomeOf(place.made, 1, run);
        for (const workers of WORKERS) {
          const outcome = outcomeOf(place.made, workers, run);
          if (/ has died while it worked on /.test(messageOf(outcome))) expect(outcome.made).toEqual([]);
          else expect(outcome).toEqual(wanted);
        }
      }
      expect(readdirSync(place.scratchRoot)).toEqual([]);
    });
  },
  RUNS_LIMIT_MS,
);
