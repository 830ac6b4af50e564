import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openUnlinked, ScratchFolder } from './scratch.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scratch-test-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Writes to a scratch file and reads it again. */
function echo(fd: number): string {
  const bytes = Buffer.alloc(5);
  writeSync(fd, 'bytes');
  readSync(fd, bytes, 0, 5, 0);
  return bytes.toString();
}

test('a scratch file on Linux has no name and needs no folder, so nothing stays of a process that is killed', () => {
  const scratch = new ScratchFolder(folder);
  const { fd } = openUnlinked(scratch, 'run');
  expect(echo(fd)).toBe('bytes');
  expect(readdirSync(folder)).toEqual([]);
  closeSync(fd);
});

test('where files cannot do without a name, they lose it in the folder, and the folder goes when it is removed', () => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
  const scratch = new ScratchFolder(folder, 'ekv-scratch-1');
  const { fd, path } = openUnlinked(scratch, 'run');
  expect(path).toBe(join(folder, 'ekv-scratch-1', 'run-0'));
  expect(echo(fd)).toBe('bytes');
  expect(readdirSync(join(folder, 'ekv-scratch-1'))).toEqual([]);
  closeSync(fd);
  scratch.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test('a place for scratch files that is none is an error that names it', () => {
  expect(() => openUnlinked(new ScratchFolder(join(folder, 'none')), 'run')).toThrow(`in ${join(folder, 'none')}`);
});

test('a program that is killed while it sorts more than memory takes leaves its folder for temporary files empty', () => {
  const program = `
    import { ExternalSorter } from ${JSON.stringify(join(import.meta.dirname, 'external-sorter.ts'))};
    import { ScratchFolder } from ${JSON.stringify(join(import.meta.dirname, 'scratch.ts'))};
    const sorter = new ExternalSorter({ scratch: new ScratchFolder(), arenaBytes: 1 << 12 });
    for (let i = 0; i < 5000; i++) sorter.add(Buffer.from('key ' + i), Buffer.alloc(100));
    process.kill(process.pid, 'SIGKILL');
  `;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, TMPDIR: folder },
    encoding: 'utf8',
  });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  expect(readdirSync(folder)).toEqual([]);
});
