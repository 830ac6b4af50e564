import type { AdapterName, Owner } from '@ekv/adapter';

/** Names of the scopes of an adapter in which units are wanted; `undefined` = all. */
export function scopesWithin(within: readonly Owner[], adapter: AdapterName): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const owner of within) {
    if (owner.adapter !== adapter) continue;
    if (owner.scope === undefined) return undefined;
    names.add(owner.scope.toString('latin1'));
  }
  return names;
}

/** Whether the scope with that name is one of them. */
export function isWithin(scopes: ReadonlySet<string> | undefined, name: string): boolean {
  return scopes === undefined || scopes.has(Buffer.from(name).toString('latin1'));
}
