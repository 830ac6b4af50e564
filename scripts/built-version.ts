import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The version that a program tells when it is built now: `ekv/<package version>`, with `+<commit>` in a checkout.
 *
 * @param folder of the program's package, two levels below the root of the repository.
 */
export function builtVersion(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const commit = commitOf(join(folder, '../..'));
  return `ekv/${version}${commit === undefined ? '' : `+${commit}`}`;
}

/** `undefined` for sources that were unpacked, also inside of a repository of somebody else, and where there is no git. */
function commitOf(root: string): string | undefined {
  if (!existsSync(join(root, '.git'))) return undefined;
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return undefined;
  }
}
