/** Of each input the id of its group; nothing where it is not known. */
type GroupOfInputs = ReadonlyArray<bigint | undefined>;

/**
 * The groups of inputs, where one input alone that is not known is of the one group alone that has no input.
 * docs/format/10-routing.md, section 6.
 *
 * @param all groups of the cluster.
 */
export function withLastGroup(all: readonly bigint[], groups: GroupOfInputs): Array<bigint | undefined> {
  const [last, ...others] = groupsLeft(all, groups);
  const unknown = groups.filter((group) => group === undefined);
  return unknown.length === 1 && others.length === 0 ? groups.map((group) => group ?? last) : [...groups];
}

/** Groups of the cluster that have no input, ascending; none when as many inputs are of unknown groups, for they may be of these. */
export function missingGroups(all: readonly bigint[], groups: GroupOfInputs): bigint[] {
  const left = groupsLeft(all, groups);
  return left.length <= groups.filter((group) => group === undefined).length ? [] : left;
}

function groupsLeft(all: readonly bigint[], groups: GroupOfInputs): bigint[] {
  const left = new Set(all);
  for (const group of groups) if (group !== undefined) left.delete(group);
  return [...left].sort((a, b) => (a < b ? -1 : 1));
}
