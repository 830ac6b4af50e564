import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { UsageError } from '@ekv/snapshot';

export { refuseOutputInside } from '@ekv/dump-tree';

/** Refuses to replace an earlier dump in which the snapshot itself lies: it would go with the dump. Throws UsageError. */
export function refuseInputInside(input: string, output: string): void {
  const [file, root] = [realPath(input), realPath(output)];
  if (file !== undefined && root !== undefined && file.startsWith(root + sep)) {
    throw new UsageError(
      `the snapshot ${input} lies inside the dump ${output} that would be replaced; move it away first`,
    );
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
