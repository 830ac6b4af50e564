import type { Owner, RowOwner } from '@ekv/adapter';
import { LIVE, type VersionWalk, wallTimeOf } from '@ekv/snapshot';
import type { UnitCommit, UnitHistory } from '../report.ts';
import { addressText } from './name-text.ts';

/** Commits that are told, and how many are held until the oldest of them are dropped. */
const MOST_COMMITS = 1000;
const HELD = 4 * MOST_COMMITS;

type Commit = { -readonly [K in keyof UnitCommit]: UnitCommit[K] };

/** What became of one unit, commit by commit. */
export class UnitHistoryCollector {
  readonly #owner: Owner;
  #commits = new Map<bigint, Commit>();
  /** Rows of commits that were dropped; none at or below that time is held. */
  #olderRows = 0;
  #dropped: bigint | undefined;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** Looks whether the row at hand is of the unit. */
  take(walk: VersionWalk, found: RowOwner): void {
    if (!found.isOf(this.#owner)) return;
    const at = walk.timestamp;
    if (this.#dropped !== undefined && at <= this.#dropped) {
      this.#olderRows++;
      return;
    }
    const commit = this.#commits.get(at) ?? newCommit(at);
    this.#commits.set(at, commit);
    if (walk.isDeletion) commit.deleted++;
    else {
      commit.written++;
      commit.writtenBytes += walk.keyEnd - walk.keyStart + walk.bodyBytes;
    }
    if (walk.state === LIVE) commit.live++;
    if (this.#commits.size > HELD) this.#dropOldest();
  }

  history(): UnitHistory {
    if (this.#commits.size > MOST_COMMITS) this.#dropOldest();
    const newestFirst = [...this.#commits].sort(([a], [b]) => (a > b ? -1 : 1));
    return {
      address: addressText(this.#owner),
      commits: newestFirst.map(([, commit]) => commit),
      olderRows: this.#olderRows,
    };
  }

  #dropOldest(): void {
    const newestFirst = [...this.#commits].sort(([a], [b]) => (a > b ? -1 : 1));
    for (const [, { written, deleted }] of newestFirst.slice(MOST_COMMITS)) this.#olderRows += written + deleted;
    this.#dropped = newestFirst[MOST_COMMITS]?.[0] ?? this.#dropped;
    this.#commits = new Map(newestFirst.slice(0, MOST_COMMITS));
  }
}

function newCommit(at: bigint): Commit {
  return {
    commitTs: String(at),
    atMs: Math.max(0, Number(wallTimeOf(at))),
    written: 0,
    writtenBytes: 0,
    deleted: 0,
    live: 0,
  };
}
