import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Warning } from '@ekv/snapshot';
import { REDIS } from '../dump.test-data.ts';
import type { PublishGroupsRequest, PublishGroupsResult } from './groups-request.ts';
import { publishGroupsWith } from './publish-groups.ts';
import type { BeforeGroupsTest } from './written-groups.ts';

export const TOOL_VERSION = 'ekv/1.2.3';

/** A request that publishes the Redis part of `<folder>/tree` to `<folder>/place/out`. */
export function groupsRequest(folder: string, more: Partial<PublishGroupsRequest> = {}): PublishGroupsRequest {
  return {
    input: join(folder, 'tree'),
    output: join(folder, 'place/out'),
    adapters: REDIS,
    toolVersion: TOOL_VERSION,
    scratchRoot: join(folder, 'scratch'),
    groups: ':m=1,m:=2',
    ...more,
  };
}

export interface GroupsAttempt {
  readonly result?: PublishGroupsResult;
  readonly error?: Error;
  /** But for the one that a selection of adapters always gives. */
  readonly warnings: readonly Warning[];
}

/** One run, whatever becomes of it. */
export function attemptGroups(
  request: PublishGroupsRequest,
  beforeSelfTest: BeforeGroupsTest = () => {},
): GroupsAttempt {
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => {
    if (warning.event !== 'partial_snapshot') warnings.push(warning);
  };
  try {
    return { result: publishGroupsWith(request, { warn }, beforeSelfTest), warnings };
  } catch (error) {
    return { error: error as Error, warnings };
  }
}

/** Names in the place of the output, and in the output. */
export function placed(folder: string): { readonly beside: readonly string[]; readonly files: readonly string[] } {
  const output = join(folder, 'place/out');
  return { beside: readdirSync(join(folder, 'place')), files: existsSync(output) ? readdirSync(output).sort() : [] };
}
