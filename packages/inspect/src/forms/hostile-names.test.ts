import { join } from 'node:path';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectInputs } from '../inspect-inputs.ts';
import type { InspectReport, TreeNode } from '../report.ts';
import { csvLines } from './csv.ts';
import { CSV_TABLES } from './csv-tables.ts';
import { terminalLines } from './terminal.ts';
import { widthOf } from './text-width.ts';

const MEGABYTE = 'x'.repeat(1 << 20);
const NAMES = [
  '\x1b[2J\x1b]0;owned\x07',
  'two\nlines\r\n',
  '\x9b31m',
  '\xff\xfe\x80',
  '</script><script>alert(1)</script>',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '__proto__',
  'constructor',
  '"quoted", comma',
  Buffer.from('\u202etxt.exe').toString('latin1'),
  Buffer.from('\u2028').toString('latin1'),
  MEGABYTE.slice(0, MEGABYTE.length - 200),
];

/** Names as keys and as prefixes, as parts of families that nobody knows, deleted and old. */
function hostileRows(): Entry[] {
  return NAMES.flatMap((name, i) => [
    { key: `!redis|str|${name}`, value: Buffer.alloc(100 + i) },
    ...['a', 'b', 'c'].map((end) => ({
      key: `!redis|str|${name}:${name.slice(0, 99)}:${end}`,
      value: Buffer.alloc(10),
    })),
    { key: `!redis|str|${name}`, value: Buffer.alloc(1000), timestamp: 5n },
    { key: `!redis|ttl|${name}`, isDeletion: true },
    { key: `!s3|obj|head|${name}`, value: Buffer.alloc(3) },
    { key: `!${name.slice(0, 90)}|${name.slice(0, 90)}|x`, value: Buffer.alloc(3) },
    { key: `!fs|${name.slice(0, 90)}`, value: Buffer.alloc(3) },
  ]);
}

let report: InspectReport;
beforeAll(() => {
  const path = writeSnapshot(join(temporaryFolder(), 'x\u202e\n=1.fsm'), hostileRows());
  report = inspectInputs({ inputs: [{ path }], tool: 'ekv/test', history: 'redis/%1B[2J%1B]0;owned%07' });
});

/** What a terminal acts on, or draws nothing for. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('on a terminal', () => {
  test.each([30, 80, 200])('of %i columns each line is printable and fits, as far as numbers do', (columns) => {
    const lines = terminalLines(report, { columns, bars: 'blocks', colors: false });
    for (const line of lines) expect(line).not.toMatch(UNSAFE);
    const tables = lines.filter(
      (line) => /█|redis\//.test(line) && !line.startsWith('  ') && !line.includes(': snapshot'),
    );
    for (const line of tables) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(columns, 46));
  });

  test('with colours nothing else than these is a control', () => {
    for (const line of terminalLines(report, { columns: 80, bars: 'ascii', colors: true }))
      expect(['0', '1', '2', '36'].reduce((text, code) => text.replaceAll(`\x1b[${code}m`, ''), line)).not.toMatch(
        UNSAFE,
      );
  });
});

describe('as CSV', () => {
  test.each(CSV_TABLES)('%s has rows of one length, in lines of printable text, without a formula', (table) => {
    const lines = [...csvLines(report, table)];
    const rows = lines.map(cellsOf);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    for (const line of lines) expect(line).not.toMatch(UNSAFE);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s]*[=+\-@\t\r]/);
  });

  test('what looks like a formula is there, behind an apostrophe', () => {
    const prefixes = [...csvLines(report, 'prefixes')].map(cellsOf).map((cells) => cells[3]);
    expect(prefixes).toContain("'+1+1:");
    expect(prefixes).toContain("'@SUM(A1):");
    expect(prefixes).toContain('__proto__:');
    expect(prefixes).toContain('"quoted", comma:');
  });
});

/** The cells of one line, by the rules of RFC 4180. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] === '"') {
      let cell = '';
      for (at++; !(line[at] === '"' && line[at + 1] !== '"'); at++) {
        if (at >= line.length) throw new Error(`no end of a quote in ${line}`);
        if (line[at] === '"') at++;
        cell += line[at];
      }
      cells.push(cell);
      at++;
    } else {
      const end = line.indexOf(',', at);
      const cell = line.slice(at, end === -1 ? undefined : end);
      if (!/^[0-9]*$/.test(cell)) throw new Error(`${cell} stands without quotes`);
      cells.push(cell);
      at += cell.length;
    }
    if (at < line.length && line[at] !== ',') throw new Error(`${line.slice(at)} follows a cell`);
    at++;
  }
  return cells;
}

test('as JSON it is plain data that comes back the same, without a name that is a part of an object', () => {
  const text = JSON.stringify(report);
  expect(JSON.parse(text)).toEqual(report);
  expect(text).not.toMatch(UNSAFE);
  expect(({} as Record<string, unknown>).owned).toBeUndefined();
  const names: string[] = [];
  const look = ({ name, children }: TreeNode) => {
    names.push(name);
    children?.forEach(look);
  };
  look(report.tree);
  for (const name of [
    '__proto__:',
    '%1B[2J%1B]0;owned%07:',
    '%FF%FE%80:',
    '</script><script>alert(1)</script>:',
    '%E2%80%AEtxt.exe:',
  ])
    expect(names).toContain(name);
});

test('a name of a megabyte is cut, and its length told', () => {
  expect(JSON.stringify(report).length).toBeLessThan(200_000);
  const addresses = report.largest.bySize.map(({ address }) => address);
  expect(addresses.some((address) => /^redis\/x+\.\.\. \(\d{7} bytes\)$/.test(address) && address.length < 1100)).toBe(
    true,
  );
});

test('keys that read back are told as addresses', () => {
  expect(report.largest.bySize.map(({ address }) => address)).toContain('redis/two%0Alines%0D%0A');
  expect(report.history).toMatchObject({
    address: 'redis/%1B[2J%1B]0;owned%07',
    commits: [{ written: 1, deleted: 1 }, { written: 1 }],
  });
});
