import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countWork } from './counted-work.ts';

test('calls of the file system are counted by name, those that Node makes within one of them not', () => {
  const { calls } = countWork(() => {
    const fd = openSync(process.execPath, 'r');
    fstatSync(fd);
    fstatSync(fd);
    closeSync(fd);
    readFileSync(import.meta.filename);
  });
  expect(calls).toEqual({ openSync: 1, fstatSync: 2, closeSync: 1, readFileSync: 1 });
});

test('bytes of digests are counted by algorithm, in pieces and at once', () => {
  const { hashed } = countWork(() => {
    createHash('sha256').update('ab').update(Buffer.alloc(10)).digest();
    hash('sha256', Buffer.alloc(5));
    createHash('md5').update('ä').digest('hex');
  });
  expect(hashed).toEqual({ sha256: 17, md5: 2 });
});

test('bytes that are copied are counted, a view of them not', () => {
  const source = Buffer.alloc(100);
  const bytes = (work: () => void) => countWork(work).copied;
  expect(bytes(() => source.subarray(10))).toBe(0);
  expect(bytes(() => source.copy(Buffer.alloc(50), 0, 10, 30))).toBe(20);
  expect(bytes(() => new Uint8Array(200).set(source, 3))).toBe(100);
  expect(bytes(() => source.copyWithin(0, 90))).toBe(10);
  expect(bytes(() => Buffer.concat([source, source]))).toBe(200);
  expect(bytes(() => Buffer.from(source))).toBe(100);
});

test('nothing is counted any more when the work ends, also by an error', () => {
  const before = [statSync, hash, Buffer.prototype.copy];
  expect(() =>
    countWork(() => {
      throw new Error('stopped');
    }),
  ).toThrow('stopped');
  expect([statSync, hash, Buffer.prototype.copy]).toEqual(before);
});
