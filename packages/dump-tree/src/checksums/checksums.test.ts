import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { output } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChecksumsWriter, checksumLine, escapePath, unescapePath } from './checksums.ts';

const DIGEST = '0123456789abcdef'.repeat(4);

function written(rows: ReadonlyArray<readonly [path: string, sha256: string]>, arenaBytes?: number): Buffer {
  const scratch = new ScratchFolder();
  try {
    const writer = new ChecksumsWriter(scratch, arenaBytes);
    for (const [i, [path, sha256]] of rows.entries()) {
      if (i % 2 === 0) {
        writer.add(path, sha256);
        continue;
      }
      const row = Buffer.concat([Buffer.from(`<${path}`, 'latin1'), Buffer.from(sha256, 'hex')]);
      writer.addBytes(row, 1, 1 + path.length);
    }
    const blocks: Buffer[] = [];
    const told = writer.byteLength;
    writer.writeTo({ write: (block) => blocks.push(Buffer.from(block)) });
    const bytes = Buffer.concat(blocks);
    expect(told).toBe(bytes.length);
    return bytes;
  } finally {
    scratch.remove();
  }
}

test.each([
  ['an ordinary path', 's3/b/ lead*\t', `${DIGEST}  s3/b/ lead*\t\n`],
  ['a line feed', 's3/b/nl\nx', `\\${DIGEST}  s3/b/nl\\nx\n`],
  ['a carriage return', 'a\rb', `\\${DIGEST}  a\\rb\n`],
  ['a backslash', 'a\\b', `\\${DIGEST}  a\\\\b\n`],
  ['bytes that are not UTF-8, beside an escape', '\xff\n', `\\${DIGEST}  \xff\\n\n`],
])('the line of %s', (_, path, line) => {
  expect(checksumLine(path, DIGEST)).toBe(line);
});

const oddPath = fc
  .array(fc.constantFrom('\\', '\n', '\r', 'n', 'r', '/', '\xff'), { maxLength: 10 })
  .map((c) => c.join(''));

test('escapes of a path can be taken back', () => {
  fc.assert(
    fc.property(oddPath, (path) => {
      expect(escapePath(path)).not.toMatch(/[\n\r]/);
      expect(unescapePath(escapePath(path))).toBe(path);
    }),
  );
});

test.each(['\\', 'a\\', '\\t', '\\x41', '\\\\\\', '\\N'])('%s has an escape that is not one', (escaped) => {
  expect(unescapePath(escaped)).toBeUndefined();
});

test('the lines of any paths, and their length before they are written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(oddPath), (paths) => {
      const rows = paths.map((path, i) => [path, i.toString(16).padStart(64, '0')] as const);
      const lines = rows.map(([path, sha256]) => [path, checksumLine(path, sha256)] as const);
      const sorted = lines.sort(([a], [b]) => Buffer.from(a, 'latin1').compare(Buffer.from(b, 'latin1')));
      expect(written(rows).toString('latin1')).toBe(sorted.map(([, line]) => line).join(''));
    }),
  );
});

test('a line that is longer than a block', () => {
  const rows = ['a', 'b'.repeat(3 << 20), 'c'].map((path) => [path, DIGEST] as const);
  expect(written(rows).toString('latin1')).toBe(rows.map(([path]) => checksumLine(path, DIGEST)).join(''));
});

test('lines are sorted by the unsigned bytes of the whole path, upper case before lower case', () => {
  const sorted = ['Z', 'a', 'a-b', 'a.b', 'a/b/c', 'a0', 'aa', '\x7f', '\xc3\xa9', '\xff'];
  const rows = [...sorted].reverse().map((path) => [path, DIGEST] as const);
  expect(written(rows).toString('latin1')).toBe(sorted.map((path) => checksumLine(path, DIGEST)).join(''));
});

test('rows beyond the memory that may be used are sorted on disk, to the same bytes', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => [`folder/${(i * 7919) % 3000}`, DIGEST] as const);
  expect(written(rows, 4096).equals(written(rows))).toBe(true);
});

test('the recorded rows in any order give the recorded file', () => {
  const golden = join(
    import.meta.dirname,
    '../../../../fixtures/golden/tree/checksums-order-and-escapes/want/CHECKSUMS',
  );
  const recorded = readFileSync(golden);
  const rows = recorded
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => /^\\?([0-9a-f]{64}) {2}(.*)$/.exec(line)!)
    .map((match) => [unescapePath(match[2]!)!, match[1]!] as const);
  expect(rows.length).toBeGreaterThan(5);
  expect(written([...rows].reverse()).equals(recorded)).toBe(true);
});

test('sha256sum accepts the file, escapes and bytes that are not UTF-8 included', () => {
  const root = temporaryFolder();
  const files = { 'a b': '1', 'd/\n\r\\': '2', ' *x': '3', '\xff\xfe': '4', '\xff\n': '5', '\xc3\xa9': '6' };
  plant(root, files);
  const rows = Object.entries(files).map(([path, content]) => [path, hash('sha256', content, 'hex')] as const);
  writeFileSync(join(root, 'CHECKSUMS'), written(rows));
  const report = output('sha256sum', ['--strict', '-c', 'CHECKSUMS'], root);
  expect(report.match(/: OK$/gm)).toHaveLength(6);
});
