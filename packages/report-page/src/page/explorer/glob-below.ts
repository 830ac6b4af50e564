import type { Part } from './part.ts';

/** Letters that mean something to a glob, and what means them alone. */
const GLOB = /[*?[\]\\]/g;

/** The glob of the addresses below a part, quoted for a shell; `undefined` of the whole and of what has no address of its own. */
export function globBelow({ address }: Part): string | undefined {
  if (address === undefined || address === '') return undefined;
  const glob = `${address.replace(GLOB, (letter) => `[${letter}]`)}*`;
  return `'${glob.replaceAll("'", `'\\''`)}'`;
}
