import { hash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { previousBeside, previousOf } from '@ekv/snapshot/publish';
import { failWrites, replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { attempt, publishRequest, sidecarOf } from './publish-request.test-data.ts';

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
});

/** Publishes a tree of one string. @returns the bytes of the snapshot. */
function publishGood(value: string): Buffer {
  rmSync(join(folder, 'tree'), { recursive: true, force: true });
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': value });
  const { result } = attempt(publishRequest(folder));
  expect(result?.outcome).toBe('published');
  return readFileSync(output);
}

/** A run whose self-test fails. */
function publishBad() {
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/%62.bin': '' });
  return attempt(publishRequest(folder, { selfTest: true }));
}

/** Whether a snapshot and a sidecar fit each other. */
function isPair(path: string): boolean {
  if (!existsSync(path) || !existsSync(`${path}.encode_info.json`)) return false;
  return sidecarOf(path).output_fsm_sha256 === hash('sha256', readFileSync(path), 'hex');
}

const names = () => readdirSync(join(folder, 'place')).sort();

describe('a self-test that fails while an older snapshot is at the output', () => {
  test('frees the name, and the older pair is the previous one; the result tells where it is', () => {
    const older = publishGood('one');
    const { result } = publishBad();
    expect(result).toMatchObject({ outcome: 'mismatch', previous: `${output}.previous`, isLinkRemoved: false });
    expect(readFileSync(`${output}.previous`)).toEqual(older);
    expect(isPair(`${output}.previous`)).toBe(true);
    expect(names()).toEqual([
      'out.fsm.encode_info.json',
      'out.fsm.mismatch.txt',
      'out.fsm.previous',
      'out.fsm.previous.encode_info.json',
    ]);
    expect(lstatSync(`${output}.encode_info.json`).nlink).toBe(1);
  });

  test('and again leaves the previous pair alone, as nothing is at the output', () => {
    publishGood('one');
    publishBad();
    const before = picture(join(folder, 'place'));
    const { result } = publishBad();
    expect(result).toMatchObject({
      outcome: 'mismatch',
      previous: undefined,
      earlierPrevious: `${output}.previous`,
    });
    expect(Object.keys(picture(join(folder, 'place')))).toEqual(Object.keys(before));
    expect(isPair(`${output}.previous`)).toBe(true);
  });

  test('replaces a previous pair by a newer one', () => {
    publishGood('one');
    publishBad();
    const newer = publishGood('two');
    publishBad();
    expect(readFileSync(`${output}.previous`)).toEqual(newer);
    expect(isPair(`${output}.previous`)).toBe(true);
    expect(names()).toHaveLength(4);
  });

  test('does not replace a previous pair by a snapshot whose sidecar does not fit: that gets a name of its own', () => {
    const older = publishGood('one');
    publishBad();
    writeFileSync(output, 'from elsewhere');
    const { result } = publishBad();
    expect(result?.outcome === 'mismatch' && result.previous).toMatch(/out\.fsm\.previous-[0-9a-f]{16}$/);
    expect(readFileSync(`${output}.previous`)).toEqual(older);
    expect(isPair(`${output}.previous`)).toBe(true);
    const own = names().filter((name) => /previous-/.test(name));
    expect(own).toHaveLength(1);
    expect(readFileSync(join(folder, 'place', own[0]!), 'utf8')).toBe('from elsewhere');
  });

  test('a snapshot without a sidecar that fits is kept without one', () => {
    publishGood('one');
    writeFileSync(output, 'from elsewhere');
    publishBad();
    expect(readFileSync(`${output}.previous`, 'utf8')).toBe('from elsewhere');
    expect(names()).not.toContain('out.fsm.previous.encode_info.json');
  });

  test('a stale sidecar of no previous snapshot is not left beside one that it does not fit', () => {
    plant(folder, { 'place/out.fsm': 'from elsewhere', 'place/out.fsm.previous.encode_info.json': 'stale' });
    publishBad();
    expect(names()).not.toContain('out.fsm.previous.encode_info.json');
  });

  test('a folder at the name of the previous snapshot stays; the older pair gets names of its own', () => {
    publishGood('one');
    plant(folder, { 'place/out.fsm.previous/mine': 'mine' });
    const { result } = publishBad();
    const previous = result?.outcome === 'mismatch' ? result.previous! : '';
    expect(previous).toMatch(/previous-[0-9a-f]{16}$/);
    expect(isPair(previous)).toBe(true);
    expect(readFileSync(`${output}.previous/mine`, 'utf8')).toBe('mine');
  });

  test('a link is removed, as it is no snapshot; the result says so', () => {
    plant(folder, { 'place/victim': 'mine' });
    symlinkSync('victim', output);
    const { result } = publishBad();
    expect(result).toMatchObject({ previous: undefined, isLinkRemoved: true });
    expect(readFileSync(join(folder, 'place/victim'), 'utf8')).toBe('mine');
    expect(names()).not.toContain('out.fsm.previous');
  });

  test('a snapshot that another run publishes while the older one is read is the one that is kept', () => {
    publishGood('one');
    const newer = Buffer.from('newer');
    let isDone = false;
    replaceCall('linkSync', (original, ...args) => {
      // The lock is taken by a link: behind the first look.
      if (!isDone) writeFileSync(output, newer);
      isDone = true;
      return original(...args);
    });
    publishBad();
    expect(readFileSync(`${output}.previous`)).toEqual(newer);
    expect(names()).not.toContain('out.fsm.previous.encode_info.json');
  });
});

test('a run that was killed before it replaced the sidecar does not stand in the way of the next one', () => {
  publishGood('one');
  publishBad();
  rmSync(`${output}.encode_info.json`);
  linkSync(`${output}.previous.encode_info.json`, `${output}.encode_info.json`);
  publishGood('two');
  expect(isPair(output)).toBe(true);
  expect(isPair(`${output}.previous`)).toBe(true);
});

test('a failing run that was killed before it moved the snapshot leaves the next failing one its sidecar', () => {
  publishGood('one');
  linkSync(`${output}.encode_info.json`, `${output}.previous.encode_info.json`);
  const { result, warnings } = publishBad();
  expect(result).toMatchObject({ outcome: 'mismatch', previous: `${output}.previous` });
  expect(warnings.map(({ event }) => event)).not.toContain('not_written');
  expect(isPair(`${output}.previous`)).toBe(true);
  expect(JSON.parse(readFileSync(`${output}.encode_info.json`, 'utf8')).self_test).toEqual({
    ran: true,
    matched: false,
  });
  expect(readdirSync(join(folder, 'place')).filter((name) => name.includes('.tmp-'))).toEqual([]);
});

test.each([
  ['without hard links the sidecar is copied', false],
  ['without hard links, and full, the snapshot is kept alone, and the name is free all the same', true],
])('on a file system %s', (_, isFull) => {
  const older = publishGood('one');
  replaceCall('linkSync', () => {
    throw systemError('EPERM');
  });
  if (isFull) failWrites('previous.encode_info.json', 'ENOSPC');
  const { result } = publishBad();
  expect(result).toMatchObject({ outcome: 'mismatch', previous: `${output}.previous` });
  restoreCalls();
  expect(readFileSync(`${output}.previous`)).toEqual(older);
  expect(isPair(`${output}.previous`)).toBe(!isFull);
  expect(existsSync(output)).toBe(false);
});

test('a success leaves the previous pair alone and tells it', () => {
  const older = publishGood('one');
  publishBad();
  rmSync(join(folder, 'tree'), { recursive: true });
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': 'three' });
  const { result } = attempt(publishRequest(folder));
  expect(result).toMatchObject({ outcome: 'published', previous: `${output}.previous`, replaced: false });
  expect(readFileSync(`${output}.previous`)).toEqual(older);
  expect(attempt(publishRequest(folder)).result).toMatchObject({ replaced: true });
});

test('before each call of a rejection that changes the disk the older pair stands whole under one of its names', () => {
  const seen = { output: 0, previous: 0 };
  publishGood('zero');
  publishBad();
  publishGood('one');
  const digest = hash('sha256', readFileSync(output), 'hex');
  const look = () => {
    const at = [output, `${output}.previous`].filter(
      (path) => isPair(path) && sidecarOf(path).output_fsm_sha256 === digest,
    );
    expect(at).not.toEqual([]);
    seen[at[0] === output ? 'output' : 'previous']++;
  };
  for (const name of ['renameSync', 'rmSync', 'linkSync', 'writeSync', 'fsyncSync'] as const) {
    replaceCall(name, (original, ...args) => {
      look();
      return original(...args);
    });
  }
  expect(publishBad().result?.outcome).toBe('mismatch');
  restoreCalls();
  look();
  expect(seen.output).toBeGreaterThan(5);
  expect(seen.previous).toBeGreaterThan(5);
});

test.each([210, 229, 230, 238])('names of an output of %i bytes that is previous fit a file system', (bytes) => {
  for (const runId of [undefined, '0123456789abcdef']) {
    const { output: path, sidecar } = previousOf(join(folder, 'n'.repeat(bytes)), runId);
    expect(Buffer.byteLength(basename(sidecar))).toBeLessThanOrEqual(255);
    expect(sidecar).toBe(`${path}.encode_info.json`);
  }
  output = join(folder, 'place', 'n'.repeat(bytes));
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': 'one' });
  expect(attempt(publishRequest(folder, { output })).result?.outcome).toBe('published');
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/%62.bin': '' });
  const { result } = attempt(publishRequest(folder, { output, selfTest: true }));
  expect(isPair(result?.outcome === 'mismatch' ? result.previous! : '')).toBe(true);
});

describe('older snapshots that got names of their own', () => {
  const ID = '0123456789abcdef';
  const kept = (warnings: readonly { event: string; message: string }[]) =>
    warnings.filter(({ event }) => event === 'previous_kept').map(({ message }) => message);

  test('are named by each later run, with size, age and what to do, until somebody removes them', () => {
    publishGood('one');
    plant(folder, { [`place/out.fsm.previous-${ID}`]: 'older', [`place/other.fsm.previous-${ID}`]: 'not of this one' });
    const [message, ...more] = kept(attempt(publishRequest(folder)).warnings);
    expect(more).toEqual([]);
    expect(message).toContain(`${output}.previous-${ID}, 5 bytes, last changed `);
    expect(message).toContain('an older snapshot that a self-test which failed moved out of the way');
    expect(message).not.toContain('other.fsm');
    rmSync(`${output}.previous-${ID}`);
    expect(kept(attempt(publishRequest(folder)).warnings)).toEqual([]);
  });

  test('and the one that the closing line names are kept by --remove-leftovers, which says so', () => {
    const older = publishGood('one');
    publishBad();
    expect(kept(publishBad().warnings)).toEqual([]);
    plant(folder, { [`place/out.fsm.previous-${ID}`]: 'older' });
    const [message] = kept(attempt(publishRequest(folder, { removeLeftovers: true })).warnings);
    for (const name of ['out.fsm.previous,', `out.fsm.previous-${ID},`]) expect(message).toContain(name);
    expect(message).toContain('they are kept, also by --remove-leftovers');
    expect(readFileSync(`${output}.previous`)).toEqual(older);
    expect(names()).toContain(`out.fsm.previous-${ID}`);
  });

  test('are found by a name that had to be shortened', () => {
    output = join(folder, 'place', 'n'.repeat(238));
    const own = previousOf(output, ID).output;
    plant(folder, { [`place/${basename(own)}`]: 'older', 'tree/MANIFEST.json': '' });
    expect(previousBeside(output)).toEqual([own]);
  });
});

test('leftovers are looked for once, before what stands in the way is refused', () => {
  plantDump(join(folder, 'tree'));
  plant(folder, { 'place/out.fsm/file': '', 'place/out.fsm.tmp-0123456789abcdef': '' });
  for (const removeLeftovers of [false, true]) {
    const { error, warnings } = attempt(publishRequest(folder, { removeLeftovers }));
    expect(error?.message).toContain('is a folder');
    expect(warnings.map(({ event }) => event)).toEqual(['leftovers']);
  }
});
