import { RowOwner, type UnitKind } from '@ekv/adapter';
import { FAMILIES, ownersOf } from '@ekv/core';
import { type CheckedSnapshot, LIVE, type VersionWalk } from '@ekv/snapshot';
import type { LargestUnits, ReportAdapter, UnitReport } from '../report.ts';
import { ADAPTER_ORDER } from './adapter-cells.ts';
import { Largest } from './largest.ts';
import { addressText, nameText } from './name-text.ts';
import { NamedUnits } from './named-units.ts';
import { scopeNameOf } from './scope-name.ts';
import { completeOwner, prefixLengthOf, unitId } from './unit-of-row.ts';
import type { UnitPart } from './unit-parts.ts';

/** What is known of a unit. */
interface Sum {
  readonly id: string;
  readonly adapter: ReportAdapter;
  readonly address: string;
  /** Of the first part that tells, but for one that has live rows: of a Redis key there may be deletions in the families of all types. */
  kind: UnitKind | undefined;
  scope: string | undefined;
  isOfLiveRows: boolean;
  bytes: number;
  rows: number;
  elements: number;
  oldVersions: number;
  oldBytes: number;
  writtenAtMs: number;
  /** Families of which its part is in the sum. */
  readonly families: Set<number>;
}

interface Part extends UnitPart {
  readonly unit: Pick<Sum, 'id' | 'adapter' | 'address' | 'kind' | 'scope'>;
}

/** Parts kept of each family, for each unit that is asked for: a unit that is among the largest together need not be so in each family. */
const SLACK = 3;

/**
 * The largest units. While entries pass, the largest parts of each family are kept; in the end the parts of one unit are added up, and what is not known of
 * a unit is looked for in one more walk over those families that may have it, the small ones as a rule.
 */
export class LargestUnitsFinder {
  readonly #most: number;
  readonly #families: Array<FamilyParts | undefined> = FAMILIES.map(() => undefined);
  readonly #found = new RowOwner();
  /** Units of rows that do not stand together, and the families of these. All such rows are looked for in the end. */
  readonly #named: NamedUnits<Part['unit']>;
  readonly #namedFamilies = new Set<number>();

  /** @param most units of each adapter. */
  constructor(most: number) {
    this.#most = most;
    this.#named = new NamedUnits(most);
  }

  /** Takes the rows of a unit in a family. @param firstKey gives a copy of the key of one of them. */
  add(family: number, part: UnitPart, firstKey: () => Buffer): void {
    const parts = this.#families[family] ?? new FamilyParts(this.#most * SLACK);
    this.#families[family] = parts;
    parts.count++;
    if (!parts.accepts(part)) return;
    const key = firstKey();
    const unit = this.#unitOf(family, key, 0, key.length);
    if (unit === undefined) return;
    parts.kinds.add(unit.kind);
    const { bytes, rows, elements, oldVersions, oldBytes, writtenAtMs } = part;
    const kept: Part = { unit, bytes, rows, elements, oldVersions, oldBytes, writtenAtMs };
    parts.bySize.add(weightOf(part), kept);
    if (elements > 0) parts.byElements.add(elements, kept);
  }

  /** Takes a row that tells alone of which unit it is: rows of one unit do not stand together. @param found its owner. */
  addRow(walk: VersionWalk, found: RowOwner): void {
    this.#namedFamilies.add(walk.family);
    const id = unitId(found);
    if (id === undefined) return;
    this.#named.add(id, walk.keyEnd - walk.keyStart + walk.bodyBytes, () => unitOf(found)!);
  }

  /** Once, after the last entry. @param sources that were walked over. */
  result(sources: readonly CheckedSnapshot[]): LargestUnits {
    const sums = this.#likely(this.#addedUp());
    for (const [family, parts] of this.#families.entries()) {
      if (!this.#namedFamilies.has(family) && !parts?.isOver) continue;
      const lacking = new Map([...sums].filter(([, sum]) => this.#lacks(sum, family)));
      if (lacking.size > 0) for (const source of sources) this.#addFamily(source, family, lacking);
    }
    const units = [...sums.values()];
    return { bySize: this.#best(units, weightOf), byElements: this.#best(units, ({ elements }) => elements) };
  }

  /** Twice as many as are told of each adapter: what is known of a unit is most of it. */
  #likely(sums: ReadonlyMap<string, Sum>): Map<string, Sum> {
    const likely = new Map<string, Sum>();
    for (const adapter of ADAPTER_ORDER) {
      const bySize = new Largest<Sum>(2 * this.#most);
      const byElements = new Largest<Sum>(2 * this.#most);
      for (const sum of sums.values()) {
        if (sum.adapter !== adapter) continue;
        bySize.add(weightOf(sum) + this.#named.weightOf(sum.id), sum);
        if (sum.elements > 0) byElements.add(sum.elements, sum);
      }
      for (const sum of [...bySize.items(), ...byElements.items()]) likely.set(sum.id, sum);
    }
    return likely;
  }

  #addedUp(): Map<string, Sum> {
    const sums = new Map<string, Sum>();
    for (const [family, parts] of this.#families.entries()) {
      for (const { unit, ...part } of parts?.all() ?? []) {
        const sum = sums.get(unit.id) ?? newSum(unit);
        sums.set(unit.id, sum);
        if (unit.kind !== undefined && (sum.kind === undefined || (part.rows > 0 && !sum.isOfLiveRows)))
          Object.assign(sum, { kind: unit.kind, scope: unit.scope, isOfLiveRows: part.rows > 0 });
        sum.families.add(family);
        addPart(sum, part);
      }
    }
    for (const unit of this.#named.candidates()) if (!sums.has(unit.id)) sums.set(unit.id, newSum(unit));
    return sums;
  }

  #lacks({ adapter, kind, families }: Sum, family: number): boolean {
    if (FAMILIES[family]!.adapter !== adapter || families.has(family)) return false;
    if (this.#namedFamilies.has(family)) return true;
    const { kinds } = this.#families[family]!;
    return kind === undefined || kinds.has(undefined) || kinds.has(kind);
  }

  /** One more walk over a family, for some units. */
  #addFamily(source: CheckedSnapshot, family: number, lacking: ReadonlyMap<string, Sum>): void {
    const walk = source.versions({ family: FAMILIES[family]!.prefix });
    let prefixLength = 0;
    let sum: Sum | undefined;
    while (walk.next()) {
      if (walk.family !== family) continue;
      const found = this.#find(family, walk.bytes, walk.keyStart, walk.keyEnd);
      const telling = found && completeOwner(found, walk);
      const length = telling === 'by its key' ? prefixLengthOf(found!, walk) : 0;
      if (length === 0 || length !== prefixLength || walk.shared < length) {
        const id = found && unitId(found);
        sum = id === undefined ? undefined : lacking.get(id);
        prefixLength = length;
      }
      if (sum !== undefined) addPart(sum, partOf(walk, found!.role === 'element'));
    }
  }

  #unitOf(family: number, bytes: Buffer, start: number, end: number): Part['unit'] | undefined {
    const found = this.#find(family, bytes, start, end);
    return found && unitOf(found);
  }

  #find(family: number, bytes: Buffer, start: number, end: number): RowOwner | undefined {
    const { adapter } = FAMILIES[family]!;
    return ownersOf(adapter!)!.find(this.#found, bytes, start, end) ? this.#found : undefined;
  }

  /** The best of each adapter. */
  #best(units: readonly Sum[], weight: (unit: Sum) => number): UnitReport[] {
    const byAdapter = new Map<ReportAdapter, Largest<Sum>>();
    for (const unit of units) {
      const largest = byAdapter.get(unit.adapter) ?? new Largest<Sum>(this.#most);
      byAdapter.set(unit.adapter, largest);
      if (weight(unit) > 0) largest.add(weight(unit), unit);
    }
    return Array.from(byAdapter.values(), (largest) => largest.items())
      .flat()
      .sort((a, b) => weight(b) - weight(a) || (a.address < b.address ? -1 : 1))
      .map(({ id: _, families: __, kind: ___, isOfLiveRows: ____, scope, ...unit }) => ({
        ...unit,
        scope: scope ?? '',
      }));
  }
}

function unitOf(found: RowOwner): Part['unit'] | undefined {
  const id = unitId(found);
  if (id === undefined) return undefined;
  const scope = found.kind === undefined ? undefined : nameText(Buffer.from(scopeNameOf(found), 'latin1'));
  return { id, adapter: found.adapter, address: addressText(found.owner()), kind: found.kind, scope };
}

/** The largest parts of a family. */
class FamilyParts {
  readonly bySize: Largest<Part>;
  readonly byElements: Largest<Part>;
  readonly #most: number;
  /** Of units that have rows in it; `undefined`: its rows do not tell. */
  readonly kinds = new Set<UnitKind | undefined>();
  count = 0;

  constructor(most: number) {
    this.#most = most;
    this.bySize = new Largest(most);
    this.byElements = new Largest(most);
  }

  /** Whether there were more parts than are kept: what is not there may exist. */
  get isOver(): boolean {
    return this.count > this.#most;
  }

  accepts(part: UnitPart): boolean {
    return this.bySize.accepts(weightOf(part)) || (part.elements > 0 && this.byElements.accepts(part.elements));
  }

  all(): Iterable<Part> {
    return new Set([...this.bySize.items(), ...this.byElements.items()]);
  }
}

function weightOf({ bytes, oldBytes }: Pick<UnitPart, 'bytes' | 'oldBytes'>): number {
  return bytes + oldBytes;
}

function newSum(unit: Part['unit']): Sum {
  return {
    ...unit,
    isOfLiveRows: false,
    bytes: 0,
    rows: 0,
    elements: 0,
    oldVersions: 0,
    oldBytes: 0,
    writtenAtMs: 0,
    families: new Set(),
  };
}

function addPart(sum: Sum, part: UnitPart): void {
  sum.bytes += part.bytes;
  sum.rows += part.rows;
  sum.elements += part.elements;
  sum.oldVersions += part.oldVersions;
  sum.oldBytes += part.oldBytes;
  if (part.writtenAtMs > sum.writtenAtMs) sum.writtenAtMs = part.writtenAtMs;
}

function partOf(walk: VersionWalk, isElement: boolean): UnitPart {
  const bytes = walk.keyEnd - walk.keyStart + walk.bodyBytes;
  if (walk.state !== LIVE) return { bytes: 0, rows: 0, elements: 0, oldVersions: 1, oldBytes: bytes, writtenAtMs: 0 };
  const elements = isElement ? 1 : 0;
  return { bytes, rows: 1, elements, oldVersions: 0, oldBytes: 0, writtenAtMs: walk.committedMs };
}
