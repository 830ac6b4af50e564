import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringRecord } from '@ekv/redis-encoder';
import { writeSnapshot } from '@ekv/snapshot';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HOSTILE_TEXTS, writeHostileFile } from './hostile-file.test-data.ts';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let hostile: string;
let fewer: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-hostile-'));
  hostile = join(folder, 'hostile.fsm');
  fewer = join(folder, 'fewer.fsm');
  await writeHostileFile(hostile);
  await writeHostileFile(fewer, 3);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a terminal acts on, or does not show. */
const UNSAFE = /(?!\n)[\p{C}\p{Zl}\p{Zp}\ufffd]/u;
/** What is said to people stays short, whatever the names: a key of the file has 600,000 bytes. */
const MOST_SAID = 4000;

const LONG_ADDRESS = `redis/${'%1B[31m<b>'.repeat(10)}`;

const FORMS: readonly (readonly [...string[]])[] = [
  ['inspect', 'HOSTILE'],
  ['inspect', 'HOSTILE', '--json'],
  ['inspect', 'HOSTILE', '--csv', 'largest', '--top', '1000'],
  ['inspect', 'HOSTILE', '--csv', 'prefixes'],
  ['inspect', 'HOSTILE', '--csv', 'scopes'],
  ['get', 'HOSTILE', 'redis', 'dynamodb', 's3', 'sqs'],
  ['get', 'HOSTILE', 'redis', 'dynamodb', 's3', 'sqs', '--json'],
  [
    'get',
    'HOSTILE',
    'redis/=cmd()|calc',
    'dynamodb/__proto__/__proto__/__proto__',
    's3/*/*',
    'sqs/<%2Fscript><img src=x onerror=alert(1)>/<%2Fscript><img src=x onerror=alert(1)>',
    '--history',
  ],
  ['get', 'HOSTILE', 'redis/line%0Afeed%0D', 'sqs/a[1]/a[1]', '--history', '--json'],
  ['get', 'HOSTILE', 'dynamodb', '--as', 'put-item'],
  ['get', 'HOSTILE', 'dynamodb', '--as', 'batch-write'],
  ['get', 'HOSTILE', 'sqs/__proto__', '--as', 'send-message-batch'],
  ['diff', 'HOSTILE', 'FEWER'],
  ['diff', 'FEWER', 'HOSTILE', '--json'],
  ['forget', 'HOSTILE', '--check', '--match', '*'],
  ['forget', 'HOSTILE', '--check', '--match', '*', '--json'],
];

/** Lines of JSON, also where no word of the command says so. */
const JSON_FORMS: ReadonlySet<string> = new Set(['--json', 'put-item', 'batch-write', 'send-message-batch']);

test.each(FORMS.map((words) => [words.join(' '), words] as const))(
  '%s: names and values do nothing to a terminal, and lines stay lines',
  async (_, words) => {
    const paths: Readonly<Record<string, string>> = { HOSTILE: hostile, FEWER: fewer };
    const { code, stdout, stderr } = await run(...words.map((word) => paths[word] ?? word));
    expect(code, stderr.slice(0, 300)).toBe(words[0] === 'diff' ? 1 : 0);
    expect(stdout.length).toBeGreaterThan(100);
    expect(UNSAFE.exec(stdout)?.index).toBeUndefined();
    expect(UNSAFE.exec(stderr)?.index).toBeUndefined();
    expect(stderr.length).toBeLessThan(MOST_SAID);
    if (words.some((word) => JSON_FORMS.has(word)))
      for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
    if (words.includes('--csv')) expectInert(stdout);
  },
);

/** Each row has the fields of the first one, and no field is a formula to a spreadsheet. */
function expectInert(csv: string): void {
  const rows = csv
    .trimEnd()
    .split('\n')
    .map((line) => Array.from(line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g), ([, field]) => field!).slice(0, -1));
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  for (const field of rows.flat()) expect(field).not.toMatch(/^"?\s*[=+\-@]/);
}

test('names that objects of JavaScript have are names in JSON', async () => {
  const { stdout } = await run('get', hostile, 'dynamodb/__proto__', 'sqs/__proto__', 's3/__proto__', '--json');
  const found = new Map(
    stdout.split('\n').map((line) => {
      const json = JSON.parse(line || '{}');
      return [json.address, json];
    }),
  );
  const item = found.get('dynamodb/__proto__/__proto__/__proto__');
  for (const name of HOSTILE_TEXTS.filter((one) => one !== '__proto__'))
    expect(Object.getOwnPropertyDescriptor(item.item, name)?.value).toEqual({ S: name });
  const own = (from: object): unknown => Object.getOwnPropertyDescriptor(from, '__proto__')?.value;
  expect(own(item.item)).toEqual({ S: '__proto__' });
  expect(own(item.item.nested.M)).toEqual({ L: [{ S: '__proto__' }, { SS: ['__proto__'] }] });
  expect(own(found.get('s3/__proto__/__proto__').user_metadata)).toBe('__proto__');
  expect(own(found.get('sqs/__proto__/__proto__').attributes)).toEqual({
    DataType: 'String',
    StringValue: '__proto__',
  });
});

test('a page has two scripts, whatever the names', async () => {
  const page = join(folder, 'page.html');
  expect(await run('inspect', hostile, '--html', page)).toMatchObject({ code: 0, stdout: '' });
  const html = readFileSync(page, 'utf8');
  expect(html.match(/<\/?script/gi)).toEqual(['<script', '</script', '<script', '</script']);
  expect(html).not.toMatch(/<!--|<img/);
  expect(UNSAFE.exec(html.replaceAll('\r\n', '\n'))?.index).toBeUndefined();
});

test('names are words of commands for redis-cli', async () => {
  const keys = ['line\nfeed\r', '\x1b]0;title\x07\x1b[31mred', '$(reboot)\r\n*1\r\n$8\r\nFLUSHALL\r\n'];
  const path = join(folder, 'resp.fsm');
  await writeSnapshot(
    path,
    keys.map((key) => stringRecord(key, key)),
  );
  const { stdout } = await run('get', path, 'redis', '--as', 'resp');
  const word = (text: string) => `$${text.length}\r\n${text}\r\n`;
  const command = (...words: string[]) => `*${words.length}\r\n${words.map(word).join('')}`;
  for (const key of keys) expect(stdout).toContain(command('DEL', key) + command('SET', key, key));
  expect(stdout.length).toBe(keys.map((key) => command('DEL', key) + command('SET', key, key)).join('').length);
});

test('a shell runs nothing but the copies that the script is for', async () => {
  const bodies = join(folder, 'bodies');
  const { code, stderr } = await run('get', hostile, 's3', '--as', 's3-cp', '--output', bodies);
  expect(code).toBe(0);
  expect(stderr).toContain('their key is no text that a command line can hold');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'aws'), '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\n');
  chmodSync(join(bin, 'aws'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const ran = execFileSync('sh', [join(bodies, 'copy.sh'), '--profile', 'p'], { env }).toString();
  const commands = ran.split('\0--profile\0p\0').slice(0, -1);
  expect(commands.length).toBe(HOSTILE_TEXTS.length * 2);
  for (const command of commands) expect(command).toMatch(/^s3(?:\0cp|api\0put-object\0--body)\0\d{8}\0/);
  expect(existsSync(join(bodies, 'pwned'))).toBe(false);
  expect(UNSAFE.exec(readFileSync(join(bodies, 'copy.sh'), 'utf8'))?.index).toBeUndefined();
});

test('each command says of bad input what is wrong, on one line', async () => {
  const cut = join(folder, 'cut.fsm');
  writeFileSync(cut, Buffer.alloc(5));
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

test('what is said of a key of a megabyte is short', async () => {
  const calls = [
    [LONG_ADDRESS],
    [`redis/${'x'.repeat(100_000)}`],
    ['redis', '--raw'],
    ['s3/long', '--as', 's3-cp', '--output', join(folder, 'long')],
  ];
  for (const words of calls) {
    const { stderr } = await run('get', hostile, ...words);
    expect(stderr).toContain(' letters)');
    expect(stderr.length).toBeLessThan(MOST_SAID);
  }
});
