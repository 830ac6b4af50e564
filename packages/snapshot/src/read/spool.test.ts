import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SnapshotFormatError } from '../errors.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { openSnapshot } from './open-snapshot.ts';

let folder: string;
let pipe: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-spool-'));
  pipe = join(folder, 'pipe');
  spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Opens what a shell command writes into a pipe; the command must end when nobody reads any more. */
function openPiped(command: string): { error: Error | undefined; isSpooled: boolean } {
  const scratch = new ScratchFolder(folder, 'scratch');
  const spool = vi.spyOn(scratch, 'unnamedFile');
  spawn('sh', ['-c', `${command} > "$0"`, pipe], { stdio: 'ignore' });
  let error: Error | undefined;
  try {
    openSnapshot(pipe, { scratch }).close();
  } catch (thrown) {
    error = thrown as Error;
  }
  scratch.remove();
  expect(readdirSync(folder)).toEqual(['pipe']);
  return { error, isSpooled: spool.mock.calls.length > 0 };
}

test.each([
  ['endless zeros', 'cat /dev/zero', /wrong magic "\\x00.*a snapshot starts with/],
  ['endless gzip data', "(printf '\\037\\213\\010\\000\\000\\000\\000\\000'; cat /dev/zero)", /gzip-compressed/],
  ['endless zstd data', "(printf '\\050\\265\\057\\375\\000\\000\\000\\000'; cat /dev/zero)", /zstd -d/],
  ['endless SST data behind a wrapper', "(printf 'EKVTHLC1\\0\\0\\0\\0\\0\\0\\0\\0EKVSSTI1'; cat /dev/zero)", /SST/],
  ['a newer wrapper', "(printf 'EKVTHLC9'; cat /dev/zero)", /newer elastickv/],
  ['a wrapper with nothing behind it', "printf 'EKVTHLC1\\0\\0\\0\\0\\0\\0\\0\\0'", /empty state/],
  ['the 12 bytes of a timestamp group', "printf '\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'", /timestamp-only Raft group/],
  ['nothing', 'true', /the file is empty \(0 bytes\)/],
  ['seven bytes', "printf 'EKVPBBL'", /truncated/],
])('what is no snapshot by its first bytes is refused before anything is spooled: %s', (_, command, words) => {
  const { error, isSpooled } = openPiped(command);
  expect(error).toBeInstanceOf(SnapshotFormatError);
  expect(error?.message).toMatch(words);
  expect(isSpooled).toBe(false);
});

test.each([
  ['a plain payload', "printf 'EKVPBBL1\\0\\0\\0\\0\\0\\0\\0\\0'"],
  ['bytes that come one by one', 'for byte in E K V P B B L 1 a b c d e f g h; do printf $byte; sleep 0.005; done'],
  ['a wrapper', "printf 'EKVTHLC1\\0\\0\\0\\0\\0\\0\\0\\0EKVPBBL1\\0\\0\\0\\0\\0\\0\\0\\0'"],
])('a snapshot is spooled from its first byte on: %s', (_, command) => {
  expect(openPiped(command)).toEqual({ error: undefined, isSpooled: true });
});

test('a pipe gives the same rows as a file', () => {
  const scratch = new ScratchFolder(folder, 'scratch');
  const file = join(import.meta.dirname, '../../../../fixtures/golden/live/redis/0000000000000097.fsm');
  spawn('sh', ['-c', `cat "${file}" > "${pipe}"`], { stdio: 'ignore' });
  const [piped, whole] = [pipe, file].map((path) => {
    const snapshot = openSnapshot(path, { scratch });
    const { summary } = snapshot.check({ families: ['!redis|str|'] });
    snapshot.close();
    return summary;
  });
  expect(piped).toEqual(whole);
  scratch.remove();
});
