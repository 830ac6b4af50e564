import type { RowOwner } from '@ekv/adapter';

/** Rows of an adapter whose key breaks its format. */
export const MALFORMED = '(malformed keys)';

/** What rows are grouped by below their adapter, a byte string: the table, bucket or queue; of Redis the type; of rows without any what they are, such as `(expiry)`. */
export function scopeNameOf({ adapter, kind, role, scope }: RowOwner): string {
  if (scope !== undefined) return scope.toString('latin1');
  return adapter === 'redis' && kind !== undefined ? kind : `(${role})`;
}
