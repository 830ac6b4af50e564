import { ANY_GROUP, type RouteRange, Router } from '@ekv/routing';
import {
  ListedWarnings,
  MOST_UNKNOWN_FAMILIES,
  OTHER_FAMILIES,
  printable,
  type StrayJudge,
  UsageError,
  unknownFamily,
  type Warn,
} from '@ekv/snapshot';

/** Of a group that no range names: whatever lies there belongs elsewhere. */
const NOWHERE = -3;
/** Of an input whose group nobody knows. */
const UNKNOWN = -4;

interface Strays {
  count: number;
  readonly example: Uint8Array;
  readonly input: number;
  /** Index of the group that serves it. */
  readonly owner: number;
}

/** Finds and counts the rows that lie in another group than the one that serves their key. docs/format/09-groups.md, section 3.2. */
export class StrayCheck implements StrayJudge {
  readonly #router: Router;
  readonly #groups: ReadonlyArray<bigint | undefined>;
  /** Of each input: the index of its group. */
  readonly #own: Int32Array;
  readonly #found = new Map<string, Strays>();
  /** Of each input: whether a row of it lies where it is served. */
  readonly #hasServed: Uint8Array;
  /** Of each input: how many were left out, by the group that serves them. */
  readonly #leftOut: readonly Map<number, number>[];

  /** @param groups of each input, in the order of the inputs. */
  constructor(ranges: readonly RouteRange[], groups: ReadonlyArray<bigint | undefined>) {
    this.#router = new Router(ranges, { partitions: 'unknown' });
    this.#groups = groups;
    this.#own = Int32Array.from(groups, (group) => {
      if (group === undefined) return UNKNOWN;
      const index = this.#router.groups.indexOf(group);
      return index === -1 ? NOWHERE : index;
    });
    this.#hasServed = new Uint8Array(groups.length);
    this.#leftOut = groups.map(() => new Map<number, number>());
  }

  isStray(input: number, bytes: Buffer, start: number, end: number): boolean {
    const own = this.#own[input]!;
    if (own === UNKNOWN) return false;
    const owner = this.#router.find(bytes, start, end);
    if (owner !== own) return owner !== ANY_GROUP;
    this.#hasServed[input] = 1;
    return false;
  }

  /** Whether the group of a row has no snapshot here. An input of unknown group may be of any. */
  isMissing(storedKey: Uint8Array): boolean {
    const owner = this.#router.find(storedKey, 0, storedKey.length);
    return owner >= 0 && !this.#own.includes(owner) && !this.#own.includes(UNKNOWN);
  }

  leftOut(input: number, bytes: Buffer, start: number, end: number): void {
    const owner = this.#router.find(bytes, start, end);
    const ofInput = this.#leftOut[input]!;
    ofInput.set(owner, (ofInput.get(owner) ?? 0) + 1);
    const family = unknownFamily(bytes, start, end);
    const name = this.#found.has(family) || this.#found.size < MOST_UNKNOWN_FAMILIES ? family : OTHER_FAMILIES;
    const found = this.#found.get(name);
    if (found !== undefined) {
      found.count++;
      return;
    }
    this.#found.set(name, { count: 1, example: Uint8Array.from(bytes.subarray(start, end)), input, owner });
  }

  /**
   * Refuses a number that cannot be that of its snapshot: its group serves some keys, and none of the rows has such a key. All data of
   * that snapshot would be left out. To be called when all rows were judged. Throws UsageError.
   *
   * @param names of the inputs, for people.
   */
  refuseWrongNumbers(names: readonly string[]): void {
    for (const [input, owners] of this.#leftOut.entries()) {
      if (this.#own[input] === NOWHERE || this.#hasServed[input] === 1) continue;
      const [most] = [...owners].sort(([, a], [, b]) => b - a);
      if (most === undefined) continue;
      const owner = this.#router.groups[most[0]];
      throw new UsageError(
        `the numbers of the groups do not belong to these files: ${names[input]} was read as group ${this.#groups[input]}, and that group serves none of its rows; ${owner === undefined ? 'no group serves them' : `most are of group ${owner}`}; say the right numbers as N=FILE, or take the rows as they are with --keep-strays`,
      );
    }
  }

  /** One warning for each family. */
  report(warn: Warn): void {
    const strays = new ListedWarnings(warn, 'stray_rows', 'rows of more families lie in the wrong group', {
      loss: true,
    });
    for (const [family, { count, example, input, owner }] of this.#found) {
      const group = this.#router.groups[owner];
      strays.add(
        `rows lie in group ${this.#groups[input]} and ${group === undefined ? 'no group' : `group ${group}`} serves their keys, so no client sees them: they were left out`,
        {
          family: printable(Buffer.from(family, 'latin1')),
          versions: count,
          example: printable(example),
          group: this.#groups[input]!,
          owner: group ?? 'none',
        },
      );
    }
    strays.finish();
  }
}
