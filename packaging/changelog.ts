/**
 * Writes the entries of the change logs; `changeset version` calls it, see `.changeset/config.json`. An entry is what the changeset says,
 * without the name of its commit.
 */
import { PUBLISHED } from './published.ts';

interface Changeset {
  /** Name of its file. */
  readonly id: string;
  readonly summary: string;
}

/** Until the first release nobody has a state that a change could be told against: the log begins with what the packages are. */
const FIRST = 'first-release';
const isFirstRelease = PUBLISHED.every(({ json }) => json.version === '0.0.0');

/** @returns the lines of one changeset in the log of one package. */
export function getReleaseLine({ id, summary }: Changeset): string {
  if (isFirstRelease && id !== FIRST) return '';
  const [first, ...others] = summary.trim().split('\n');
  return [`- ${first}`, ...others.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

/** @returns one line for the packages of ours that a package brings in their newest version; nothing in the first log. */
export function getDependencyReleaseLine(
  _: readonly Changeset[],
  updated: readonly { readonly name: string; readonly newVersion: string }[],
): string {
  if (isFirstRelease || updated.length === 0) return '';
  return `- With ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}.`;
}

export default { getReleaseLine, getDependencyReleaseLine };
