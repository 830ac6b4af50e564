import type { ValueContext } from './value-context.ts';

/** Warns of index rows whose keys do not exist. To be called after the last walk. docs/format/03-redis.md, section 3. */
export function reportOrphanExpiries({ expiries, source, warn }: ValueContext): void {
  const { orphans, orphanExample } = expiries;
  if (orphans === 0) return;
  source.damage?.addOrphans(() => `expiries of keys, the first of them ${orphanExample}`, orphans);
  const why = source.damage === undefined ? 'do not exist' : 'have no row that can be read, or do not exist';
  warn({
    event: 'redis_orphan_ttl',
    message: `orphan expiry rows: their keys ${why}, so they were left out`,
    fields: { count: orphans, example: orphanExample },
    loss: true,
  });
}
