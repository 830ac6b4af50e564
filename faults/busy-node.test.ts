import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { dumpDigest } from './dump-check.ts';
import { namesIn, newPlace, scratchLeft } from './places.ts';
import { type Ended, run } from './programs.ts';
import { rounds } from './setting.ts';
import { DATABASE } from './trees.ts';

const BUSY_NODE = fileURLToPath(new URL('busy-node.ts', import.meta.url));
const EVERY_MS = 50;

let node: ChildProcess | undefined;
afterEach(async () => {
  if (node === undefined) return;
  const ended = once(node, 'exit');
  node.stdin?.end();
  await ended;
  node = undefined;
});

/** Starts a node that replaces its snapshots. @returns its data folder. */
async function startNode(place: string, kept: number): Promise<string> {
  const folder = join(place, 'node');
  node = spawn(process.execPath, ['--no-warnings', BUSY_NODE, folder, String(kept), String(EVERY_MS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(node.stdout!, 'data');
  return folder;
}

/** The newest snapshot that is whole: it has its token. */
function newestWhole(folder: string): bigint {
  // A listing may show neither of two that take each other's place.
  const token = namesIn(join(folder, 'snap')).at(-1);
  if (token === undefined) return newestWhole(folder);
  return BigInt(`0x${basename(token, '.snap').slice(17)}`);
}

/** Each snapshot holds its own name. */
function expectWhole(dump: string, index: bigint): void {
  dumpDigest(dump);
  const name = readFileSync(join(dump, DATABASE, 'strings/name.bin'), 'latin1');
  expect(BigInt(`0x${name}`)).toBe(index);
  expect(readFileSync(join(dump, DATABASE, 'strings/padding.bin')).length).toBe(400_000);
}

async function decodeFolder(place: string, folder: string, ...more: string[]): Promise<Ended> {
  const output = ['--output', join(place, 'dump'), '--json', '--safe'];
  const ended = await run('decode', ['--input-snap-dir', folder, ...output, ...more], { place });
  expect(ended.code, ended.stderr).toBe(0);
  expect(scratchLeft(place)).toEqual([]);
  return ended;
}

describe.each([1, 3])(`a node that replaces each of its %d snapshots every ${EVERY_MS} ms`, (kept) => {
  test('the newest snapshot is decoded in every run, never one older than there was', async () => {
    const place = newPlace();
    const folder = await startNode(place, kept);
    for (let round = 0; round < rounds(2, 50); round++) {
      const newest = newestWhole(folder);
      const { stdout } = await decodeFolder(place, folder);
      const index = BigInt(JSON.parse(stdout).snapshot_index);
      expect(index).toBeGreaterThanOrEqual(newest);
      expectWhole(join(place, 'dump'), index);
      rmSync(join(place, 'dump'), { recursive: true });
    }
  });

  test('all snapshots are decoded in every run, but for those that are told to have vanished', async () => {
    const place = newPlace();
    const folder = await startNode(place, kept);
    const seen: Record<string, number> = {};
    for (let round = 0; round < rounds(2, 25); round++) {
      const { stdout } = await decodeFolder(place, folder, '--all');
      const { snapshots, warnings } = JSON.parse(stdout);
      for (const { state, output, snapshot_index } of snapshots) {
        seen[state] = (seen[state] ?? 0) + 1;
        if (state === 'vanished') expect(existsSync(output)).toBe(false);
        else expectWhole(output, BigInt(snapshot_index));
      }
      const vanished = snapshots.filter(({ state }: { state: string }) => state === 'vanished');
      expect(warnings).toHaveLength(vanished.length);
      rmSync(join(place, 'dump'), { recursive: true });
    }
    expect(seen.decoded).toBeGreaterThan(0);
    console.log(`a node that keeps ${kept}: ${JSON.stringify(seen)}`);
  });
});
