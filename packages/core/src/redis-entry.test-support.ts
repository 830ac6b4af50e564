import type { Entry } from '@ekv/test-support/node-file';

/** A string of Redis that does not expire; docs/format/03-redis.md, section 4. */
export function stringEntry(name: string, value: string, more: Partial<Entry> = {}): Entry {
  return { key: `!redis|str|${name}`, value: Buffer.from(`\xff\x01\x00${value}`, 'latin1'), ...more };
}
