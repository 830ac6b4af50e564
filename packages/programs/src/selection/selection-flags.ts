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

/** `--expired`, of which a shell proposes the values. @param moment at which a time must be over. */
export function expiredOption(moment = 'when the data was taken') {
  return optionWithValues(
    '--expired <what>',
    `keep, or drop: leave out keys and messages whose time was over ${moment}; default: keep`,
    ['keep', 'drop'],
  );
}

/** The pattern that an address alone matches. docs/format/13-selection.md, section 3. */
export function literalPattern(address: string): string {
  return address.replace(/[*?[]/g, '[$&]');
}

/** The selection that is asked for; nothing when no flag of it is given. */
export function selectionOf(flags: GivenFlags): { readonly selection?: SelectionOptions } {
  const [match, scopes, exclude] = [flags.texts('match'), flags.texts('scope'), flags.texts('exclude')];
  const expired = flags.text('expired');
  if (match.length + scopes.length + exclude.length === 0 && expired === undefined) return {};
  // Another word is refused by whoever applies it.
  return { selection: { match, scopes, exclude, expired: expired as SelectionOptions['expired'] } };
}
