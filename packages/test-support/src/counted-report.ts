import type { PlainAmounts, PlainCount, PlainUnit } from './plain-count.ts';

/** Units of each adapter that a report is asked to tell. */
export const TOP = 200;

interface ReportAmounts {
  readonly units: number;
  readonly rows: number;
  readonly liveBytes: number;
  readonly oldVersions: number;
  readonly oldBytes: number;
  readonly tombstones: number;
  readonly tombstoneBytes: number;
  readonly expired: number;
  readonly expiredBytes: number;
  readonly encrypted: number;
  readonly encryptedBytes: number;
}

interface ReportNode {
  readonly amounts: ReportAmounts;
}

/** What of a report a plain count tells too. */
interface CountedReport {
  readonly totals: ReportAmounts;
  readonly families: readonly ReportNode[];
  readonly adapters: ReadonlyArray<
    ReportNode & { readonly adapter: string; readonly scopes: ReadonlyArray<ReportNode & { readonly name: string }> }
  >;
  readonly largest: { readonly bySize: readonly PlainUnit[]; readonly byElements: readonly PlainUnit[] };
  readonly sizes: {
    readonly buckets: ReadonlyArray<{
      readonly from: number;
      readonly below: number;
      readonly rows: number;
      readonly bytes: number;
    }>;
  };
}

/** Of a report with {@link TOP} units, in the form that {@link countedPlainly} has: so that both can be compared as wholes. */
export function countedInReport({ totals, families, adapters, largest, sizes }: CountedReport) {
  const scopes = adapters.flatMap(({ adapter, scopes: all }) =>
    all.map(({ name, amounts }) => [`${adapter} ${name}`, amounts] as const),
  );
  return {
    totals: byState(totals),
    families: sumOf(families),
    adapters: sumOf(adapters),
    scopes: sorted(scopes.map(([name, amounts]) => [name, byState(amounts)])),
    things: sorted(scopes.map(([name, { units }]) => [name, units] as const).filter(([, units]) => units > 0)),
    bySize: weights(largest.bySize),
    byElements: elements(largest.byElements),
    units: largest.bySize.length < TOP ? tuples(largest.bySize) : [],
    sizes: sizes.buckets
      .filter(({ rows }) => rows > 0)
      .map(({ from, below, rows, bytes }) => [from, below, rows, bytes]),
  };
}

export function countedPlainly({
  totals,
  scopes,
  things,
  units,
  live,
}: PlainCount): ReturnType<typeof countedInReport> {
  const known = units.filter(({ bytes, oldBytes }) => bytes + oldBytes > 0);
  const told = ADAPTERS.flatMap((adapter) => best(known, adapter, weightOf));
  const many = ADAPTERS.flatMap((adapter) => best(known, adapter, (unit) => unit.elements));
  const all = [...scopes.values()];
  return {
    totals,
    families: totalOf(totals),
    adapters: all.map(totalOf).reduce((sum, one) => sum + one, 0),
    scopes: sorted([...scopes]),
    things: sorted([...things]),
    bySize: weights(told),
    byElements: elements(many.filter((unit) => unit.elements > 0)),
    units: told.length < TOP ? tuples(told) : [],
    sizes: bucketsOf(live.map(({ bytes }) => bytes)),
  };
}

const ADAPTERS = ['redis', 'dynamodb', 's3', 'sqs'] as const;

function byState(amounts: ReportAmounts): PlainAmounts {
  return {
    live: { count: amounts.rows, bytes: amounts.liveBytes },
    old: { count: amounts.oldVersions, bytes: amounts.oldBytes },
    deleted: { count: amounts.tombstones, bytes: amounts.tombstoneBytes },
    expired: { count: amounts.expired, bytes: amounts.expiredBytes },
    encrypted: { count: amounts.encrypted, bytes: amounts.encryptedBytes },
  };
}

function totalOf(amounts: PlainAmounts): number {
  return Object.values(amounts).reduce((sum, { bytes }) => sum + bytes, 0);
}

function sumOf(nodes: readonly ReportNode[]): number {
  return nodes.reduce((sum, { amounts }) => sum + totalOf(byState(amounts)), 0);
}

function sorted<T>(pairs: ReadonlyArray<readonly [string, T]>): Array<readonly [string, T]> {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
}

function weightOf({ bytes, oldBytes }: PlainUnit): number {
  return bytes + oldBytes;
}

function best(units: readonly PlainUnit[], adapter: string, weight: (unit: PlainUnit) => number): PlainUnit[] {
  return units
    .filter((unit) => unit.adapter === adapter)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, TOP);
}

function weights(units: readonly PlainUnit[]): string[] {
  return units.map((unit) => `${unit.adapter} ${String(weightOf(unit)).padStart(12)}`).sort();
}

function elements(units: readonly PlainUnit[]): string[] {
  return units.map((unit) => `${unit.adapter} ${String(unit.elements).padStart(12)}`).sort();
}

function tuples(units: readonly PlainUnit[]): string[] {
  return units
    .map(({ adapter, rows, bytes, elements: many, oldVersions, oldBytes }) =>
      JSON.stringify({ adapter, rows, bytes, elements: many, oldVersions, oldBytes }),
    )
    .sort();
}

/** By powers of two. */
function bucketsOf(sizes: readonly number[]): number[][] {
  const buckets = new Map<number, number[]>();
  for (const size of sizes) {
    let below = 1;
    while (below <= size) below *= 2;
    const bucket = buckets.get(below) ?? [below === 1 ? 0 : below / 2, below, 0, 0];
    buckets.set(below, bucket);
    bucket[2]!++;
    bucket[3]! += size;
  }
  return [...buckets.values()].sort(([a], [b]) => a! - b!);
}
