import { spawnSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { ownerLine, ownerState, readOwner, runOfOwner } from './run-owner.ts';

const RUN = '0123456789abcdef';

/** A process that is gone. */
const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

/** The owner line of this process with other words. */
function changed(words: {
  host?: string;
  pid?: number;
  machine?: string;
  boot?: string;
  container?: string;
  at?: string;
}) {
  const [host, pid, start] = ownerLine(RUN).trim().split(' ') as [string, string, string];
  const [machine, boot, container, at] = start.split(':') as [string, string, string, string];
  const moved = [words.machine ?? machine, words.boot ?? boot, words.container ?? container, words.at ?? at].join(':');
  return `${words.host ?? host} ${words.pid ?? pid} ${moved} ${RUN}\n`;
}

test('a line tells host, process, its start and the run, in four words', () => {
  expect(ownerLine(RUN)).toMatch(new RegExp(`^${hostname()} ${process.pid} [-0-9a-f]+:[-0-9a-f]+:\\d+:\\d+ ${RUN}\n$`));
  expect(runOfOwner(ownerLine(RUN))).toBe(RUN);
  expect(runOfOwner('mine')).toBeUndefined();
});

test.each([
  ['this process', 'running', () => ownerLine(RUN)],
  ['a process that is gone', 'gone', () => changed({ pid: deadPid() })],
  ['a process whose number another one has by now', 'gone', () => changed({ at: '1' })],
  ['a process of before the machine was started again', 'gone', () => changed({ boot: 'before', machine: machine() })],
  ['a process of another host', 'unknown', () => changed({ host: 'elsewhere', pid: deadPid() })],
  [
    'a process of another machine with the name of this one',
    'unknown',
    () => changed({ boot: 'other', machine: 'other', pid: deadPid() }),
  ],
  [
    'a process of before, where machines have no number',
    'unknown',
    () => changed({ boot: 'other', machine: '-', pid: deadPid() }),
  ],
  ['a process of another container', 'unknown', () => changed({ container: '1', pid: deadPid() })],
  ['nothing', 'unknown', () => ''],
])('%s is %s', (_, state, line) => {
  // Without a machine id another start of the machine proves nothing.
  const isProven = machine() !== '-' || !line().includes('before');
  expect(ownerState(line())).toBe(isProven ? state : 'unknown');
});

function machine(): string {
  return ownerLine(RUN).split(' ')[2]!.split(':')[0]!;
}

test('a file tells its owner, and when it was made', () => {
  const path = join(temporaryFolder(), 'owner');
  writeFileSync(path, ownerLine(RUN));
  utimesSync(path, 1_800_000_000, 1_800_000_000);
  expect(readOwner(path, RUN)).toEqual({
    owner: { host: hostname(), pid: process.pid, since: '2027-01-15T08:00:00Z' },
    state: 'running',
  });
  expect(readOwner(path, 'fedcba9876543210')).toBeUndefined();
  expect(readOwner(`${path}-not`, RUN)).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe(ownerLine(RUN));
});
