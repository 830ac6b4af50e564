import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CountedWork, countWork } from '@ekv/test-support/counted-work';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { decodeSnapshot } from './decode/decode-snapshot.ts';
import { NO_EXCLUSIONS } from './dump.test-data.ts';
import { type EvenDump, type EvenShape, evenDump } from './even-dump.test-data.ts';
import { publishSnapshot } from './publish/publish-snapshot.ts';

/**
 * What one record more costs, counted and not timed: the difference between two sizes, so that what a run costs once is out.
 * Each number is the most that is allowed. Where work was saved, lower it; where it must rise, the commit says why.
 */

type Step = 'encode' | 'decode' | 'decode to an archive' | 'self-test';

interface Limits {
  /** Calls of `node:fs` for each record. What is read and written in blocks of many records is less than one, and none here. */
  readonly calls: Readonly<Record<string, number>>;
  /** Bytes copied in memory for each record. */
  readonly copied: number;
  /** How often each byte of the files is hashed, and each of the snapshot. */
  readonly sha256: { readonly files: number; readonly snapshot: number };
  /** How often each byte of a body is. */
  readonly md5?: number;
}

const READ = { openSync: 1, fstatSync: 1, readSync: 1, closeSync: 1 };
const READ_TWICE = { openSync: 2, fstatSync: 2, readSync: 2, closeSync: 2 };
const CREATE = { openSync: 1, writeSync: 1, closeSync: 1 };
const ONCE = { files: 1, snapshot: 1 };
/** The snapshot as it is written and as it is read back, and each row of both for the comparison. */
const TESTED = { files: 1, snapshot: 4 };

/** Length of the body of an object or a message. */
const BODY = 106;

// Of an archive 512 bytes are the header of a member.
const LIMITS: Readonly<Record<EvenShape, Readonly<Record<Step, Limits>>>> = {
  strings: {
    encode: { calls: READ, copied: 420, sha256: ONCE },
    decode: { calls: CREATE, copied: 10, sha256: ONCE },
    'decode to an archive': { calls: {}, copied: 790, sha256: ONCE },
    'self-test': { calls: READ_TWICE, copied: 680, sha256: TESTED },
  },
  hashes: {
    encode: { calls: READ, copied: 530, sha256: ONCE },
    decode: { calls: CREATE, copied: 130, sha256: ONCE },
    'decode to an archive': { calls: {}, copied: 1075, sha256: ONCE },
    'self-test': { calls: READ_TWICE, copied: 1010, sha256: TESTED },
  },
  items: {
    encode: { calls: READ, copied: 410, sha256: ONCE },
    decode: { calls: CREATE, copied: 10, sha256: ONCE },
    'decode to an archive': { calls: {}, copied: 880, sha256: ONCE },
    'self-test': { calls: READ_TWICE, copied: 750, sha256: TESTED },
  },
  // Two files each; a body is read from the snapshot by itself. The names of the members of a manifest are copied as bytes when it is
  // written: 180 more than when they were text, of which the same bytes were made each time without being counted here.
  objects: {
    encode: { calls: twice(READ), copied: 1760, sha256: ONCE, md5: 1 },
    decode: { calls: { ...twice(CREATE), readSync: 1 }, copied: 50, sha256: ONCE, md5: 1 },
    'decode to an archive': { calls: { readSync: 1 }, copied: 1600, sha256: ONCE, md5: 1 },
    'self-test': { calls: { ...twice(READ_TWICE), readSync: 5 }, copied: 3030, sha256: TESTED, md5: 2 },
  },
  messages: {
    encode: { calls: {}, copied: 1650, sha256: ONCE, md5: 1 },
    decode: { calls: {}, copied: 1200, sha256: ONCE, md5: 1 },
    'decode to an archive': { calls: {}, copied: 1290, sha256: ONCE, md5: 1 },
    'self-test': { calls: {}, copied: 3620, sha256: TESTED, md5: 2 },
  },
};

function twice<Names extends string>(calls: Readonly<Record<Names, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries<number>(calls).map(([name, count]) => [name, count * 2]));
}

const FEW = 20;
const MANY = 80;
const ADDED = MANY - FEW;
const ONE_THREAD = { workers: 1 };

/** Counts of a dump of so many records. */
interface Counted {
  /** Without MANIFEST.json and CHECKSUMS. */
  readonly fileBytes: number;
  readonly snapshotBytes: number;
  readonly work: Readonly<Record<Step, CountedWork>>;
}

function counted(folder: string, shape: EvenShape, records: number): Counted {
  const dump = evenDump(folder, shape, records);
  return {
    fileBytes: bytesBelow(join(dump.tree, readdirSync(dump.tree).find((name) => /^[a-z0-9]+$/.test(name))!)),
    snapshotBytes: statSync(dump.snapshot).size,
    work: {
      encode: encodeWork(dump, { output: join(folder, 'encoded.fsm') }),
      decode: decodeWork(dump, join(folder, 'decoded')),
      'decode to an archive': decodeWork(dump, join(folder, 'decoded.tar')),
      'self-test': encodeWork(dump, { output: join(folder, 'tested.fsm'), selfTest: true }),
    },
  };
}

function encodeWork({ tree, adapters }: EvenDump, more: { output: string; selfTest?: boolean }): CountedWork {
  const request = { input: tree, adapters, toolVersion: 'ekv/test', ...more };
  return countWork(() => publishSnapshot(request, ONE_THREAD));
}

function decodeWork({ snapshot, adapters }: EvenDump, output: string): CountedWork {
  const request = { input: snapshot, output, adapters, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' };
  return countWork(() => decodeSnapshot(request, ONE_THREAD));
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** What a record more adds, by name. */
function perRecord(
  few: Readonly<Record<string, number>>,
  many: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.keys(many).map((name) => [name, (many[name]! - (few[name] ?? 0)) / ADDED]));
}

/** Of these counts those that are above their limits; a name without one may not be there at all. */
function above(
  counts: Readonly<Record<string, number>>,
  limits: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([name, count]) => count > (limits[name] ?? 0)));
}

describe.each(Object.entries(LIMITS) as [EvenShape, (typeof LIMITS)[EvenShape]][])(
  'one more of %s',
  (shape, limits) => {
    test('costs no more calls of the file system, digests and copies than it must', { timeout: 60_000 }, () => {
      const folder = temporaryFolder();
      const few = counted(join(folder, 'few'), shape, FEW);
      const many = counted(join(folder, 'many'), shape, MANY);
      const fileBytes = (many.fileBytes - few.fileBytes) / ADDED;
      const snapshotBytes = (many.snapshotBytes - few.snapshotBytes) / ADDED;
      for (const [step, { calls, copied, sha256, md5 = 0 }] of Object.entries(limits) as [Step, Limits][]) {
        const [before, after] = [few.work[step], many.work[step]];
        const called = perRecord(before.calls, after.calls);
        const whole = Object.fromEntries(Object.entries(called).map(([name, count]) => [name, Math.round(count)]));
        expect({ step, above: above(whole, calls) }).toEqual({ step, above: {} });
        const hashed = perRecord(before.hashed, after.hashed);
        const digests = { sha256: sha256.files * fileBytes + sha256.snapshot * snapshotBytes + 1, md5: md5 * BODY };
        expect({ step, above: above(hashed, digests) }).toEqual({ step, above: {} });
        expect({ step, ...above({ copied: (after.copied - before.copied) / ADDED }, { copied }) }).toEqual({ step });
      }
    });
  },
);
