import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { examineTarget } from './output-target.ts';

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'out');
  mkdirSync(path);
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('an empty folder of the same user is replaced by a rename', () => {
  expect(examineTarget(path, 'out', false)).toBe('empty');
});

test.each(['geteuid', 'getegid'] as const)(
  'one that another has made (%s) stays itself, with its owner, and is filled in place',
  (id) => {
    const own = process[id]!();
    vi.spyOn(process, id as 'geteuid').mockReturnValue(own + 1);
    expect(examineTarget(path, 'out', false)).toBe('filled in place');
  },
);
