import { readdirSync, readlinkSync, realpathSync } from 'node:fs';

/** Paths of the files in a folder that this process has open. One without a name counts too: its path ends in ` (deleted)`. Linux alone. */
export function openFilesIn(folder: string): string[] {
  const above = `${realpathSync(folder)}/`;
  return readdirSync('/proc/self/fd')
    .map(targetOf)
    .filter((path) => path.startsWith(above));
}

/** The descriptor of the listing itself is gone by now. */
function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
