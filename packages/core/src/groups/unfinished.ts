import type { GroupMembers } from '@ekv/manifest';
import {
  type ResolvedTransactions,
  resolveTransactions,
  type ScratchFolder,
  type TransactionCounts,
  UnionVersions,
  type Warn,
} from '@ekv/snapshot';
import type { GroupSource } from './known-groups.ts';
import type { StrayCheck } from './stray-check.ts';

interface Unfinished {
  readonly inputs: readonly GroupSource[];
  readonly strays: StrayCheck | undefined;
  readonly asOf: bigint | undefined;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
}

/** What became of transactions over several groups that were open when the snapshots were taken; docs/format/11-transactions.md. */
export function resolvedTransactions({ inputs, strays, asOf, scratch, warn }: Unfinished): ResolvedTransactions {
  const sources = inputs.map(({ source }) => source);
  const groups = sources.map(({ path, summary: { clockCeilingMs, minRetainedTs } }) => {
    return { name: path, clockCeilingMs, minRetainedTs };
  });
  const resolved = resolveTransactions(
    {
      groups,
      entries: (family, bodies) => new UnionVersions(sources, { family, bodies, strays }),
      isMissing: (storedKey) => strays?.isMissing(storedKey) ?? false,
    },
    { scratch, asOf, warn },
  );
  warnOfOpen(resolved.counts, warn);
  return resolved;
}

function warnOfOpen({ committed, rolledBack, undecided }: TransactionCounts, warn: Warn): void {
  if (committed + rolledBack + undecided === 0) return;
  warn({
    event: 'transactions_resolved',
    message:
      'transactions were open when the snapshots were taken: the writes of those that were committed are in the dump, those of others are not, as after a restart of the servers',
    fields: { committed, rolled_back: rolledBack, undecided },
  });
}

/** The counts as the manifest has them. */
export function transactionMember(counts: TransactionCounts): NonNullable<GroupMembers['transactions']> {
  return {
    committed: BigInt(counts.committed),
    rolled_back: BigInt(counts.rolledBack),
    undecided: BigInt(counts.undecided),
    torn: BigInt(counts.torn),
    maybe_torn: BigInt(counts.maybeTorn),
    lost_by_node: BigInt(counts.lostByNode),
  };
}
