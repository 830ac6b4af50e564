import { lstatSync, mkdirSync, readdirSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { callLines, type RecordedCall, recordCalls, unflushedAt } from '@ekv/test-support/recorded-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { CommitGate } from '../run/commit-gate.ts';
import { attempt, placesOf, plantOlder, publishRequest } from './publish-request.test-data.ts';
import { publishSnapshot } from './publish-snapshot.ts';

const RUN = '0123456789abcdef';
let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
  plantDump(join(folder, 'tree'));
});

function plantMismatch(): void {
  plant(folder, { 'tree/redis/db_0/strings/%62.bin': '' });
}

/** All calls of a run beside its output. */
function published(selfTest = false): RecordedCall[] {
  const calls = recordCalls(join(folder, 'place'));
  publishSnapshot(publishRequest(folder, { selfTest }), { runId: RUN });
  return calls;
}

const LOCK = [
  'create out.fsm.lock.tmp-RUN',
  'write out.fsm.lock.tmp-RUN',
  'link out.fsm.lock.tmp-RUN to out.fsm.lock',
  'remove out.fsm.lock.tmp-RUN',
];
const OWNER = ['create out.fsm.run.tmp-RUN', 'write out.fsm.run.tmp-RUN'];
const SNAPSHOT = ['create out.fsm.tmp-RUN', 'write out.fsm.tmp-RUN', 'flush out.fsm.tmp-RUN'];
const written = (name: string) => [`create ${name}.tmp-RUN`, `write ${name}.tmp-RUN`, `flush ${name}.tmp-RUN`];
const SIDECAR = 'out.fsm.encode_info.json';
const PREVIOUS = 'out.fsm.previous';

describe('the order of calls of an encode', () => {
  test('a pair is whole and flushed, and so is its folder, before the first of two renames', () => {
    expect(callLines(published(), RUN)).toEqual([
      ...OWNER,
      ...SNAPSHOT,
      ...written(SIDECAR),
      'flush .',
      ...LOCK,
      'rename out.fsm.tmp-RUN to out.fsm',
      `rename ${SIDECAR}.tmp-RUN to ${SIDECAR}`,
      'flush .',
      'remove out.fsm.lock',
      'remove out.fsm.run.tmp-RUN',
    ]);
  });

  test('an older snapshot has a second name until the folder took its flush', () => {
    plantOlder(folder);
    const lines = callLines(published(), RUN);
    expect(lines.slice(lines.indexOf('link out.fsm to out.fsm.old.tmp-RUN'))).toEqual([
      'link out.fsm to out.fsm.old.tmp-RUN',
      'rename out.fsm.tmp-RUN to out.fsm',
      `rename ${SIDECAR}.tmp-RUN to ${SIDECAR}`,
      'flush .',
      'remove out.fsm.old.tmp-RUN',
      'remove out.fsm.lock',
      'remove out.fsm.run.tmp-RUN',
    ]);
  });

  test('after a self-test that failed report and sidecar are flushed before their renames', () => {
    plantMismatch();
    expect(callLines(published(true), RUN)).toEqual([
      ...OWNER,
      ...SNAPSHOT,
      'remove out.fsm.tmp-RUN',
      ...LOCK,
      ...written('out.fsm.mismatch.txt'),
      'rename out.fsm.mismatch.txt.tmp-RUN to out.fsm.mismatch.txt',
      ...written(SIDECAR),
      `rename ${SIDECAR}.tmp-RUN to ${SIDECAR}`,
      'flush .',
      'remove out.fsm.lock',
      'remove out.fsm.run.tmp-RUN',
    ]);
  });

  test('an older pair is the previous one for good before its sidecar is replaced', () => {
    attempt(publishRequest(folder));
    plantMismatch();
    const lines = callLines(published(true), RUN);
    expect(lines.slice(lines.indexOf('remove out.fsm.lock.tmp-RUN') + 1)).toEqual([
      `link ${SIDECAR} to ${PREVIOUS}.encode_info.json.tmp-RUN`,
      `rename ${PREVIOUS}.encode_info.json.tmp-RUN to ${PREVIOUS}.encode_info.json`,
      'flush .',
      `rename out.fsm to ${PREVIOUS}`,
      'flush .',
      ...written('out.fsm.mismatch.txt'),
      'rename out.fsm.mismatch.txt.tmp-RUN to out.fsm.mismatch.txt',
      ...written(SIDECAR),
      `rename ${SIDECAR}.tmp-RUN to ${SIDECAR}`,
      'flush .',
      'remove out.fsm.lock',
      'remove out.fsm.run.tmp-RUN',
    ]);
  });

  test.each(['out.fsm', SIDECAR])('%s is not changed after its last flush', (name) => {
    expect(unflushedAt(published(), name)).toEqual([]);
  });
});

describe('a signal comes before the first step of publishing or after the last', () => {
  /** A gate that notes what stands at the output when it is passed. */
  function watched(): { gate: CommitGate; seen: string[] } {
    const gate = new CommitGate();
    const seen: string[] = [];
    const pass = gate.pass.bind(gate);
    gate.pass = () => {
      seen.push(placesOf(output).output);
      pass();
    };
    return { gate, seen };
  }

  test.each([false, true])('the gate is passed once, while all is as before (mismatch: %s)', (isMismatch) => {
    plantOlder(folder);
    if (isMismatch) plantMismatch();
    const { gate, seen } = watched();
    publishSnapshot(publishRequest(folder, { selfTest: isMismatch }), { gate });
    expect(seen).toEqual(['as before']);
    expect(placesOf(output).output).toBe(isMismatch ? 'none' : 'new');
  });
});

test('another file in the place of the finished snapshot is not published, and the older pair is back', () => {
  plantOlder(folder);
  replaceCall('linkSync', (original, from: never, to: never) => {
    // The last call before the renames: the older snapshot gets its second name.
    if (String(to).includes('.old.tmp-')) {
      const [temporary] = readdirSync(join(folder, 'place')).filter((name) => name.startsWith('out.fsm.tmp-'));
      rmSync(join(folder, 'place', temporary!));
      writeFileSync(join(folder, 'place', temporary!), 'of somebody else');
    }
    return original(from, to);
  });
  const { error } = attempt(publishRequest(folder));
  expect(error?.message).toMatch(/is not the snapshot that was written: another user or program replaced it/);
  expect(placesOf(output)).toMatchObject({ output: 'as before', sidecar: 'as before', temporaries: [] });
});

test.each([0o000, 0o022, 0o777])(
  'with umask %o snapshot and sidecar have mode 600, and the result tells it',
  (mask) => {
    const before = process.umask(mask);
    try {
      const { result } = attempt(publishRequest(folder));
      expect(result).toMatchObject({ outcome: 'published', mode: 0o600 });
    } finally {
      process.umask(before);
    }
    for (const path of [output, `${output}.encode_info.json`]) expect(lstatSync(path).mode & 0o7777).toBe(0o600);
  },
);

test('a file system without modes is told as it is', () => {
  replaceCall('fstatSync', (original, ...args) => Object.assign(original(...args) as Stats, { mode: 0o100755 }));
  replaceCall('fchmodSync', () => {
    throw systemError('EPERM');
  });
  expect(attempt(publishRequest(folder)).result).toMatchObject({ outcome: 'published', mode: 0o755 });
});
