import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSnapshot, encodeSnapshot } from '@ekv/core';
import { describe, expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { listedDigests, wrongDump } from './dump-check.ts';
import { newPlace, scratchLeft } from './places.ts';
import { ALL_ADAPTERS_ENCODED_FILE, ALL_ADAPTERS_NODE_FILE, rounds, SEED } from './setting.ts';

const ADAPTERS = ['redis', 'dynamodb', 's3', 'sqs'] as const;
const NO_EXTRAS = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
  rename_s3_collisions: false,
};

const HEADER_BYTES = 16;

/** Digests of a tree's files, by path, without the manifest, which tells the time and the damage. */
type Files = ReadonlyMap<string, string>;

interface Salvaged {
  readonly files: Files;
  readonly isPartial: boolean;
}

/** Salvages a file; the tree must be consistent, and encode must take it, with the self-test. */
function salvaged(place: string, bytes: Buffer, what: string): Salvaged {
  const [input, output] = [join(place, 'in.fsm'), join(place, 'out')];
  writeFileSync(input, bytes);
  rmSync(output, { recursive: true, force: true });
  const shared = { adapters: ADAPTERS, scratchRoot: join(place, 'scratch') };
  const request = { input, output, exclusions: NO_EXTRAS, toolVersion: 'faults', salvage: true, ...shared };
  const { partial, lastCommitTs } = attempt(what, bytes, () => decodeSnapshot(request));
  if (wrongDump(output) !== undefined) expect.fail(`${kept(what, bytes)}: ${wrongDump(output)}`);
  const guards = { ...NO_EXTRAS, dynamodb_layout: 'per-item' } as const;
  const encode = { input: output, lastCommitTs, guards, selfTest: true, ...shared };
  const encoded = attempt(what, bytes, () => encodeSnapshot(encode, { write: () => {} }));
  if (encoded.outcome === 'mismatch') expect.fail(`${kept(what, bytes)}: self-test: ${encoded.mismatch.first}`);
  expect(scratchLeft(place)).toEqual([]);
  const files = new Map(listedDigests(join(output, 'CHECKSUMS')));
  files.delete('MANIFEST.json');
  return { files, isPartial: partial !== undefined };
}

function attempt<T>(what: string, bytes: Buffer, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return expect.fail(`${kept(what, bytes)}: ${error instanceof Error ? error.stack : error}`);
  }
}

/** Keeps an input that breaks a rule, so that it can be looked at. */
function kept(what: string, bytes: Buffer): string {
  const path = join(tmpdir(), `ekv-faults-salvage-${SEED}.fsm`);
  writeFileSync(path, bytes);
  return `${what}, kept as ${path}, seed ${SEED}`;
}

function flipped(dice: Dice, file: Buffer, count: number): { bytes: Buffer; what: string } {
  const bytes = Buffer.from(file);
  const places = Array.from({ length: count }, () => ({ at: dice.below(file.length), bit: dice.below(8) }));
  for (const { at, bit } of places) bytes[at]! ^= 1 << bit;
  return { bytes, what: `flipped ${places.map(({ at, bit }) => `${at}.${bit}`).join(', ')}` };
}

/** Offsets at which entries begin, and the end of the last one. */
function beginnings(file: Buffer, start: number, end: number): number[] {
  const found = [start];
  for (let at = start; at < end; ) {
    const keyLength = file.readUInt32LE(at);
    at += 16 + keyLength + file.readUInt32LE(at + 8 + keyLength);
    found.push(at);
  }
  return found;
}

/** What files depend on together: the type of a Redis key, a table, a bucket, a queue. */
function groupOf(path: string): string {
  const [adapter, ...rest] = path.split('/');
  return `${adapter}/${rest[adapter === 'redis' ? 1 : 0]}`;
}

/** Groups of the files that are not there as they were. */
function changedGroups(before: Files, after: Files): Set<string> {
  return new Set([...before].filter(([path, digest]) => after.get(path) !== digest).map(([path]) => groupOf(path)));
}

describe.each([
  ['of a node', ALL_ADAPTERS_NODE_FILE, true],
  ['of encode', ALL_ADAPTERS_ENCODED_FILE, false],
] as const)('a file %s', (name, path, hasChecksum) => {
  const file = readFileSync(path);

  test('whose bit is flipped anywhere is salvaged: nothing far from the bit is lost, and encode takes the tree', () => {
    const place = newPlace();
    const whole = salvaged(place, file, 'the whole file');
    expect(whole.isPartial).toBe(false);
    for (let i = 0; i < rounds(8, 2000); i++) {
      const { bytes, what } = flipped(new Dice(`${name}, one bit ${i}`), file, 1);
      const { files, isPartial } = salvaged(place, bytes, what);
      if (hasChecksum && !isPartial) expect.fail(`${kept(what, bytes)}: the tree is said to be whole`);
      // A length can be wrong in the entry that was hit, or lead astray from the one before.
      const changed = changedGroups(whole.files, files);
      if (changed.size > 2) expect.fail(`${kept(what, bytes)}: too much is lost: ${[...changed].join(', ')}`);
    }
  });

  test('with many flipped bits is salvaged: encode takes the tree', () => {
    const place = newPlace();
    for (let i = 0; i < rounds(4, 1000); i++) {
      const dice = new Dice(`${name}, many bits ${i}`);
      const { bytes, what } = flipped(dice, file, 2 + dice.below(20));
      salvaged(place, bytes, what);
    }
  });

  test('that is cut anywhere gives what it gives when it is cut behind the last whole entry', () => {
    const place = newPlace();
    const start = HEADER_BYTES * (hasChecksum ? 2 : 1);
    const places = beginnings(file, start, hasChecksum ? file.length - 4 : file.length);
    for (let i = 0; i < rounds(5, 1000); i++) {
      const cut = start + new Dice(`${name}, cut ${i}`).below(file.length - start);
      const lastWhole = places.findLast((at) => at <= cut)!;
      const [bytes, clean] = [file.subarray(0, cut), file.subarray(0, lastWhole)];
      expect([...salvaged(place, bytes, `cut at ${cut}`).files]).toEqual([
        ...salvaged(place, clean, `cut at ${lastWhole}`).files,
      ]);
    }
  });
});
