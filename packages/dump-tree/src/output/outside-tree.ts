import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '@ekv/snapshot';

/**
 * Refuses an output inside the input tree, with links and `..` resolved on both sides: it would become a part of the dump,
 * or replace a file of it. Throws UsageError.
 */
export function refuseOutputInside(input: string, output: string): void {
  const root = realPath(input);
  if (root === undefined) return;
  const parent = realPath(dirname(output)) ?? resolve(dirname(output));
  const places = [join(parent, basename(output)), realPath(output)].filter((path) => path !== undefined);
  if (places.some((path) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))) {
    throw new UsageError(`the output ${output} lies inside the input tree ${input}; choose a place outside of it`);
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
