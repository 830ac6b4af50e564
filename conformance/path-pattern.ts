import { readdirSync, statSync } from 'node:fs';
import { exists } from './difference.ts';

/** True when something below `root` matches the pattern, in which `*` stands for any text without `/` and no leading dot. */
export function anyMatch(root: string, pattern: string): boolean {
  const [segment, ...rest] = pattern.split('/');
  if (segment === undefined || segment === '') return exists(root);
  const remaining = rest.join('/');
  if (!segment.includes('*')) return anyMatch(`${root}/${segment}`, remaining);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return false;
  const expression = new RegExp(`^${segment.split('*').map(literal).join('.*')}$`, 's');
  return readdirSync(root)
    .filter((name) => expression.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
    .some((name) => anyMatch(`${root}/${name}`, remaining));
}

/** The text as a regular expression that matches it and nothing else. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
