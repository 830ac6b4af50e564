import type { DescribedFlag } from '../described-command.ts';

/** What a shell proposes behind a flag: files, folders, some words, or nothing that it could know. */
export type ValueKind = 'files' | 'folders' | 'words' | 'anything';

/** `undefined` for a switch. */
export function valueKind({ value, values }: DescribedFlag): ValueKind | undefined {
  if (value === undefined) return undefined;
  if (values.length > 0) return 'words';
  if (value === 'folder') return 'folders';
  return value === 'file' || value === 'path' ? 'files' : 'anything';
}
