import { DataError } from '@ekv/snapshot';
import type { RouteRange } from '../ranges/route-range.ts';
import { FieldReader } from './field-reader.ts';
import { flag, u64 } from './fields.ts';

/** A route of the catalog is in use; another state says that its range is on its way to another group. */
export const ACTIVE = 0;
const LAST_STATE = 3;
const FORM = 2;

/** A range as the catalog of a cluster has it. docs/format/10-routing.md, section 5. */
export interface Route extends RouteRange {
  /** Not 0. */
  readonly id: bigint;
  /** {@link ACTIVE}, or 1 write-fenced, 2 being moved away, 3 being moved in. */
  readonly state: number;
  /** Id of the route that it was split from, 0 for none. */
  readonly parent: bigint;
  /** Commit timestamp of the split, 0 for none. */
  readonly splitAt: bigint;
}

/** The value of the row of a route. */
export function routeBytes({ id, group, state, parent, start, end, splitAt }: Route): Buffer {
  return Buffer.concat([
    flag(FORM),
    u64(id),
    u64(group),
    flag(state),
    u64(parent),
    u64(start.length),
    start,
    ...(end === undefined ? [flag(0)] : [flag(1), u64(end.length), end]),
    u64(splitAt),
  ]);
}

/** The route in the value of such a row. Throws DataError that names the rule; `name` is what the row is, for its message. */
export function readRoute(value: Uint8Array, name: string): Route {
  const fields = new FieldReader(value, name);
  const form = fields.byte();
  if (form === 0) throw new DataError(`${name}: the first byte is 0; a route begins with its form, 1 or higher`);
  const id = fields.u64();
  const group = fields.u64();
  if (id === 0n || group === 0n) throw new DataError(`${name}: id ${id}, group ${group}; neither may be 0`);
  const state = fields.byte();
  if (state > LAST_STATE) throw new DataError(`${name}: state ${state} is none from 0 to ${LAST_STATE}`);
  const parent = fields.u64();
  const start = fields.bytes();
  const hasEnd = fields.byte();
  if (hasEnd > 1) throw new DataError(`${name}: the byte before the end is ${hasEnd}; it is 0 or 1`);
  const end = hasEnd === 1 ? fields.bytes() : undefined;
  const splitAt = form === 1 ? 0n : fields.u64();
  // Later forms have more fields, which nobody here knows.
  if (form <= FORM) fields.end();
  return { id, group, state, parent, start, ...(end === undefined ? {} : { end }), splitAt };
}
