import { writeSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { answeredVersion } from './answered-version.ts';

vi.mock('node:fs', async (original) => ({ ...(await original<typeof import('node:fs')>()), writeSync: vi.fn() }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.mocked(writeSync).mockReset();
});

test('--version as the whole command line is answered with the version', () => {
  expect(answeredVersion(['--version'], 'ekv/1.2.3')).toBe(true);
  expect(vi.mocked(writeSync).mock.calls).toEqual([[1, 'ekv/1.2.3\n']]);
});

test.each([[[]], [['version']], [['--version=false']], [['--quiet', '--version']], [['--version', '--quiet']]])(
  '%j is left to the run, which knows the flags',
  (words) => {
    expect(answeredVersion(words, 'ekv/1.2.3')).toBe(false);
    expect(writeSync).not.toHaveBeenCalled();
  },
);

test('a standard output that cannot be written is left to the run, which says so', () => {
  vi.mocked(writeSync).mockImplementation(() => {
    throw new Error('ENOSPC');
  });
  expect(answeredVersion(['--version'], 'ekv/1.2.3')).toBe(false);
});

test('a Node that is too old is left to the run, which refuses it', () => {
  vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node: '20.1.0' });
  expect(answeredVersion(['--version'], 'ekv/1.2.3')).toBe(false);
  expect(writeSync).not.toHaveBeenCalled();
});
