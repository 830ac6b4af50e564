import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, DataError, EnvironmentError, UsageError, type Warning } from '@ekv/snapshot';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { verifyNode } from '../verify/verify-node.ts';
import { prepareNode } from './prepare-node.ts';
import type { PrepareRequest } from './prepare-request.ts';
import { payloadOf, plantPair, requestFor } from './snapshot-pair.test-data.ts';

let folder: string;
let place: string;
beforeEach(() => {
  folder = temporaryFolder();
  place = join(folder, 'place');
  mkdirSync(place);
  plantPair(folder);
});

const warnings: Warning[] = [];
beforeEach(() => void warnings.splice(0));

function prepare(more: Partial<PrepareRequest> = {}) {
  return prepareNode(requestFor(folder, more), { warn: (warning) => warnings.push(warning) });
}

function refusal(more: Partial<PrepareRequest> = {}): Error {
  try {
    prepare(more);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was prepared');
}

test('a directory appears as a whole, and is what verify wants', () => {
  expect(prepare()).toMatchObject({ outcome: 'prepared', entries: 1, warnings: 0 });
  expect(readdirSync(place)).toEqual(['n1']);
  expect(verifyNode(join(place, 'n1')).problems).toEqual([]);
});

test('the same request gives the same bytes for every node', () => {
  prepare();
  prepare({ dataDir: join(place, 'n2') });
  for (const path of readdirSync(join(place, 'n1'), { recursive: true, encoding: 'utf8' }))
    if (path.includes('.'))
      expect(readFileSync(join(place, 'n2', path)).equals(readFileSync(join(place, 'n1', path)))).toBe(true);
});

test('what runs that were killed left beside the place is named, so that somebody removes it', () => {
  mkdirSync(join(place, '.n1.tmp-0123456789abcdef'));
  writeFileSync(join(place, '.n2.tmp-0123456789abcdef'), 'of another node');
  expect(prepare()).toMatchObject({ outcome: 'prepared', warnings: 1 });
  expect(warnings).toMatchObject([
    {
      event: 'leftovers',
      message: expect.stringMatching(/^earlier runs that were killed left \S*\/\.n1\.tmp-0123456789abcdef; remove/),
    },
  ]);
});

test('a rehearsal checks all of the snapshot and writes nothing', () => {
  expect(prepare({ dryRun: true })).toMatchObject({ outcome: 'would be prepared', entries: 1 });
  expect(readdirSync(place)).toEqual([]);
  plantPair(folder, undefined, { output_fsm_sha256: '0'.repeat(64) });
  expect(refusal({ dryRun: true })).toBeInstanceOf(DataError);
});

describe('what is refused, with nothing left', () => {
  test.each<[string, Partial<PrepareRequest>, RegExp]>([
    ['index 0', { index: 0n }, /the option index 0 must be from 1 to 18446744073709551614/],
    ['the index above which a log cannot go on', { index: 2n ** 64n - 1n }, /the option index/],
    ['term 0', { term: 0n }, /the option term 0/],
    ['no peer', { peers: ' ' }, /names no peer/],
    ['a raft id that is no peer', { raftId: 'n9' }, /the option raftId "n9" is none of the peers/],
    ['two kinds of target', { freshCluster: true }, /contradict each other/],
    ['no input', { input: '' }, /the option input is required/],
    ['no place', { dataDir: '' }, /the option dataDir is required/],
  ])('%s (a request)', (_, more, message) => {
    const error = refusal(more);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(readdirSync(place)).toEqual([]);
  });

  test.each<[string, object, Partial<PrepareRequest>, RegExp]>([
    ['no digest', { output_fsm_sha256: '' }, {}, /output_fsm_sha256 is missing/],
    ['another digest', { output_fsm_sha256: '0'.repeat(64) }, {}, /has the SHA-256 [0-9a-f]{64}, and .* says 0{64}/],
    ['another key format', { encoder_key_format_version: 2 }, {}, /encoder_key_format_version is 2/],
    ['no key format', { encoder_key_format_version: undefined }, {}, /encoder_key_format_version is 0/],
    ['a self-test that did not run', { self_test: null }, {}, /did not run .*the option allowUnverifiedSelfTest/],
    [
      'a self-test that failed',
      { self_test: { ran: true, matched: false } },
      { allowUnverifiedSelfTest: true },
      /failed/,
    ],
    ['no cluster', { manifest_cluster_id: '' }, {}, /the option allowMissingClusterId/],
    [
      'no cluster, for a new one',
      { manifest_cluster_id: '' },
      { targetClusterId: '', freshCluster: true },
      /the option allowMissing/,
    ],
    ['another cluster', {}, { targetClusterId: 'b' }, /comes from the cluster "cluster-a", not from "b"/],
    [
      'nothing said of the target',
      {},
      { targetClusterId: '' },
      /the option targetClusterId cluster-a .* or the option freshCluster/,
    ],
    ['another version', { format_version: 2 }, {}, /format_version is 2/],
    ['no version', { format_version: undefined }, {}, /format_version/],
  ])('%s (the sidecar)', (_, info, more, message) => {
    plantPair(folder, undefined, info);
    const error = refusal(more);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('in.fsm.encode_info.json');
    expect(readdirSync(place)).toEqual([]);
  });

  test.each<[string, Buffer, RegExp]>([
    [
      'a snapshot of a node',
      Buffer.from('EKVTHLC1xxxxxxxxxxxx'),
      /is a snapshot of a node.*decode it, then encode the dump/,
    ],
    [
      'a snapshot of SST files without its wrapper',
      Buffer.from('EKVSSTI1xxxxxxxxxxxx'),
      /is a snapshot of a node.*decode it, then encode the dump/,
    ],
    ['something else', Buffer.from('EKVPBBL2xxxxxxxx'), /does not begin with EKVPBBL1/],
    ['an empty file', Buffer.alloc(0), /does not begin/],
    ['a cut header', Buffer.from('EKVPBBL1abc'), /cut short inside its header/],
    ['a footer', Buffer.concat([payloadOf([['k', 'v']]), Buffer.alloc(4)]), /entry 2 at offset 51 is cut short/],
    ['a timestamp at the end of the clock', payloadOf([], 2n ** 64n - 1n), /would overflow/],
  ])('%s (the snapshot)', (_, payload, message) => {
    plantPair(folder, payload);
    const error = refusal();
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(join(folder, 'in.fsm'));
    expect(readdirSync(place)).toEqual([]);
  });

  test.each<[string, (path: string) => void]>([
    ['nothing', () => {}],
    ['a folder', (path) => mkdirSync(path)],
    ['a FIFO', makeFifo],
    ['a link', (path) => symlinkSync('real', path)],
  ])('%s in the place of the snapshot or of its sidecar, without waiting', (_, make) => {
    for (const name of ['other.fsm', 'other.fsm.encode_info.json']) {
      const request = { input: join(folder, 'other.fsm') };
      plant(folder, {
        real: 'x',
        'other.fsm': payloadOf([]),
        'other.fsm.encode_info.json': readFileSync(join(folder, 'in.fsm.encode_info.json')),
      });
      replaceWith(join(folder, name), make);
      const error = refusal(request);
      expect(error).toBeInstanceOf(EnvironmentError);
      expect(error.message).toContain(name);
      replaceWith(join(folder, name), () => {});
    }
  });

  test('a sidecar above 1 MiB, before it is read', () => {
    truncateSync(join(folder, 'in.fsm.encode_info.json'), (1 << 20) + 1);
    expect(refusal()).toBeInstanceOf(DataError);
  });
});

function replaceWith(path: string, make: (path: string) => void): void {
  remove(path);
  make(path);
}

describe('the place', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['a folder', (path) => mkdirSync(join(path, 'x'), { recursive: true }), /exists already \(a folder\); name/],
    [
      'an empty folder, as a run leaves it that was killed between making it and the rename over it,',
      (path) => mkdirSync(path),
      /exists already \(a folder\), and is empty, .* killed in its last step; remove it with rmdir/,
    ],
    ['a file', (path) => writeFileSync(path, ''), /exists already \(a regular file\)/],
    ['a link to nothing', (path) => symlinkSync('nothing', path), /exists already \(a symlink\)/],
    [
      'a node with its store',
      (path) => mkdirSync(join(path, 'fsm.db'), { recursive: true }),
      /with its store fsm\.db; stop the node/,
    ],
  ])('where %s stands is refused before anything is read, and left as it is', (_, make, message) => {
    make(join(place, 'n1'));
    const before = readdirSync(place, { recursive: true });
    const error = refusal({ input: join(folder, 'missing.fsm') });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(readdirSync(place, { recursive: true })).toEqual(before);
  });

  test('inside the directory of a node is refused: a node looks under its own id', () => {
    mkdirSync(join(place, 'fsm.db'));
    expect(refusal().message).toMatch(/holds the store fsm\.db of a node/);
  });

  test('whose parent is missing is refused', () => {
    expect(refusal({ dataDir: join(folder, 'no/n1') }).message).toMatch(/the parent of .* does not exist/);
  });

  test('that appears while the snapshot is copied stays, and the work is gone', () => {
    const appear = () => writeFileSync(join(place, 'n1'), 'theirs');
    expect(() => prepareNode(requestFor(folder), { gate: { pass: appear } })).toThrow(
      /has appeared since this run began/,
    );
    expect(readdirSync(place)).toEqual(['n1']);
    expect(readFileSync(join(place, 'n1'), 'utf8')).toBe('theirs');
  });
});

describe('what is odd is told, and prepared all the same', () => {
  test.each<[string, object, Buffer | undefined, Partial<PrepareRequest>, string[]]>([
    ['an address without a port', {}, undefined, { peers: 'n1=host' }, ['peer_without_port']],
    ['a clock far ahead', {}, payloadOf([], BigInt(Date.now() + 3 * 86_400_000) << 16n), {}, ['clock_ahead']],
    ['a sidecar with another timestamp', { last_commit_ts: 5 }, undefined, {}, ['sidecar_timestamp_differs']],
    ['nothing', {}, undefined, {}, []],
  ])('%s', (_, info, payload, more, events) => {
    plantPair(folder, payload, info);
    expect(prepare(more).warnings).toBe(events.length);
    expect(warnings.map(({ event }) => event)).toEqual(events);
  });
});

test.each(['openSync', 'writeSync', 'fsyncSync', 'mkdirSync', 'renameSync', 'ftruncateSync', 'readSync'] as const)(
  'whatever the system refuses, at any %s: an error in words, and nothing left',
  (name) => {
    let refused = 0;
    for (let at = 0; ; at++) {
      let calls = 0;
      replaceCall(name, (original, ...args) => {
        if (calls++ === at) throw systemError('EIO');
        return original(...args);
      });
      const error = tried(() => prepare());
      const wasCalled = calls > at;
      restoreCalls();
      if (!wasCalled) {
        expect(error).toBeUndefined();
        expect(refused).toBeGreaterThan(0);
        return;
      }
      // What only says whose a file is may be refused without harm.
      if (error !== undefined) {
        expect(error).toBeInstanceOf(EnvironmentError);
        expect(error.message).toMatch(/^cannot .*EIO/);
        refused++;
      } else expect(existsSync(join(place, 'n1'))).toBe(true);
      // The rename may have been the last step: then the directory is there, whole.
      if (existsSync(join(place, 'n1'))) expect(verifyNode(join(place, 'n1')).problems).toEqual([]);
      expect(readdirSync(place).filter((left) => left !== 'n1')).toEqual([]);
      for (const left of readdirSync(place)) remove(join(place, left));
    }
  },
);

test('a full disk leaves nothing', () => {
  replaceCall('writeSync', (original, ...args) => {
    if ((args[1] as Buffer).length > 20) throw systemError('ENOSPC');
    return original(...args);
  });
  expect(refusal().message).toMatch(/no space left/);
  restoreCalls();
  expect(readdirSync(place)).toEqual([]);
});

test('a folder that may not be written to is named', () => {
  chmodSync(place, 0o500);
  replaceCall('writeFileSync', (original, ...args) => {
    if (String(args[0]).includes('.run-')) throw systemError('EACCES');
    return original(...args);
  });
  expect(refusal().message).toMatch(/^cannot make the directory .*n1: permission denied/);
});

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function tried(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

test.each<[string, unknown]>([
  ['input', undefined],
  ['dataDir', 5],
  ['peers', ['n1=h:1']],
  ['index', 1],
  ['term', 1],
  ['encodeInfo', 5],
  ['raftId', 5],
  ['targetClusterId', 5],
  ['freshCluster', 'false'],
  ['allowMissingClusterId', 'false'],
  ['allowUnverifiedSelfTest', 0],
  ['dryRun', 'false'],
])('%s of another type is refused by name: %j', (name, wrong) => {
  const refused = refusal({ [name]: wrong });
  expect(refused).toBeInstanceOf(ArgumentError);
  expect(refused.message).toMatch(new RegExp(`^${name} must be `));
  expect(readdirSync(place)).toEqual([]);
});

test('where the finished directory is gone when its place was taken, nothing is left there', () => {
  const gate = {
    pass() {
      for (const name of readdirSync(place)) if (name.includes('.tmp-')) rmSync(join(place, name), { recursive: true });
    },
  };
  expect(() => prepareNode(requestFor(folder), { gate })).toThrow(EnvironmentError);
  expect(readdirSync(place)).toEqual([]);
});
