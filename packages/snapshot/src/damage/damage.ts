import { SINGLE_WARNINGS } from '../listed-warnings.ts';
import type { Warn } from '../warning.ts';

/** A kind of damage; docs/format/01-snapshot.md, section 5.1. */
export interface DamageKind {
  /** Name of its count in MANIFEST.json; the warning is `salvage_` and this name. */
  readonly name: string;
  /** What is wrong, in the plural. */
  readonly says: string;
  /** What was done about it. */
  readonly advice: string;
}

const LEFT_OUT = 'they were left out';

export const UNREADABLE_BYTES: DamageKind = {
  name: 'bytes',
  says: 'bytes of the file cannot be read as entries',
  advice: 'what stood there is lost',
};
export const DAMAGED_ENTRIES: DamageKind = {
  name: 'entries',
  says: 'entries are damaged as such, or encrypted',
  advice: LEFT_OUT,
};
export const DAMAGED_ROWS: DamageKind = {
  name: 'rows',
  says: 'rows break a rule of their adapter',
  advice: LEFT_OUT,
};
export const WRONG_CHECKSUM: DamageKind = {
  name: 'checksum',
  says: 'the checksum at the end of the file does not match',
  advice: 'a row that is in the tree can be wrong where that does not show',
};
export const CUT_END: DamageKind = {
  name: 'cut_end',
  says: 'the file was cut: it has neither the checksum nor the last rows that a node writes',
  advice: 'rows that stood behind its end are lost',
};
export const DAMAGED_HEADER: DamageKind = {
  name: 'header',
  says: 'the header of the file is damaged',
  advice: 'it was read as the header that it is nearest to; check last_commit_ts in MANIFEST.json',
};

export const LOST_ROWS: DamageKind = {
  name: 'lost_rows',
  says: 'rows that the manifest of the SST files counts could not be read, or may be older than one that could not',
  advice: LEFT_OUT,
};
export const SST_FILES: DamageKind = {
  name: 'sst_files',
  says: 'SST files are not as the manifest of the snapshot has them',
  advice: 'a row that is in the tree can be wrong where that does not show',
};

const ORPHANED_ROWS: DamageKind = {
  name: 'orphans',
  says: 'rows belong to something without a row that can be read: that row is damaged, or was not in the snapshot',
  advice: LEFT_OUT,
};

type Found = Map<DamageKind, { count: number; readonly examples: string[] }>;

/** What was left out of one file that is salvaged, by kind, with the first examples of each. */
export class Damage {
  readonly #found: Found = new Map();
  readonly #orphans: Found = new Map();

  /** @param example where it stands and how it shows, in one line for people. Made only for the first ones of a kind. */
  add(kind: DamageKind, example: () => string, count = 1): void {
    addTo(this.#found, kind, example, count);
  }

  /**
   * Rows that were left out because what they belong to has no row that can be read. A file that is whole can have some, left by a
   * deletion, so they are no damage by themselves: they count when anything else is damaged.
   */
  addOrphans(example: () => string, count: number): void {
    addTo(this.#orphans, ORPHANED_ROWS, example, count);
  }

  /** By the names of the kinds; `undefined` when the file turned out whole. */
  counts(): Readonly<Record<string, number>> | undefined {
    if (this.#found.size === 0) return undefined;
    return Object.fromEntries([...this.#all()].map(([{ name }, { count }]) => [name, count]));
  }

  /** One warning for each kind, in the order in which the kinds were found first; rows that lack what they belong to after them. */
  report(warn: Warn): void {
    for (const [{ name, says, advice }, { count, examples }] of this.#all()) {
      const [example, ...more] = examples;
      warn({
        event: `salvage_${name}`,
        message: `${says}, for example ${example}; ${advice}`,
        fields: { count, example: example!, ...(more.length > 0 ? { more: more.join(' | ') } : {}) },
        loss: true,
      });
    }
  }

  #all(): Found {
    return this.#found.size === 0 ? this.#found : new Map([...this.#found, ...this.#orphans]);
  }
}

function addTo(all: Found, kind: DamageKind, example: () => string, count: number): void {
  const found = all.get(kind) ?? { count: 0, examples: [] };
  all.set(kind, found);
  found.count += count;
  if (found.examples.length < SINGLE_WARNINGS) found.examples.push(example());
}
