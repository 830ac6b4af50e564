import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readEncodeInfo } from '@ekv/manifest';
import type { Warning } from '@ekv/snapshot';
import { plant } from '@ekv/test-support/temporary-folder';
import { REDIS } from '../dump.test-data.ts';
import type { BeforeSelfTest } from '../encode/tested-snapshot.ts';
import type { PublishRequest, PublishResult } from './publish-request.ts';
import { publishWith } from './publish-snapshot.ts';

const TOOL_VERSION = 'ekv/1.2.3';

/** A request that publishes the Redis part of `<folder>/tree` to `<folder>/place/out.fsm`. */
export function publishRequest(folder: string, more: Partial<PublishRequest> = {}): PublishRequest {
  return {
    input: join(folder, 'tree'),
    output: join(folder, 'place/out.fsm'),
    adapters: REDIS,
    toolVersion: TOOL_VERSION,
    scratchRoot: join(folder, 'scratch'),
    ...more,
  };
}

/** What an earlier run left at the three places. */
export const OLDER = { output: 'old snapshot', sidecar: 'old sidecar', report: 'old report' };

export function plantOlder(folder: string): void {
  plant(folder, {
    'place/out.fsm': OLDER.output,
    'place/out.fsm.encode_info.json': OLDER.sidecar,
    'place/out.fsm.mismatch.txt': OLDER.report,
  });
}

export interface Attempt {
  readonly result?: PublishResult;
  readonly error?: Error;
  /** But for the one that a selection of adapters always gives. */
  readonly warnings: readonly Warning[];
}

/** One run, whatever becomes of it. */
export function attempt(request: PublishRequest, beforeSelfTest: BeforeSelfTest = () => {}): Attempt {
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => {
    if (warning.event !== 'partial_snapshot') warnings.push(warning);
  };
  try {
    return { result: publishWith(request, { warn }, beforeSelfTest), warnings };
  } catch (error) {
    return { error: error as Error, warnings };
  }
}

type Found = 'as before' | 'none' | 'new' | 'folder' | 'link' | 'special';

export interface Places {
  readonly output: Found;
  readonly sidecar: Found;
  readonly report: Found;
  /** Names of other files that begin like the output. */
  readonly temporaries: readonly string[];
}

/** What is at the three places, and beside them. */
export function placesOf(output: string): Places {
  const [sidecar, report] = [`${output}.encode_info.json`, `${output}.mismatch.txt`];
  const known = new Set([output, sidecar, report].map((path) => basename(path)));
  return {
    output: foundAt(output, OLDER.output),
    sidecar: foundAt(sidecar, OLDER.sidecar),
    report: foundAt(report, OLDER.report),
    temporaries: readdirSync(dirname(output)).filter((name) => name.startsWith(basename(output)) && !known.has(name)),
  };
}

function foundAt(path: string, older: string): Found {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'none';
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isDirectory()) return 'folder';
  if (!stat.isFile()) return 'special';
  return readFileSync(path, 'latin1') === older ? 'as before' : 'new';
}

/** The sidecar of an output. */
export function sidecarOf(output: string) {
  const path = `${output}.encode_info.json`;
  return readEncodeInfo(readFileSync(path), path);
}
