import fs, { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];
/** The one of before any test: it is called while a test's replacement is still there. */
const { rmSync } = fs;

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-test-'));
  made.push(folder);
  return folder;
}

/** A folder with these files that is gone after the test. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  plant(folder, files);
  return folder;
}

/** Writes files below `root`, with the folders they need; a path may be any byte string. */
export function plant(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const native = (relative: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(relative, 'latin1')]);
    mkdirSync(native(dirname(path)), { recursive: true });
    writeFileSync(native(path), content);
  }
}

/** What stands below a folder: for each path its kind, or the text of a file. Links are not followed. */
export function picture(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const full = join(root, path);
    const stat = lstatSync(full);
    if (stat.isDirectory()) found[path] = 'folder';
    else if (stat.isSymbolicLink()) found[path] = `link to ${readlinkSync(full)}`;
    else found[path] = stat.isFile() ? readFileSync(full, 'latin1') : 'special';
  }
  return found;
}
