import type { AdapterName } from '@ekv/manifest';
import { UsageError } from '@ekv/snapshot';
import { didYouMean } from '@ekv/snapshot/arguments';

/** Names of all adapters in the canonical fan-out order; docs/format/08-cli.md, section 3.2. */
export const ADAPTER_NAMES = ['redis', 'dynamodb', 's3', 'sqs'] as const satisfies readonly AdapterName[];

/**
 * Reads an adapter list such as `redis, s3`: exactly `all` means all; case and white space do not matter, order, repeats and
 * empty names neither. A list without any name is refused: in a script it is a variable that is not set.
 * docs/format/08-cli.md, section 2.2.
 *
 * @returns the names in the canonical order. Throws UsageError.
 */
export function parseAdapterList(text: string): AdapterName[] {
  if (text === 'all') return [...ADAPTER_NAMES];
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new UsageError(`no adapter is selected by --adapter ${JSON.stringify(text)}; ${choice()}`);
  for (const name of names) {
    if (!(ADAPTER_NAMES as readonly string[]).includes(name)) {
      throw new UsageError(
        `unknown adapter ${JSON.stringify(name)} in --adapter${didYouMean(name, ADAPTER_NAMES)}; ${choice()}`,
      );
    }
  }
  return ADAPTER_NAMES.filter((name) => names.includes(name));
}

/** These adapters in the canonical order, each once. */
export function enabledAdapters(names: readonly AdapterName[]): AdapterName[] {
  return ADAPTER_NAMES.filter((name) => names.includes(name));
}

/** The adapters that a list names; none when it means all. Throws UsageError. */
export function namedAdapters(text: string): AdapterName[] {
  return text === 'all' ? [] : parseAdapterList(text);
}

function choice(): string {
  return `name some of ${ADAPTER_NAMES.join(', ')}, separated by commas, or all`;
}
