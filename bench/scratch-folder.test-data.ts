import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder for the tests of one file, removed after the last of them. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
