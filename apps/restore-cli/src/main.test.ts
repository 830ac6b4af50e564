import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Ended, until } from '@ekv/test-support/program-run';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PROGRAM, run, start } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let node: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'place'));
  node = join(folder, 'place/n1');
  plantPayload(0);
});

/** A snapshot of encode with one value of this size, and its sidecar. */
function plantPayload(bodyBytes: number): void {
  const header = Buffer.concat([Buffer.from('EKVPBBL1'), u64(1000n << 16n)]);
  const key = Buffer.concat([Buffer.from('!redis|str|a'), Buffer.alloc(8, 0xff)]);
  const rows = Array.from({ length: Math.max(1, Math.ceil(bodyBytes / (64 << 20))) }, () =>
    Buffer.concat([
      u64(BigInt(key.length)),
      key,
      u64(9n + BigInt(Math.min(bodyBytes, 64 << 20))),
      Buffer.alloc(9 + Math.min(bodyBytes, 64 << 20)),
    ]),
  );
  const payload = Buffer.concat([header, ...rows]);
  const info = {
    format_version: 1,
    encoder_key_format_version: 1,
    output_fsm_sha256: hash('sha256', payload, 'hex'),
    manifest_cluster_id: 'prod',
    self_test: { ran: true, matched: true },
  };
  plant(folder, { 'in.fsm': payload, 'in.fsm.encode_info.json': JSON.stringify(info) });
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

const words = (more: readonly string[] = []) => [
  'prepare',
  ...['--input', join(folder, 'in.fsm'), '--index', '1', '--peers', 'n1=10.0.0.1:2380,n2=10.0.0.2:2380'],
  ...more,
];
const prepare = (...more: readonly string[]): Promise<Ended> =>
  run(...words(['--data-dir', node, '--target-cluster-id', 'prod', ...more]));

describe('what is printed', () => {
  test('help of the program and of its commands on standard output, exit 0', async () => {
    const overview = await run('--help');
    expect(overview).toMatchObject({ code: 0, stderr: '' });
    expect(overview.stdout).toMatch(/ekv-restore prepare .*\n.*ekv-restore verify /);
    const help = await run('prepare', '--help');
    for (const flag of [
      'input',
      'encode-info',
      'data-dir',
      'raft-data-dir',
      'raft-id',
      'index',
      'term',
      'peers',
      'target-cluster-id',
      'fresh-cluster',
      'allow-missing-cluster-id',
      'allow-unverified-self-test',
      'dry-run',
      'json',
    ])
      expect(help.stdout).toContain(`--${flag}`);
    expect(help.stdout).toMatch(/Usage: ekv-restore prepare/);
    expect((await run('verify', '-h')).stdout).toMatch(/Usage: ekv-restore verify/);
    expect((await run('verify', 'help')).code).toBe(0);
  });

  test('the closing line, and after it the next steps with the paths and peers of the run', async () => {
    const { code, stdout, stderr } = await prepare();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(
      /^time=\S+ level=INFO msg="node directory prepared" .* index=1 term=1 .* cluster_id=prod warning_count=0\nNext steps:\n/,
    );
    expect(stderr).toContain(`n1: cp -a --sparse=always ${node} <raftDataDir>/n1\n`);
    expect(stderr).toContain('--raftId n2 --address 10.0.0.2:2380\n');
    expect((await prepare('--quiet')).stderr).toMatch(/^ekv-restore prepare: .*exists already/);
  });

  test('--json: one object with all of it, numbers of 64 bits as text too', async () => {
    const { stdout } = await prepare('--json', '--index', '9007199254740993');
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      tool: 'ekv-restore prepare',
      outcome: 'prepared',
      data_dir: node,
      index_text: '9007199254740993',
      entries: 1,
      peers: [{ id: 'n1' }, { id: 'n2' }],
      next_steps: expect.arrayContaining(['Next steps:']),
      warnings: [],
    });
    const log = await run('verify', node, '--log-format', 'json');
    expect(JSON.parse(log.stderr).lines).toHaveLength(2);
  });

  test('under its older name the program prepares', async () => {
    const alias = join(folder, 'elastickv-snapshot-prepare-restore');
    symlinkSync(PROGRAM, alias);
    const flags = words(['--data-dir', node, '--fresh-cluster']).slice(1);
    expect((await start(flags, { program: alias }).ended).code).toBe(0);
    expect((await start([], { program: alias }).ended).stderr).toMatch(
      /^elastickv-snapshot-prepare-restore: --input is required/,
    );
  });
});

describe('exit codes', () => {
  test.each<[number, string, readonly string[], RegExp]>([
    [1, 'no command', [], /^ekv-restore: name a command/],
    [1, 'an unknown flag', ['prepare', '--nodes', 'x'], /unknown flag --nodes/],
    [
      1,
      'an index in octal',
      ['prepare', '--input', 'x', '--data-dir', 'y', '--peers', 'a=b:1', '--index', '010'],
      /--index "010" must be decimal digits/,
    ],
    [1, 'a plain word', ['prepare', 'stray'], /unexpected word "stray"/],
    [
      1,
      'two places',
      ['prepare', '--input', 'x', '--data-dir', 'y', '--raft-data-dir', 'z', '--peers', 'a=b:1', '--index', '1'],
      /not both/,
    ],
    [
      1,
      'a raft id that is a path',
      ['prepare', '--input', 'x', '--raft-data-dir', 'z', '--raft-id', '../a', '--peers', 'a=b:1', '--index', '1'],
      /no name of a directory/,
    ],
    [1, 'nothing to verify', ['verify'], /name the directory to verify/],
    [1, 'a directory that is not there', ['verify', '/nowhere/at/all'], /does not exist/],
  ])('%i for %s', async (code, _, args, message) => {
    const ended = await run(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('2 for data that is refused, with nothing left; verify names each problem', async () => {
    const refused = await prepare('--target-cluster-id', 'other');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/comes from the cluster "prod", not from "other"/),
    });
    expect(readdirSync(join(folder, 'place'))).toEqual([]);
    await prepare();
    rmSync(join(node, 'etcd-raft-peers.bin'));
    const verified = await run('verify', node, '--json');
    expect(verified).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is not what a node starts from\n {2}.*etcd-raft-peers\.bin: it is missing\n$/),
    });
    expect(JSON.parse(verified.stdout)).toMatchObject({
      ok: false,
      outcome: 'refused',
      error: { kind: 'data' },
      problems: [expect.any(String)],
    });
  });
});

test('--raft-data-dir and --raft-id make the directory where the node looks for it', async () => {
  const ended = await run(...words(['--raft-data-dir', join(folder, 'place'), '--raft-id', 'n1', '--fresh-cluster']));
  expect(ended.code).toBe(0);
  expect((await run('verify', node)).code).toBe(0);
  rmSync(node, { recursive: true });
  mkdirSync(join(node, 'fsm.db'), { recursive: true });
  const again = await run(...words(['--raft-data-dir', join(folder, 'place'), '--raft-id', 'n1', '--fresh-cluster']));
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/stop the node and move the whole directory away/),
  });
});

test('--dry-run writes nothing', async () => {
  expect(await prepare('--dry-run')).toMatchObject({ code: 0, stderr: expect.stringMatching(/nothing was written/) });
  expect(readdirSync(join(folder, 'place'))).toEqual([]);
});

describe('a run that is stopped', () => {
  const begun = () => readdirSync(join(folder, 'place')).some((name) => name.includes('.tmp-'));

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s leaves nothing', async (signal) => {
    plantPayload(400 << 20);
    const program = start(words(['--data-dir', node, '--fresh-cluster']));
    await until(begun);
    program.child.kill(signal);
    const { code, stderr } = await program.ended;
    expect(code).toBe(128 + constants.signals[signal]);
    expect(stderr).toMatch(`stopped by ${signal}; temporary files were removed, nothing was prepared`);
    expect(readdirSync(join(folder, 'place'))).toEqual([]);
  });

  test('by a kill leaves hidden names that keep no later run from its work', async () => {
    plantPayload(400 << 20);
    const program = start(words(['--data-dir', node, '--fresh-cluster']));
    await until(begun);
    program.child.kill('SIGKILL');
    await program.ended;
    expect(existsSync(node)).toBe(false);
    plantPayload(0);
    expect((await prepare()).code).toBe(0);
    expect((await run('verify', node)).code).toBe(0);
  });
});
