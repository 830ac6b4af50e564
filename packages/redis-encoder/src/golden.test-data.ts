import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Data of elastickv itself; fixtures/golden/README.md. */
export const GOLDEN = join(import.meta.dirname, '../../../fixtures/golden');

/** Folders below `fixtures/golden` with a case that holds these files. */
export function goldenCases(...needed: readonly string[]): string[] {
  const redis = readdirSync(join(GOLDEN, 'redis')).map((name) => `redis/${name}`);
  return [...redis, 'live/redis', 'tree/keymap-every-redis-type'].filter((name) =>
    needed.every((file) => existsSync(join(GOLDEN, name, file))),
  );
}

/** What the files below a folder hold, as byte strings, by path below it. Notes that keep a folder in git are left out. */
export function filesBelow(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === '.keep') continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length + 1)] = readFileSync(path, 'latin1');
  }
  return files;
}
