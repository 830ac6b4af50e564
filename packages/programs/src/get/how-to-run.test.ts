import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { howToRun } from './how-to-run.ts';

const LINES = ['{"a":"\\n %s"}', '{"b":"$HOME \'x\'"}', '{"c":1}'];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Runs what is printed, with an `aws` that reads its input twice, as version 1 does, and fails at some line. @returns what it was given. */
function run(command: string, failsAt = -1): string[] {
  const log = join(folder, 'log');
  writeFileSync(
    join(folder, 'aws'),
    `#!/bin/sh
for last; do :; done
cat "\${last#file://}" > /dev/null
cat "\${last#file://}" >> ${log}
echo >> ${log}
echo "$@" >> ${log}.arguments
test "$(wc -l < ${log})" -ne ${failsAt}
`,
  );
  chmodSync(join(folder, 'aws'), 0o755);
  writeFileSync(join(folder, 'lines'), `${LINES.join('\n')}\n`);
  const text = command.replace('to bring it back: ', '').replace('FILE', join(folder, 'lines'));
  const env = { PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder };
  const { status, stderr } = spawnSync('sh', ['-c', text], { env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
}

test.each([
  ['put-item', /^--endpoint-url http:\/\/NODE:PORT dynamodb put-item --cli-input-json file:/],
  ['batch-write', /^--endpoint-url http:\/\/NODE:PORT dynamodb batch-write-item --cli-input-json file:/],
  [
    'send-message-batch',
    /^--endpoint-url http:\/\/NODE:PORT sqs send-message-batch --queue-url URL --cli-input-json file:/,
  ],
] as const)(
  'the command for %s gives each line to the AWS CLI, of any version, and ends at the first failure',
  (form, call) => {
    const [command, ...notes] = howToRun(form, undefined);
    expect(run(command!)).toEqual(LINES);
    for (const line of readFileSync(join(folder, 'log.arguments'), 'utf8').split('\n').slice(0, -1))
      expect(line).toMatch(call);
    expect(notes.at(-1)).toMatch(/^binary attributes want version 2 of the AWS CLI/);
    folder = temporaryFolder();
    expect(run(command!, 2)).toEqual(LINES.slice(0, 2));
  },
);

test('no printed command goes to Amazon', () => {
  for (const form of ['put-item', 'batch-write', 's3-cp', 'send-message-batch'] as const)
    expect(howToRun(form, 'x')[0]).toContain('--endpoint-url http://NODE:PORT');
});
