import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@ekv/manifest';
import { readManifest } from '@ekv/manifest';
import { catalogRows, parseRanges } from '@ekv/routing';
import type { Warning } from '@ekv/snapshot';
import { type Entry, encodedEntry, footerOf, payloadBytes } from '@ekv/test-support/node-file';
import { plant } from '@ekv/test-support/temporary-folder';
import { type DecodeGroupsRequest, decodeGroups } from '../decode/decode-groups.ts';
import type { DecodeResult } from '../decode/decode-request.ts';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';

/** What the node says about the snapshot of a group. */
export interface GroupHeader {
  readonly headerTimestamp?: bigint;
  /** Of the wrapper; without it the file has none, and no footer either. */
  readonly ceilingMs?: bigint;
  readonly minRetainedTs?: bigint;
}

/** The file of one group, as a node writes it. */
export function groupBytes(entries: readonly Entry[], header: GroupHeader = {}): Buffer {
  const { headerTimestamp = 1000n, ceilingMs, minRetainedTs } = header;
  const rows = entries.map(encodedEntry).sort((a, b) => Buffer.compare(a.key, b.key));
  if (minRetainedTs !== undefined) rows.push({ key: Buffer.from('_meta_min_retained_ts'), value: le(minRetainedTs) });
  const payload = payloadBytes(rows, headerTimestamp);
  if (ceilingMs === undefined) return payload;
  const wrapper = Buffer.from('EKVTHLC1\0\0\0\0\0\0\0\0', 'latin1');
  wrapper.writeBigUInt64BE(ceilingMs, 8);
  const bytes = Buffer.concat([wrapper, payload]);
  return Buffer.concat([bytes, footerOf(bytes)]);
}

function le(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** The rows of a catalog for these ranges. */
export function catalogEntries(ranges: string, timestamp = 1n): Entry[] {
  return catalogRows(parseRanges(ranges, 'ranges')).map(({ key, value }) => ({ key, value, timestamp }));
}

export interface GroupsAttempt {
  readonly result?: DecodeResult;
  readonly error?: Error;
  readonly warnings: readonly Warning[];
  /** Strings of database 0, by name. */
  readonly strings: Readonly<Record<string, string>>;
  readonly manifest?: Manifest;
}

/** Plants files below the folder, and decodes those that are named, or all; whatever becomes of it. Scratch must be empty after it. */
export function attemptGroups(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
  more: Partial<DecodeGroupsRequest> = {},
): GroupsAttempt {
  plant(folder, files);
  const request = {
    inputs: Object.keys(files).map((path) => ({ path: join(folder, path) })),
    output: join(folder, 'out'),
    adapters: REDIS,
    exclusions: NO_EXCLUSIONS,
    toolVersion: 'ekv/test',
    scratchRoot: join(folder, 'scratch'),
    ...more,
  };
  plant(folder, { 'scratch/keep': '' });
  const warnings: Warning[] = [];
  const outcome = outcomeOf(() => decodeGroups(request, { warn: (warning) => warnings.push(warning) }));
  const left = readdirSync(join(folder, 'scratch')).filter((name) => name !== 'keep');
  if (left.length > 0) throw new Error(`the decode left ${left.join(', ')} in its scratch folder`);
  return { ...outcome, warnings, ...treeAt(join(folder, 'out')) };
}

function outcomeOf(decode: () => DecodeResult): Pick<GroupsAttempt, 'result' | 'error'> {
  try {
    return { result: decode() };
  } catch (error) {
    return { error: error as Error };
  }
}

function treeAt(root: string): Pick<GroupsAttempt, 'strings' | 'manifest'> {
  const path = join(root, 'MANIFEST.json');
  if (!existsSync(path)) return { strings: {} };
  const folder = join(root, 'redis/db_0/strings');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const strings = names.map((name) => [name.slice(0, -'.bin'.length), readFileSync(join(folder, name), 'latin1')]);
  return { strings: Object.fromEntries(strings), manifest: readManifest(readFileSync(path), path) };
}
