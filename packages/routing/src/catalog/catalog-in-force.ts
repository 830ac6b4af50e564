import { UsageError } from '@ekv/snapshot';
import { type Catalog, catalogGroup } from './catalog.ts';

/** What is known of the snapshot of one group. */
export interface GroupInput {
  /** For people. */
  readonly name: string;
  /** Its group, when a folder or the caller says so. */
  readonly group?: bigint | undefined;
  /** Its newest catalog, of its own rows alone, and the commit timestamp of the row that has its version. */
  readonly catalog?: { readonly content: Catalog; readonly committedAt: bigint } | undefined;
}

/** Which of several catalogs a cluster goes by. */
export interface CatalogInForce {
  /** Nothing when no input has one. */
  readonly catalog: Catalog | undefined;
  /** Index of the input that has it, -1 without one. */
  readonly input: number;
  /** How many inputs have one that holds. */
  readonly valid: number;
  /** Of each input, as given or as the catalogs say; nothing where neither is known. */
  readonly groups: ReadonlyArray<bigint | undefined>;
}

/**
 * The catalog in force among the snapshots of one cluster, and the groups that are not given but follow from the catalogs: one holds
 * when its own routes put it into the group of its input; of several that hold, the newest is in force. docs/format/10-routing.md, section 6.
 *
 * @throws UsageError when two inputs are of one group, and when none of the catalogs holds: the numbers are wrong.
 */
export function catalogInForce(inputs: readonly GroupInput[]): CatalogInForce {
  const owners = inputs.map(({ catalog }) =>
    catalog === undefined ? undefined : catalogGroup(catalog.content.routes),
  );
  const groups = inputs.map(({ group }, i) => group ?? owners[i]);
  refuseRepeated(inputs, groups);
  const holding = inputs.flatMap(({ catalog }, i) =>
    catalog !== undefined && owners[i] !== undefined && owners[i] === groups[i] ? [{ i, ...catalog }] : [],
  );
  if (holding.length === 0) {
    refuseUnheld(inputs, owners);
    return { catalog: undefined, input: -1, valid: 0, groups };
  }
  const newest = holding.reduce((best, one) => (one.committedAt > best.committedAt ? one : best));
  return { catalog: newest.content, input: newest.i, valid: holding.length, groups };
}

function refuseRepeated(inputs: readonly GroupInput[], groups: ReadonlyArray<bigint | undefined>): void {
  for (const [i, group] of groups.entries()) {
    const first = groups.indexOf(group);
    if (group === undefined || first === i) continue;
    throw new UsageError(
      `${inputs[first]!.name} and ${inputs[i]!.name} are both of group ${group}; give one snapshot of each group, and say the groups as N=FILE`,
    );
  }
}

function refuseUnheld(inputs: readonly GroupInput[], owners: ReadonlyArray<bigint | undefined>): void {
  const i = inputs.findIndex(({ catalog }) => catalog !== undefined);
  if (i === -1) return;
  const owner = owners[i] === undefined ? 'no group' : `group ${owners[i]}`;
  const given = inputs[i]!.group === undefined ? 'an unknown group' : `group ${inputs[i]!.group}`;
  throw new UsageError(
    `the numbers of the groups do not belong to these files: ${inputs[i]!.name} was given as ${given}, and its routes say that it is of ${owner}`,
  );
}
