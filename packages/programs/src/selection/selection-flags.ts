import { type GivenFlags, optionWithValues } from '@ekv/command-line';
import type { SelectionOptions } from '@ekv/core';

/** The flags that choose a part of the data, as a command has them. docs/format/13-selection.md, section 3. */
export const SELECTION_FLAGS = {
  match: [
    '--match <pattern...>',
    "only what has such an address, as 'redis/user:*' or 'dynamodb/orders/*'; may be given several times",
  ],
  scope: [
    '--scope <scope...>',
    'only a table, bucket or queue: dynamodb=orders, s3=photos, sqs=jobs; may be given several times',
  ],
  exclude: ['--exclude <pattern...>', 'leave out what has such an address; may be given several times'],
} as const;

/** The flag `--expired`. @param when the time that it is about. */
export function expiredFlag(when = 'the data was taken') {
  const what = `keep, or drop: leave out keys and messages whose time was over when ${when}; default: keep`;
  return optionWithValues('--expired <what>', what, ['keep', 'drop']);
}

/** The selection that is asked for; nothing when no flag of it is given. */
export function selectionOf(flags: GivenFlags): { readonly selection?: SelectionOptions } {
  const [match, scopes, exclude] = [flags.texts('match'), flags.texts('scope'), flags.texts('exclude')];
  const expired = flags.text('expired');
  if (match.length + scopes.length + exclude.length === 0 && expired === undefined) return {};
  // Another word is refused by whoever applies it.
  return { selection: { match, scopes, exclude, expired: expired as SelectionOptions['expired'] } };
}
