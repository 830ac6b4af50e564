import { UsageError } from '@ekv/snapshot';

const U64_MAX = 2n ** 64n - 1n;

/**
 * The value of `--last-commit-ts`: decimal digits, or `0x` and hex digits, blanks around are cut. `undefined` for the
 * empty text, which is as good as no flag. docs/format/08-cli.md, section 3.3. Throws UsageError.
 */
export function parseCommitTimestamp(text: string): bigint | undefined {
  if (text === '') return undefined;
  const trimmed = text.trim();
  if (/^[0-9]+$/.test(trimmed) || /^0[xX][0-9a-fA-F]+$/.test(trimmed)) {
    const value = BigInt(trimmed);
    if (value <= U64_MAX) return value;
  }
  throw new UsageError(
    `--last-commit-ts ${JSON.stringify(text)} must be decimal digits, or 0x and hex digits, up to ${U64_MAX} (0xffffffffffffffff)`,
  );
}
