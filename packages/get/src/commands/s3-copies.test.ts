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
    const target = command[1] === 'cp' ? command[3] : `s3://${after('--bucket')}/${after('--key')}`;
    const file = command[1] === 'cp' ? command[2]! : after('--body')!;
    expect([target, readFileSync(join(folder, file))]).toEqual([place, body]);
    expect(command.includes('--content-type') ? after('--content-type') : undefined).toBe(type);
    expect(JSON.parse(command.includes('--metadata') ? after('--metadata')! : '{}')).toEqual(metadata);
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
    pieces: () => [Buffer.from('body')],
    ...more,
  };
  return { adapter: 's3', owner: { adapter: 's3' }, address: 's3/b/x', object } as unknown as S3Unit;
}

test('keys and metadata that a shell would act on are words', () => {
  const keys = ["it's", '$(reboot)', '`reboot`', 'a b', '-rf', '*', 'line\nfeed', '"', '\\', 'photos/'];
  const folder = copied(keys.map((key) => unitOf(key, { userMetadata: { "it's": '$HOME' }, contentType: 'a;b' })));
  const commands = words(folder);
  expect(commands.map((command) => (command[1] === 'cp' ? command[3] : command[5]))).toEqual([
    ...keys.slice(0, -1).map((key) => `s3://b/${key}`),
    'photos/',
  ]);
  expect(commands.every((command) => command.includes('a;b') && command.includes('{"it\'s":"$HOME"}'))).toBe(true);
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
