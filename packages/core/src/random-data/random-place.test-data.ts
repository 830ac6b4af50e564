import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { catalogRows, type RouteRange } from '@ekv/routing';
import type { Warning } from '@ekv/snapshot';
import type { Entry } from '@ekv/test-support/node-file';
import { tarMembers } from '@ekv/test-support/tar-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { type DecodeGroupsRequest, decodeGroups } from '../decode/decode-groups.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { groupBytes } from '../groups/groups.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { groupByRule, groupsOf } from './random-ranges.test-data.ts';

/** What a decode gives, without what says from where it comes. */
export interface Seen {
  readonly tree: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** A folder in which a property is tried; a dump in it goes with the next decode. */
export class RandomPlace {
  readonly folder = temporaryFolder();
  /** What was decoded last. */
  readonly dump: string = join(this.folder, 'out.tar');

  constructor() {
    mkdirSync(join(this.folder, 'scratch'));
    mkdirSync(join(this.folder, 'place'));
  }

  /** @param files bytes by name; with the numbers that `groups` has for them, in their order. */
  decoded(
    files: Readonly<Record<string, Uint8Array>>,
    groups: ReadonlyArray<bigint | undefined> = [],
    more: Partial<DecodeGroupsRequest> = {},
  ): Seen {
    plant(this.folder, files);
    const inputs = Object.keys(files).map((name, i) => ({ path: join(this.folder, name), group: groups[i] }));
    const seen = this.decodedFiles(inputs, more);
    for (const { path } of inputs) rmSync(path);
    return seen;
  }

  decodedFiles(inputs: DecodeGroupsRequest['inputs'], more: Partial<DecodeGroupsRequest> = {}): Seen {
    // One file, which is brought to the disk sooner than a tree of many.
    const output = this.dump;
    rmSync(output, { force: true });
    const warnings: Warning[] = [];
    const request = {
      inputs,
      output,
      adapters: ADAPTER_NAMES,
      exclusions: { ...NO_EXCLUSIONS, rename_s3_collisions: true },
      toolVersion: 'ekv/test',
      scratchRoot: join(this.folder, 'scratch'),
      ...more,
    };
    decodeGroups(request, { warn: (warning) => warnings.push(warning) });
    const tree = dataOf(tarMembers(readFileSync(output)));
    return { tree, warnings: warnings.map(({ event }) => event).sort() };
  }
}

/** Of the files of a dump all but the manifest, which says where it comes from, and when. */
function dataOf(files: Readonly<Record<string, string>>): Record<string, string> {
  const { 'MANIFEST.json': _, CHECKSUMS, ...tree } = files;
  return { ...tree, CHECKSUMS: CHECKSUMS!.replace(/^.* {2}MANIFEST\.json\n/m, '') };
}

export interface SpreadOptions {
  /** Draws the group of rows that may lie in any. */
  readonly draw: number;
  /** Of the first group; the others have lower ones. */
  readonly headerTimestamp: bigint;
  /** Leaves the catalog out. */
  readonly withoutCatalog?: boolean;
}

/** The file of each group of these ranges, in the order of {@link groupsOf}; one of them has the catalog. */
export function spread(
  entries: readonly Entry[],
  ranges: readonly RouteRange[],
  { draw, headerTimestamp, withoutCatalog = false }: SpreadOptions,
): Record<string, Buffer> {
  const groups = groupsOf(ranges);
  const rows: Entry[][] = groups.map(() => []);
  const catalog = withoutCatalog ? [] : catalogRows(ranges).map((row): Entry => ({ ...row, timestamp: 1n }));
  for (const entry of [...entries, ...catalog]) {
    const key = typeof entry.key === 'string' ? entry.key : Buffer.from(entry.key).toString('latin1');
    const group = groupByRule(key, ranges);
    rows[group === undefined ? (key.length * 7 + draw) % groups.length : groups.indexOf(group)]!.push(entry);
  }
  const first = draw % groups.length;
  return Object.fromEntries(
    groups.map((group, i) => {
      const header = {
        headerTimestamp: i === first ? headerTimestamp : headerTimestamp - BigInt(i),
        ceilingMs: 50_000n,
      };
      return [`${group}.fsm`, groupBytes(rows[i]!, header)];
    }),
  );
}
