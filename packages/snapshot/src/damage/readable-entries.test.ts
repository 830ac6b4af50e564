import { openSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { afterEach, describe, expect, test } from 'vitest';
import { SnapshotFormatError } from '../errors.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { FileBytes } from '../read/file-bytes.ts';
import { Damage } from './damage.ts';
import { readDamagedHeader } from './damaged-header.ts';
import { OffsetSet } from './offset-set.ts';
import { ReadableEntries } from './readable-entries.ts';
import { Salvage } from './salvage.ts';

const MIB = 1 << 20;

const open: FileBytes[] = [];
afterEach(() => {
  for (const file of open.splice(0)) file.close();
});

function windowsOn(content: Buffer): (start: number, bufferBytes: number) => ByteWindow {
  const path = join(folderWith({ file: content }), 'file');
  const bytes = new FileBytes({ fd: openSync(path, 'r'), size: content.length, ownership: 'owned' }, path);
  open.push(bytes);
  return (start, bufferBytes) => new ByteWindow({ bytes, start, end: content.length, bufferBytes });
}

/** Where entries can be followed, from the start of these bytes on. */
function found(...parts: readonly Buffer[]): number | undefined {
  return new ReadableEntries(windowsOn(Buffer.concat(parts))).find(0, Buffer.alloc(0));
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function entry(name: string, { expiry = 0, declared = 10 } = {}): Buffer {
  const key = Buffer.concat([Buffer.from(`!k|${name}`), Buffer.alloc(8, 0xee)]);
  const value = Buffer.concat([Buffer.alloc(1), u64(expiry), Buffer.from('v')]);
  return Buffer.concat([u64(key.length), key, u64(declared), value]);
}

function entries(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => entry(String(i).padStart(4, '0')));
}

const damage = (bytes: number) => Buffer.alloc(bytes, 0xff);

describe('entries behind damage are found', () => {
  test.each([0, 4])('up to the end of the file, with %d bytes of a checksum', (footer) => {
    expect(found(damage(100), entry('a'), Buffer.alloc(footer, 7))).toBe(100);
  });

  test('but not when other bytes stand at the end', () => {
    expect(found(damage(100), entry('a'), Buffer.alloc(3, 7))).toBeUndefined();
  });

  test('wherever the border of two blocks lies in their beginning', () => {
    for (let before = 0; before <= 20; before++) {
      expect(found(damage(MIB - before), entry('a'), entry('b')), String(before)).toBe(MIB - before);
    }
  });

  test('before a last one that is cut only when there are enough of them to be believed', () => {
    const cut = entry('9999', { declared: 1000 });
    expect(found(damage(100), ...entries(16), cut)).toBe(100);
    expect(found(damage(100), ...entries(15), cut)).toBeUndefined();
  });

  test('from the first one on whose value has the header that writers give it', () => {
    const odd = entry('a', { expiry: 1 });
    expect(found(damage(100), odd, entry('b'))).toBe(100 + odd.length);
    expect(found(damage(100), entry('a'), entry('b', { expiry: 1 }))).toBe(100);
  });
});

test('a magic that is right counts before one that is nearly right and stands before it', () => {
  const header = (magic: string, timestamp: number) => Buffer.concat([Buffer.from(magic), u64(timestamp)]);
  const window = windowsOn(Buffer.concat([header('EKVPBBLx', 1), header('EKVPBBL1', 2)]))(0, 4096);
  expect(readDamagedHeader(window)).toMatchObject({ lastCommitTs: 2n });
  expect(window.offset).toBe(32);
});

test('a set of offsets has all of many, and none of the others', () => {
  const set = new OffsetSet();
  const offsets = Array.from({ length: 5000 }, (_, i) => i * 37 + 11);
  for (const offset of offsets) expect(set.add(offset)).toBe(true);
  expect(offsets.filter((offset) => !set.has(offset))).toEqual([]);
  expect(offsets.filter((offset) => set.has(offset + 1))).toEqual([]);
  expect(offsets.some((offset) => set.add(offset))).toBe(false);
});

describe('what a salvage leaves out', () => {
  const KEY = Buffer.from('!k|a');
  const wrong = new SnapshotFormatError('in.fsm: wrong', { offset: 100, ordinal: 1 });

  test('by offsets of the file is not left out of the sorted copy, which has others', () => {
    const salvage = new Salvage(new Damage());
    salvage.addSuspect('in.fsm', 100, KEY);
    expect(salvage.isLeftOut(100)).toBe(true);
    salvage.moveToCopy();
    expect(salvage.isLeftOut(100)).toBe(false);
  });

  test('a file with a wrong checksum has one: its end is not cut', () => {
    const damaged = new Damage();
    const salvage = new Salvage(damaged);
    salvage.addTail(wrong, 100, 104, 'checksum');
    salvage.addCutEnd('in.fsm');
    expect(damaged.counts()).toEqual({ checksum: 1 });
  });
});
