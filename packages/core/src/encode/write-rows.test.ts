import { join } from 'node:path';
import { EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump, REDIS } from '../dump.test-data.ts';
import { Run } from '../run/run.ts';
import { BodyChecks } from './body-checks.ts';
import { writeRows } from './tested-snapshot.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  plantDump(join(folder, 'tree'));
});

/** Writes the rows of the tree. @returns the calls of a check of bodies, in order, and what was thrown. */
function attempt(write: () => void): { readonly calls: string[]; readonly error: unknown } {
  const calls: string[] = [];
  const bodies = new BodyChecks();
  bodies.add({ take: vi.fn(), report: () => void calls.push('report'), close: () => void calls.push('close') });
  const request = {
    input: join(folder, 'tree'),
    adapters: REDIS,
    lastCommitTs: LAST_COMMIT_TS,
    guards: NO_GUARDS,
  };
  try {
    writeRows(request, { write }, new Run({}), new ScratchFolder(folder, 'scratch'), bodies);
    return { calls, error: undefined };
  } catch (error) {
    return { calls, error };
  }
}

test('the checks of bodies are asked when the last byte is written, and closed', () => {
  expect(attempt(() => {})).toEqual({ calls: ['report', 'close'], error: undefined });
});

test('when the sink or the tree refuses, they are closed all the same', () => {
  const full = new EnvironmentError('the disk is full');
  const refusing = attempt(() => {
    throw full;
  });
  expect(refusing).toEqual({ calls: ['close'], error: full });
  plant(folder, { 'tree/redis/db_0/sets/s.json': 'nonsense' });
  expect(attempt(() => {})).toEqual({
    calls: ['close'],
    error: expect.objectContaining({ message: expect.any(String) }),
  });
});

test('of several checks each gets the slices whose note begins with its byte', () => {
  const bodies = new BodyChecks();
  const taken: string[] = [];
  const check = (name: string) => ({ take: () => void taken.push(name), report: vi.fn(), close: vi.fn() });
  const notes = [bodies.add(check('first')), bodies.add(check('second'))];
  for (const note of notes.toReversed()) {
    bodies.take({ path: 'a', offset: 0, length: 1, note: Buffer.from([note]) }, Buffer.alloc(1));
  }
  expect(taken).toEqual(['second', 'first']);
});
