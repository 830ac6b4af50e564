import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveBytes, CONTENTS } from '../archives-of-others.test-data.ts';
import { paddingOf } from './tar-header.ts';
import { ARCHIVE_END, memberHead } from './tar-members.ts';
import { type Member, TarReader } from './tar-reader.ts';

interface Read extends Member {
  readonly bytes: string;
}

/** @param cuts where the archive is divided. */
function read(archive: Buffer, cuts: readonly number[] = []): Read[] {
  const members: Read[] = [];
  let member: Member;
  let bytes = '';
  const reader = new TarReader({
    begin: (next) => {
      member = next;
      bytes = '';
    },
    piece: (piece) => {
      bytes += piece.toString('latin1');
    },
    end: () => void members.push({ ...member, bytes }),
  });
  const places = [0, ...cuts.map((cut) => cut % (archive.length + 1)).sort((a, b) => a - b), archive.length];
  for (let i = 1; i < places.length; i++) reader.push(archive.subarray(places[i - 1], places[i]));
  reader.end();
  return members;
}

interface File {
  readonly path: string;
  readonly bytes: string;
}

function packed(files: readonly File[]): Buffer {
  const parts = files.flatMap(({ path, bytes }) => [
    memberHead({ path, kind: 'file', size: bytes.length, mtime: 1_700_000_000 }),
    Buffer.from(bytes, 'latin1'),
    Buffer.alloc(paddingOf(bytes.length)),
  ]);
  return Buffer.concat([...parts, ARCHIVE_END]);
}

const segment = fc.stringMatching(/^[a-zA-Z0-9%_.\xe4\xff-]{1,120}$/).filter((text) => text !== '.' && text !== '..');
const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('/'));
const file = fc.record({
  path,
  bytes: fc.string({ maxLength: 1500 }).map((text) => Buffer.from(text).toString('latin1')),
});

test('what is written is read, in pieces of any size, whatever the path', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 20 }), (files, cuts) => {
      expect(read(packed(files), cuts).map(({ path: at, bytes, kind, mode }) => ({ at, bytes, kind, mode }))).toEqual(
        files.map(({ path: at, bytes }) => ({ at, bytes, kind: 'file', mode: 0o644 })),
      );
    }),
  );
});

test('an archive that is cut anywhere is refused, but between members', () => {
  const archive = packed([
    { path: 'a'.repeat(300), bytes: 'x'.repeat(700) },
    { path: 'b', bytes: 'y' },
  ]);
  const whole = new Set<number>();
  for (let length = 0; length <= archive.length; length++) {
    try {
      read(archive.subarray(0, length));
      whole.add(length);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  }
  // Nothing; after the pax member of the first; after each member; from the first block of zeros on.
  const end = archive.length - ARCHIVE_END.length + 512;
  for (const length of whole) expect(length % 512 === 0 || length > end, String(length)).toBe(true);
});

test('a flipped bit is damage, or another archive; never another error', () => {
  const archive = packed([
    { path: 'a'.repeat(300), bytes: 'x'.repeat(700) },
    { path: 'b', bytes: 'y' },
  ]);
  for (let at = 0; at < archive.length; at++) {
    const bad = Buffer.from(archive);
    bad[at]! ^= 1 << (at % 8);
    try {
      read(bad);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  }
});

test.each(CONTENTS)('what another program has written is read: %s', (archive, texts) => {
  const files = read(archiveBytes(archive)).filter(({ kind }) => kind === 'file');
  expect(Object.fromEntries(files.map(({ path: at, bytes }) => [at.replace(/^\.\//, ''), bytes]))).toEqual(texts);
});

/** A header of another type, with the checksum that this makes right. */
function typed(head: Buffer, type: string): Buffer {
  head.write(type, 156, 'latin1');
  let sum = 0;
  head.fill(0x20, 148, 156);
  for (const byte of head) sum += byte;
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}

test('links, devices and files with holes are of another kind', () => {
  expect(read(archiveBytes('python-kinds.tar')).map(({ kind }) => kind)).toEqual(Array(6).fill('other'));
});

test('a file with holes stays one, whatever header comes after the one that says so', () => {
  const pax = (records: string) => {
    const head = memberHead({ path: 'p', kind: 'file', size: records.length, mtime: 0 });
    return Buffer.concat([typed(head, 'x'), Buffer.from(records), Buffer.alloc(paddingOf(records.length))]);
  };
  const member = memberHead({ path: 'm', kind: 'file', size: 0, mtime: 0 });
  const both = Buffer.concat([pax('22 GNU.sparse.major=1\n'), pax('13 comment=x\n'), member, ARCHIVE_END]);
  expect(read(both).map(({ kind }) => kind)).toEqual(['other']);
});

test.each([
  ['EKVPBBL1', 'it is a snapshot, which ekv-decode reads'],
  ['BZh9', 'it is packed with bzip2, unpack it first'],
  ['text', 'it does not begin as a tar archive does'],
])('what is no archive at all is said to be that, not a damaged one: %s', (beginning, words) => {
  const bytes = Buffer.concat([Buffer.from(beginning), Buffer.alloc(2000, 'x')]);
  expect(() => read(bytes)).toThrow(words);
  expect(() => read(bytes, [3, 511])).toThrow(words);
  if (beginning !== 'text') expect(() => read(bytes.subarray(0, 100))).toThrow(words);
});

test('a header of a name that no file system takes is refused before it is held', () => {
  const head = memberHead({ path: 'a', kind: 'file', size: 1 << 30, mtime: 0 });
  expect(() => read(typed(head, 'x'))).toThrow(
    /a header of 1073741824 bytes is more than any name needs \(at byte 0 of the archive\)/,
  );
});
