import { ANY_GROUP, type RouteRange, Router } from '@ekv/routing';
import {
  ListedWarnings,
  MOST_UNKNOWN_FAMILIES,
  OTHER_FAMILIES,
  printable,
  type StrayJudge,
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

  /** @param groups of each input, in the order of the inputs. */
  constructor(ranges: readonly RouteRange[], groups: ReadonlyArray<bigint | undefined>) {
    this.#router = new Router(ranges, { partitions: 'unknown' });
    this.#groups = groups;
    this.#own = Int32Array.from(groups, (group) => {
      if (group === undefined) return UNKNOWN;
      const index = this.#router.groups.indexOf(group);
      return index === -1 ? NOWHERE : index;
    });
  }

  isStray(input: number, bytes: Buffer, start: number, end: number): boolean {
    const own = this.#own[input]!;
    if (own === UNKNOWN) return false;
    const owner = this.#router.find(bytes, start, end);
    return owner !== own && owner !== ANY_GROUP;
  }

  /** Whether the group of a row has no snapshot here. An input of unknown group may be of any. */
  isMissing(storedKey: Uint8Array): boolean {
    const owner = this.#router.find(storedKey, 0, storedKey.length);
    return owner >= 0 && !this.#own.includes(owner) && !this.#own.includes(UNKNOWN);
  }

  leftOut(input: number, bytes: Buffer, start: number, end: number): void {
    const family = unknownFamily(bytes, start, end);
    const name = this.#found.has(family) || this.#found.size < MOST_UNKNOWN_FAMILIES ? family : OTHER_FAMILIES;
    const found = this.#found.get(name);
    if (found !== undefined) {
      found.count++;
      return;
    }
    const owner = this.#router.find(bytes, start, end);
    this.#found.set(name, { count: 1, example: Uint8Array.from(bytes.subarray(start, end)), input, owner });
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
