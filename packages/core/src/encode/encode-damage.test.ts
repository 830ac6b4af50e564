import { hash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { footerOf } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump, REDIS } from '../dump.test-data.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import type { EncodeRequest } from './encode-request.ts';
import { encodeSnapshot, encodeWith } from './encode-snapshot.ts';
import type { BeforeSelfTest } from './tested-snapshot.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

/** A request for a tree, with its scratch folder in the test's folder. */
function request(input: string, more: Partial<EncodeRequest> = {}): EncodeRequest {
  const scratchRoot = join(folder, 'scratch');
  return { input, adapters: REDIS, lastCommitTs: LAST_COMMIT_TS, guards: NO_GUARDS, scratchRoot, ...more };
}

describe('a snapshot file that is damaged between writing and testing', { timeout: 60_000 }, () => {
  let tree: string;
  let whole: Buffer;
  beforeEach(() => {
    tree = variedDump(folder);
    const destination = new CountingDestination();
    encodeSnapshot(request(tree), destination);
    whole = destination.bytes;
  });

  function expectMismatch(damage: BeforeSelfTest, shown: string) {
    const destination = new CountingDestination();
    const result = encodeWith(request(tree, { selfTest: true }), destination, {}, damage);
    expect(result.outcome, shown).toBe('mismatch');
    expect(destination, shown).toMatchObject({ writes: 0, length: 0 });
    expect(result.sha256, shown).toBe(hash('sha256', whole, 'hex'));
    return result;
  }

  test('never passes with a bit flipped', () => {
    for (const at of [0, 8, 16, 24, 40, 60, whole.length >> 1, whole.length - 1]) {
      expectMismatch((path) => {
        const bytes = readFileSync(path);
        bytes[at]! ^= 1;
        writeFileSync(path, bytes);
      }, `byte ${at}`);
    }
  });

  test('never passes when it was cut', () => {
    for (const length of [0, 7, 16, 17, whole.length >> 1, whole.length - 1]) {
      expectMismatch((path) => truncateSync(path, length), `cut to ${length} bytes`);
    }
  });

  test('never passes with bytes appended: one byte, an entry twice, a deletion of another key, a right checksum', () => {
    const keyLength = Number(whole.readBigUInt64LE(16));
    const valueLength = Number(whole.readBigUInt64LE(24 + keyLength));
    const first = whole.subarray(16, 24 + keyLength + 8 + valueLength);
    const deletion = Buffer.from(first);
    deletion.write('zzzz', 8, 'latin1');
    deletion[24 + keyLength - 16] = 1;
    for (const more of [Buffer.alloc(1), first, deletion, footerOf(whole)]) {
      expectMismatch((path) => appendFileSync(path, more), `${more.length} bytes appended`);
    }
  });

  test('never passes when it is another whole snapshot, or is gone', () => {
    expectMismatch((path) => writeFileSync(path, whole.subarray(0, 16)), 'an empty snapshot');
    const destination = new CountingDestination();
    expect(() => encodeWith(request(tree, { selfTest: true }), destination, {}, (path) => rmSync(path))).toThrow(
      EnvironmentError,
    );
    expect(destination.writes).toBe(0);
  });

  test('is told by a derived row that decode drops: the score index of a sorted set', () => {
    const at = whole.indexOf('!zs|scr|') + '!zs|scr|'.length + 4 + 'scores'.length + 8;
    const result = expectMismatch((path) => {
      const bytes = readFileSync(path);
      bytes[at]! ^= 1;
      writeFileSync(path, bytes);
    }, 'the score row');
    expect(result.outcome === 'mismatch' && result.mismatch.first).toMatch(/holds other rows than were built/);
  });
});

test('a file that changes after its test, while it is handed on, is an error', () => {
  const tree = plantDump(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': Buffer.alloc(5 << 20) });
  const scratch = join(folder, 'scratch');
  let isFirst = true;
  const destination = {
    write() {
      const [run] = readdirSync(scratch);
      const [file] = readdirSync(join(scratch, run!));
      if (isFirst) truncateSync(join(scratch, run!, file!), 3 << 20);
      isFirst = false;
    },
  };
  expect(() => encodeSnapshot(request(tree, { selfTest: true }), destination)).toThrow(/changed after its self-test/);
  expect(readdirSync(scratch)).toEqual([]);
});
