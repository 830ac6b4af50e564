import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import type { S3Unit } from '../units/unit.ts';
import { NewFolder, SCRIPT_NAME } from './body-folder.ts';
import { withUnits } from './golden-units.test-data.ts';
import { LeftOut } from './left-out.ts';
import { s3CopiesOf } from './s3-copies.ts';

const LIVE = 'live/s3/00000000000000bf.fsm';

/** Runs the script with a program `aws` that writes its words down, one on each line and an empty line behind them. */
function words(folder: string): string[][] {
  const bin = join(temporaryFolder(), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'aws'), '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\nprintf "\\0"\n');
  chmodSync(join(bin, 'aws'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const text = execFileSync('sh', [join(folder, SCRIPT_NAME), '--endpoint-url', 'http://here'], { env }).toString(
    'latin1',
  );
  return text
    .split('\0\0')
    .slice(0, -1)
    .map((line) => line.split('\0').map((word) => Buffer.from(word, 'latin1').toString()));
}

function copied(units: Iterable<S3Unit>, leftOut = new LeftOut()): string {
  const folder = join(temporaryFolder(), 'bodies');
  const bodies = new NewFolder(folder);
  bodies.write(SCRIPT_NAME, s3CopiesOf(units, bodies, leftOut));
  return folder;
}

test('a shell runs one copy for each object of a node, of a file with its body, with its type and metadata', () => {
  const objects = withUnits(LIVE, 's3', (units) =>
    Array.from(units, ({ object }) => ({
      place: `s3://${object.bucket}/${object.key}`,
      body: object.read(),
      type: object.contentType,
      metadata: object.userMetadata,
    })),
  );
  const folder = withUnits(LIVE, 's3', (units) => copied(units));
  const commands = words(folder);
  expect(commands.length).toBe(objects.length);
  for (const [i, { place, body, type, metadata }] of objects.entries()) {
    const command = commands[i]!;
    const after = (flag: string) => command[command.indexOf(flag) + 1];
    const put = command[0] === 's3api' ? JSON.parse(after('--cli-input-json')!) : undefined;
    const target = put === undefined ? command[3] : `s3://${put.Bucket}/${put.Key}`;
    const file = put === undefined ? command[2]! : after('--body')!;
    expect([target, readFileSync(join(folder, file))]).toEqual([place, body]);
    const told = command.includes('--content-type') ? after('--content-type') : put?.ContentType;
    expect(told).toBe(type);
    const given = command.includes('--metadata') ? after('--metadata')! : JSON.stringify(put?.Metadata ?? {});
    expect(JSON.parse(given)).toEqual(metadata);
    expect(command.slice(-2)).toEqual(['--endpoint-url', 'http://here']);
  }
});

function unitOf(key: string | Buffer, more: object = {}): S3Unit {
  const keyBytes = Buffer.from(key);
  const object = {
    bucket: 'b',
    key: keyBytes.toString(),
    keyBytes,
    userMetadata: {},
    size: 4,
    pieces: () => [Buffer.from('body')],
    ...more,
  };
  return { adapter: 's3', owner: { adapter: 's3' }, address: 's3/b/x', object } as unknown as S3Unit;
}

test('keys and metadata that a shell would act on are words', () => {
  const keys = ["it's", '$(reboot)', '`reboot`', 'a b', '-rf', '*', 'line\nfeed', '"', '\\', 'photos/'];
  const folder = copied(keys.map((key) => unitOf(key, { userMetadata: { "it's": '$HOME' }, contentType: 'a;b' })));
  const commands = words(folder);
  expect(commands.map((command) => targetOf(command))).toEqual(keys.map((key) => `s3://b/${key}`));
  const texts = commands.map((command) => command.join(' '));
  expect(texts.every((text) => text.includes('a;b') && text.includes('{"it\'s":"$HOME"}'))).toBe(true);
});

function targetOf(command: readonly string[]): string | undefined {
  if (command[0] === 's3') return command[3];
  const { Bucket, Key } = JSON.parse(command[5]!);
  return `s3://${Bucket}/${Key}`;
}

test('what the AWS CLI would take for a flag, for a file to read or for another bucket is put as JSON', () => {
  const odd = [
    '--version',
    '-1',
    'file:///etc/passwd',
    'fileb:///etc/passwd',
    'http://here/x',
    'https://here/x',
    '\x1b[31m',
  ];
  const settings = ['contentType', 'contentEncoding', 'cacheControl', 'contentDisposition'];
  const units = [
    ...odd.flatMap((text) => settings.map((setting) => unitOf('k', { [setting]: text }))),
    ...['a/b', '-b', '', 'arn:aws:s3:x'].map((bucket) => unitOf('k', { bucket })),
    unitOf('folder/'),
    unitOf('\x1b[31m'),
  ];
  const commands = words(copied(units));
  expect(commands.map((command) => command.slice(0, 5).join(' '))).toEqual(
    units.map((_, i) => `s3api put-object --body ${String(i + 1).padStart(8, '0')} --cli-input-json`),
  );
  expect(JSON.parse(commands[8]![5]!)).toEqual({ Bucket: 'b', Key: 'k', ContentType: 'file:///etc/passwd' });
  expect(words(copied([unitOf('file:///etc/passwd', { contentType: 'text/plain' })])).map(targetOf)).toEqual([
    's3://b/file:///etc/passwd',
  ]);
});

test('the script has no letter that acts on a terminal', () => {
  const units = ['\x1b[31m', 'line\nfeed', '\u202e', '\u009b'].flatMap((text) => [
    unitOf(text),
    unitOf('k', { bucket: text }),
    unitOf('k', { contentType: text }),
    unitOf('k', { userMetadata: { [text]: text } }),
  ]);
  const script = readFileSync(join(copied(units), SCRIPT_NAME), 'utf8');
  expect(script).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
  expect(script.split('\n').length).toBe(4 + units.length + 1);
});

test('what no command can hold is left out and told', () => {
  const leftOut = new LeftOut();
  const units = [
    unitOf('k'.repeat(200_000)),
    unitOf('k', { userMetadata: { a: 'v'.repeat(200_000) } }),
    unitOf('a/', { size: 2 ** 33 }),
    unitOf('a', { size: 2 ** 33 }),
  ];
  expect(words(copied(units, leftOut)).map(targetOf)).toEqual(['s3://b/a']);
  const messages: string[] = [];
  leftOut.report(({ message }) => messages.push(message));
  expect(messages).toEqual([
    '2 objects were left out, for example of s3/b/x: their key or metadata is longer than a command line can hold',
    '1 objects were left out, for example of s3/b/x: `aws s3 cp` takes no such key or settings, and `put-object` no more than 5 GiB',
  ]);
});

test('a key that is no text is left out and told, and a folder that holds something is refused', () => {
  const leftOut = new LeftOut();
  const folder = copied([unitOf(Buffer.of(0xff)), unitOf('a\0b'), unitOf('fine')], leftOut);
  expect(words(folder).map((command) => command[3])).toEqual(['s3://b/fine']);
  const messages: string[] = [];
  leftOut.report(({ message }) => messages.push(message));
  expect(messages).toEqual([
    '2 objects were left out, for example of s3/b/x: their key is no text that a command line can hold',
  ]);
  expect(() => new NewFolder(folder)).toThrow('is not empty');
});
