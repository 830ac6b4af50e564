import type { AdapterName } from '@ekv/manifest';
import { COMMIT_ROWS, INTENT_ROWS, LOCK_ROWS, ROLLBACK_ROWS } from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';

/** Rows of the cluster itself: no user's data, counted as internal. docs/format/01-snapshot.md, section 7.1. */
export const INTERNAL_FAMILIES: readonly string[] = [
  ...ADAPTERS.flatMap(({ families }) => families.internal),
  '!txn|',
  LOCK_ROWS,
  INTENT_ROWS,
  COMMIT_ROWS,
  ROLLBACK_ROWS,
  '!dist|',
  '!encryption|',
];

/** Markers without meaning for the data, counted as operational. Section 7.3. */
export const OPERATIONAL_FAMILIES: readonly string[] = ADAPTERS.flatMap(({ families }) => families.operational);

/** User data that no adapter reads, with what to say of it. Section 7.3. */
const UNREAD_FAMILIES: ReadonlyMap<string, string> = new Map([
  ...ADAPTERS.flatMap(({ families }) => [...families.unread]),
  ['!fs|', 'files of the file system, which no adapter of ekv reads'],
  ['', 'keys without a family (the raw key-value API, or very old Redis strings), which no adapter of ekv reads'],
]);

/** What the rows of a family are. */
export interface KnownFamily {
  /** What their keys begin with, a byte string. */
  readonly prefix: string;
  /** `data`: an adapter's. `internal`: of the cluster itself. `operational`: markers without meaning for the data. */
  readonly class: 'data' | 'internal' | 'operational';
  readonly adapter: AdapterName | undefined;
}

/** All that a snapshot's rows are told apart by; {@link KNOWN_FAMILIES} are their prefixes, in this order. */
export const FAMILIES: readonly KnownFamily[] = [
  ...ADAPTERS.flatMap(({ name, families }) =>
    families.data.map((prefix) => ({ prefix, class: 'data', adapter: name }) as const),
  ),
  ...INTERNAL_FAMILIES.map((prefix) => ({ prefix, class: 'internal', adapter: adapterOf(prefix) }) as const),
  ...OPERATIONAL_FAMILIES.map((prefix) => ({ prefix, class: 'operational', adapter: adapterOf(prefix) }) as const),
];

export const KNOWN_FAMILIES: readonly string[] = FAMILIES.map(({ prefix }) => prefix);

function adapterOf(prefix: string): AdapterName | undefined {
  return ADAPTERS.find(({ families }) => [...families.internal, ...families.operational].includes(prefix))?.name;
}

/** What is said of user data that no adapter reads; `undefined` for a family that nobody knows. @param family of a key that is in none of {@link FAMILIES}. */
export function unreadFamily(family: string): { readonly prefix: string; readonly says: string } | undefined {
  const prefix = [...UNREAD_FAMILIES.keys()].find((one) => one !== '' && family.startsWith(one)) ?? family;
  const says = UNREAD_FAMILIES.get(prefix);
  return says === undefined ? undefined : { prefix, says };
}
