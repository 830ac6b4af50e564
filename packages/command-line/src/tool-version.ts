import { readFileSync } from 'node:fs';

/**
 * `ekv/<package version>`, with `+<commit>` when the program runs from a checkout of its repository.
 *
 * @param packageFile the program's package.json; its folder is two levels below the root of a checkout.
 */
export function toolVersion(packageFile: URL): string {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const commit = checkoutCommit(new URL('../../.git/', packageFile));
  return `ekv/${version}${commit === undefined ? '' : `+${commit}`}`;
}

const SHORT = 12;

function checkoutCommit(repository: URL): string | undefined {
  const head = read(new URL('HEAD', repository));
  const reference = head === undefined ? undefined : /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  const commit = reference === undefined ? head : commitOf(repository, reference);
  return commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, SHORT) : undefined;
}

function commitOf(repository: URL, reference: string): string | undefined {
  const loose = read(new URL(reference, repository));
  if (loose !== undefined) return loose;
  const packed = read(new URL('packed-refs', repository))?.split('\n');
  return packed?.find((line) => line.endsWith(` ${reference}`))?.split(' ')[0];
}

function read(path: URL): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
