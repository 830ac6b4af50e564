import type { RouteRange } from '../ranges/route-range.ts';

/** Of each input the id of its group; nothing where it is not known. */
type GroupOfInputs = ReadonlyArray<bigint | undefined>;

/**
 * The groups of inputs, where one input alone that is not known is of the one group alone that has a range and no input.
 * docs/format/10-routing.md, section 6.
 */
export function withLastGroup(ranges: readonly RouteRange[], groups: GroupOfInputs): Array<bigint | undefined> {
  const [last, ...others] = groupsLeft(ranges, groups);
  const unknown = groups.filter((group) => group === undefined);
  return unknown.length === 1 && others.length === 0 ? groups.map((group) => group ?? last) : [...groups];
}

/** Groups that have a range and no input, ascending; none when as many inputs are of unknown groups, for they may be of these. */
export function missingGroups(ranges: readonly RouteRange[], groups: GroupOfInputs): bigint[] {
  const left = groupsLeft(ranges, groups);
  return left.length <= groups.filter((group) => group === undefined).length ? [] : left;
}

function groupsLeft(ranges: readonly RouteRange[], groups: GroupOfInputs): bigint[] {
  const left = new Set(ranges.map(({ group }) => group));
  for (const group of groups) if (group !== undefined) left.delete(group);
  return [...left].sort((a, b) => (a < b ? -1 : 1));
}
