import crypto from 'node:crypto';
import fs, { constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import zlib from 'node:zlib';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { multikeySort } from './multikey-sort.ts';
import { RunFile } from './run-file.ts';
import { RunsBehind, sortRows } from './runs-behind.ts';
import { SORT_CALLS, SortArena } from './sort-arena.ts';

const CAPACITY = 1 << 12;

/** An arena with one-byte keys and payloads of as many bytes as the key says. */
function filled(keys: string, arena = new SortArena(CAPACITY)): SortArena {
  for (const key of keys) {
    const at = arena.reserve(1, Number(key));
    arena.bytes.write(key + key.repeat(Number(key)), at, 'latin1');
  }
  return arena;
}

/** Keys of the records in a run. */
const keysIn = (bytes: Buffer) => bytes.toString('latin1').replaceAll(/[^\d]/g, '');
const inOrder = (keys: string) =>
  [...keys]
    .sort()
    .map((key) => key + key.repeat(Number(key)))
    .join('');

test('arenas are sorted and written one after the other, each with its longest row', () => {
  const path = join(temporaryFolder(), 'runs');
  const file = new RunFile({ fd: openSync(path, 'wx+'), path });
  const first = filled('312');
  const behind = new RunsBehind(first);
  expect(behind.takeBack()).toBeUndefined();
  const second = filled('946', behind.give(first, file));
  expect(behind.takeBack()).toEqual({ longest: 8 + 1 + 3 });
  const third = filled('21', behind.give(second, file));
  expect(behind.takeBack()).toEqual({ longest: 8 + 1 + 9 });
  expect(behind.give(third, file).count).toBe(0);
  expect(behind.takeBack()).toEqual({ longest: 8 + 1 + 2 });
  behind.end();
  file.close();
  expect(keysIn(readFileSync(path))).toBe(inOrder('312') + inOrder('946') + inOrder('21'));
});

test('a full or broken disk is the error of the caller, who tries it once more', () => {
  const path = join(temporaryFolder(), 'runs');
  writeFileSync(path, '');
  const file = new RunFile({ fd: openSync(path, constants.O_RDONLY), path });
  const first = filled('312');
  const behind = new RunsBehind(first);
  behind.give(first, file);
  // A run that is shorter than the caller's buffer is written when it ends.
  const end = () => {
    behind.takeBack();
    file.endRun(12);
  };
  expect(end).toThrow(EnvironmentError);
  behind.end();
  file.close();
});

/** As it is in its thread: with what the runtime has, and nothing of this file or its imports. */
const asText = <T extends (...given: never[]) => unknown>(work: T): T => runInNewContext(`(${work})`, { Buffer });

test('what is written in part is known to the byte, by functions that name nothing outside themselves', () => {
  const arena = filled('312');
  const bytes = new SharedArrayBuffer(CAPACITY);
  arena.bytes.copy(Buffer.from(bytes), 0, 0, CAPACITY);
  const offsets = new SharedArrayBuffer(4 * arena.count);
  new Uint32Array(offsets).set(arena.offsets.subarray(0, arena.count));
  const left = [7, 5, 'full'];
  const writeSync = () => {
    const taken = left.shift();
    if (typeof taken !== 'number') throw new Error('no space is left');
    return taken;
  };
  const layout = { arena: 0, count: 4, fd: 8, bytes: 12, written: 16, longest: 20 } as const;
  const order = Buffer.alloc(24);
  order.writeUInt32LE(arena.count, layout.count);
  const run = new SharedArrayBuffer(CAPACITY);
  asText(sortRows)(order, order.length, {
    fs: { ...fs, writeSync } as typeof fs,
    crypto,
    zlib,
    options: { layout, header: 8, arenas: [{ bytes, offsets }], run },
    calls: {
      lengthAt: asText(SORT_CALLS.lengthAt),
      sharedEnd: asText(SORT_CALLS.sharedEnd),
      multikeySort: asText(multikeySort),
    },
    kept: {},
  });
  expect(order.readUInt32LE(layout.bytes)).toBe(3 * 9 + 6);
  expect(order.readUInt32LE(layout.written)).toBe(12);
  expect(keysIn(Buffer.from(run))).toBe(inOrder('312'));
});
