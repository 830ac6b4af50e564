import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { OpenFile } from '../input/open-file.ts';
import { ChecksumsRows } from './checksums-rows.ts';

const DIGEST = '0123456789abcdef'.repeat(4);

function read(content: string): { rows: string[]; malformed: Array<[number, string]> } {
  const path = join(temporaryFolder(), 'CHECKSUMS');
  writeFileSync(path, Buffer.from(content, 'latin1'));
  const file = new OpenFile(openSync(path, 'r'), path, 0);
  const found = { rows: [] as string[], malformed: [] as Array<[number, string]> };
  const rows = new ChecksumsRows(file, (line, reason) => found.malformed.push([line, reason]));
  while (rows.next()) {
    expect(rows.sha256).toBe(DIGEST);
    found.rows.push(rows.path);
  }
  file.close();
  return found;
}

test.each([
  ['two blanks', `${DIGEST}  a/b\n`, 'a/b'],
  ['a blank and a star', `${DIGEST} *a/b\n`, 'a/b'],
  ['a carriage return before the line feed, which is dropped', `${DIGEST}  a\r\n`, 'a'],
  ['no line feed at the end', `${DIGEST}  a`, 'a'],
  ['empty lines around it, which are skipped', `\n\r\n${DIGEST}  a\n\n`, 'a'],
  ['escapes', `\\${DIGEST}  a\\n\\r\\\\b\n`, 'a\n\r\\b'],
  ['a backslash without the leading one, taken as it is', `${DIGEST}  a\\nb\n`, 'a\\nb'],
  ['a leading blank in the name', `${DIGEST}   a\n`, ' a'],
  ['bytes that are not UTF-8', `\\${DIGEST}  \xff\\n\n`, '\xff\n'],
  ['./ before the path', `${DIGEST}  ./a\n`, 'a'],
  ['empty segments and a slash at the end', `${DIGEST}  d//b/\n`, 'd/b'],
  ['a folder that is left again', `${DIGEST}  d/./../a\n`, 'a'],
  ['names of dots only that are names', `${DIGEST}  .../..a/.b\n`, '.../..a/.b'],
  ['a line of 8191 bytes', `${DIGEST}  ${'a'.repeat(8125)}\n`, 'a'.repeat(8125)],
])('a row may have %s', (_, content, path) => {
  expect(read(content)).toEqual({ rows: [path], malformed: [] });
});

const NOT_A_ROW = 'not 64 lower-case hex digits, two blanks and a path';

test.each([
  ['upper-case digits', `${DIGEST.toUpperCase()}  a`, NOT_A_ROW],
  ['one blank', `${DIGEST} a`, NOT_A_ROW],
  ['a tab', `${DIGEST}\ta`, NOT_A_ROW],
  ['a blank and a tab', `${DIGEST} \ta`, NOT_A_ROW],
  ['63 digits', `${DIGEST.slice(1)}  a`, NOT_A_ROW],
  ['65 digits', `${DIGEST}0  a`, NOT_A_ROW],
  ['the tagged form', `SHA256 (a) = ${DIGEST}`, NOT_A_ROW],
  ['a comment', '# comment', NOT_A_ROW],
  ['blanks only', '   ', NOT_A_ROW],
  ['a byte order mark', `\xef\xbb\xbf${DIGEST}  a`, NOT_A_ROW],
  ['no path', `${DIGEST}  `, NOT_A_ROW],
  ['two backslashes before the digits', `\\\\${DIGEST}  a`, NOT_A_ROW],
  ['an unknown escape', `\\${DIGEST}  a\\tb`, 'unknown escape in a\\tb'],
  ['an escape that is cut off', `\\${DIGEST}  a\\`, 'unknown escape in a\\'],
  ['the path "."', `${DIGEST}  .`, 'names no file'],
  ['a path that resolves to the root', `${DIGEST}  d/..`, 'names no file'],
  ['an absolute path', `${DIGEST}  /etc/hostname`, '/etc/hostname escapes the dump root'],
  ['a path out of the root', `${DIGEST}  ../x`, '../x escapes the dump root'],
  ['a path out of the root further down', `${DIGEST}  d/../../x`, 'd/../../x escapes the dump root'],
  ['8192 bytes', `${DIGEST}  ${'a'.repeat(8126)}`, 'longer than 8191 bytes'],
  ['100000 bytes', `${DIGEST}  ${'a'.repeat(100_000)}`, 'longer than 8191 bytes'],
])('a line with %s is told with its number, and the next one is read', (_, line, reason) => {
  expect(read(`${DIGEST}  first\n${line}\n${DIGEST}  last\n`)).toEqual({
    rows: ['first', 'last'],
    malformed: [[2, reason]],
  });
});
