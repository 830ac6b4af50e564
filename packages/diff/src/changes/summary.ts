import type { AdapterName } from '@ekv/adapter';
import type { Change, ChangeKind } from './change.ts';

/** How many units are of each kind. */
export type ChangeCounts = Record<ChangeKind, number>;

/** What changed in one table, bucket or queue, or of one type of Redis keys. */
export interface ScopeSummary {
  readonly adapter: AdapterName;
  /** Name of the table, bucket or queue. Redis has none. */
  readonly scope: Buffer | undefined;
  /** Address of the scope; of Redis the adapter alone. */
  readonly address: string;
  /** Of Redis keys; one whose type changed counts for the new one. */
  readonly type: string | undefined;
  /** Units. */
  readonly counts: ChangeCounts;
  /** What became of the scope itself: with `changed` it is its settings. `undefined`: nothing. */
  readonly itself: ChangeKind | undefined;
}

interface Row extends ScopeSummary {
  itself: ChangeKind | undefined;
}

/** Scopes that are counted one by one; what is in more of them counts for their adapter. */
const MOST_SCOPES = 100_000;

/** Sums changes up, by adapter and scope. */
export class Summary {
  readonly #rows = new Map<string, Row>();
  /** Units and scopes in all. */
  readonly units: ChangeCounts = noCounts();
  readonly scopes: ChangeCounts = noCounts();

  add(change: Change): void {
    const row = this.#rowOf(change);
    if (change.isScope) {
      this.scopes[change.change]++;
      row.itself = change.change;
    } else {
      this.units[change.change]++;
      row.counts[change.change]++;
    }
  }

  get isSame(): boolean {
    return this.#rows.size === 0;
  }

  /** In the order of the changes; the types of Redis keys in that of their names. */
  rows(): ScopeSummary[] {
    const rows = [...this.#rows.values()];
    const redis = rows.filter(({ adapter }) => adapter === 'redis');
    return [
      ...redis.sort((a, b) => (a.type! < b.type! ? -1 : 1)),
      ...rows.filter(({ adapter }) => adapter !== 'redis'),
    ];
  }

  #rowOf({ adapter, scope, type, scopeAddress }: Change): Row {
    const name = `${scopeAddress} ${type ?? ''}`;
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    if (this.#rows.size < MOST_SCOPES) return this.#newRow(name, { adapter, scope, type, address: scopeAddress });
    return (
      this.#rows.get(adapter) ?? this.#newRow(adapter, { adapter, scope: undefined, type: undefined, address: adapter })
    );
  }

  #newRow(name: string, scope: Omit<ScopeSummary, 'counts' | 'itself'>): Row {
    const row = { ...scope, counts: noCounts(), itself: undefined };
    this.#rows.set(name, row);
    return row;
  }
}

function noCounts(): ChangeCounts {
  return { added: 0, removed: 0, changed: 0 };
}
