import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const NAMES = [
  '\x1b]0;title\x07\x1b[31mred',
  'line\nfeed\r',
  '</script><img src=x onerror=alert(1)>',
  '=cmd()|calc',
  '@SUM(1)',
  '__proto__',
  'constructor',
  'a,b"c',
  '\u202eright to left',
  '\u0085\u009b31m',
  '%41',
  '*',
  'a[1]',
  '',
].map((text) => Buffer.from(text));
NAMES.push(Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0x1b]), Buffer.alloc((1 << 20) - 100, 0x1b));

const COMMITTED = 117_664_775_863_664_659n;
const HEADER = { headerTimestamp: COMMITTED };

let folder: string;
let hostile: string;
let fewer: string;
beforeEach(() => {
  folder = temporaryFolder();
  const entries = NAMES.map(
    (name): Entry => ({
      key: Buffer.concat([Buffer.from('!redis|str|'), name]),
      value: Buffer.from(name.subarray(0, 1000)),
      timestamp: COMMITTED,
    }),
  ).sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  hostile = writeSnapshot(join(folder, 'hostile.fsm'), entries, HEADER);
  fewer = writeSnapshot(join(folder, 'fewer.fsm'), entries.slice(3), HEADER);
  writeFileSync(join(folder, 'cut.fsm'), Buffer.alloc(5));
});

/** What a terminal acts on, or does not show. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const FORMS: readonly (readonly [...string[]])[] = [
  ['inspect', 'HOSTILE'],
  ['inspect', 'HOSTILE', '--json'],
  ['inspect', 'HOSTILE', '--csv', 'largest', '--top', '1000'],
  ['inspect', 'HOSTILE', '--csv', 'prefixes'],
  ['get', 'HOSTILE', 'redis'],
  ['get', 'HOSTILE', 'redis', '--json'],
  ['diff', 'HOSTILE', 'FEWER'],
  ['diff', 'HOSTILE', 'FEWER', '--json'],
  ['forget', 'HOSTILE', '--check', '--match', 'redis/*'],
  ['forget', 'HOSTILE', '--check', '--match', 'redis/*', '--json'],
];

describe.each(FORMS)('%s %s %s %s', (...words) => {
  test('names of keys do nothing to a terminal, and lines stay lines', async () => {
    const paths: Readonly<Record<string, string>> = { HOSTILE: hostile, FEWER: fewer };
    const { code, stdout, stderr } = await run(...words.map((word) => paths[word] ?? word));
    expect(code, stderr.slice(0, 300)).toBe(words[0] === 'diff' ? 1 : 0);
    expect(stdout.length).toBeGreaterThan(100);
    expect(UNSAFE.exec(stdout)?.index).toBeUndefined();
    expect(UNSAFE.exec(stderr)?.index).toBeUndefined();
    if (words.includes('--json'))
      for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
    if (words.includes('--csv')) expect(stdout).not.toMatch(/(?:^|,)"?[=@]/m);
  });
});

test('each command says of bad input what is wrong, on one line', async () => {
  const cut = join(folder, 'cut.fsm');
  const calls = [
    ['inspect', cut],
    ['get', cut, 'redis/a'],
    ['diff', hostile, cut],
    ['forget', cut, '--check', '--match', 'redis/a'],
  ];
  for (const words of calls) {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^ekv \w+: [^\n]*cut\.fsm is truncated: [^\n]+\n$/);
  }
});
