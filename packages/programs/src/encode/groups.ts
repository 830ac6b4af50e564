import type { Ending, GivenFlags } from '@ekv/command-line';
import type { PublishedGroups, PublishGroupsRequest, RejectedGroups } from '@ekv/core';
import { UsageError } from '@ekv/snapshot';
import { mismatchText } from './mismatch-text.ts';

/** Whether a snapshot for each group is to be made. Throws UsageError for flags that go with groups alone. */
export function isOfGroups(flags: GivenFlags): boolean {
  if (flags.text('groups') !== undefined) return true;
  if (flags.text('partition-map') !== undefined) throw new UsageError('--partition-map goes with --groups');
  if (flags.isOn('with-catalog')) throw new UsageError('--with-catalog goes with --groups');
  return false;
}

/** What of a request is of groups alone. */
export function groupsOf(flags: GivenFlags): Pick<PublishGroupsRequest, 'groups' | 'partitionMap' | 'withCatalog'> {
  const partitionMap = flags.text('partition-map');
  return {
    groups: flags.text('groups') ?? '',
    ...(partitionMap === undefined ? {} : { partitionMap }),
    withCatalog: flags.isOn('with-catalog'),
  };
}

export function publishedGroups(result: PublishedGroups): Ending {
  const { output, bytes, entries, rows, groups, selfTest, lastCommitTs, warnings, isPartial, withCatalog } = result;
  const mode = result.mode.toString(8).padStart(4, '0');
  const hasPassed = selfTest === 'passed';
  return {
    exitCode: 0,
    message: isPartial ? 'encoded, incomplete: the dump was salvaged' : 'encode complete',
    fields: {
      output,
      groups: groups.map(({ group }) => group).join(','),
      bytes,
      self_test: hasPassed,
      adapters: [...rows.keys()].join(','),
      entries,
      ...Object.fromEntries(rows),
      catalog: withCatalog,
      last_commit_ts: lastCommitTs,
      mode,
      ...(isPartial ? { partial: true } : {}),
      warning_count: warnings,
    },
    json: {
      ...factsOf(result),
      mode,
      partial: isPartial,
      self_test: { ran: hasPassed, matched: hasPassed },
    },
  };
}

export function rejectedGroups(result: RejectedGroups): Ending {
  const { report, mismatch } = result;
  const { differences, formattingOnly, first } = mismatch;
  const error = mismatchText(report, mismatch, 'the snapshots decode');
  return {
    exitCode: 2,
    message: 'self-test failed',
    fields: {},
    error,
    json: {
      ...factsOf(result),
      report,
      self_test: { ran: true, matched: false, differences, formatting_only: formattingOnly, first },
      error: { kind: 'data', message: error },
    },
  };
}

/** What both outcomes say. A digest is that of a file that is published only in the one. */
function factsOf({
  input,
  output,
  ranges,
  withCatalog,
  bytes,
  entries,
  rows,
  lastCommitTs,
  groups,
}: PublishedGroups | RejectedGroups) {
  return {
    input,
    output,
    ranges,
    catalog: withCatalog,
    bytes,
    entries,
    rows,
    last_commit_ts: lastCommitTs,
    groups: groups.map((file) => ({ ...file })),
  };
}
