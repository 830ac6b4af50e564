import { type OpenedInput, type OpenedRows, OwnerFinder, snapshotTime } from '@ekv/core';
import { type OpenTransaction as FoundTransaction, openTransactions, wallTimeOf } from '@ekv/snapshot';
import { NO_AMOUNTS, sumOf } from '../amounts.ts';
import type { CensusResult } from '../census/census.ts';
import { addressText, nameText } from '../census/name-text.ts';
import type { PrefixNode } from '../census/prefix-tree.ts';
import type {
  AdapterReport,
  FamilyReport,
  InspectReport,
  LeftOut,
  OpenTransaction,
  ReportAdapter,
  ReportInput,
  TransactionReport,
  TreeNode,
} from '../report.ts';
import { oneLine } from './one-line.ts';

interface Parts {
  readonly tool: string;
  readonly rows: OpenedRows;
  readonly census: CensusResult;
  readonly leftOut: LeftOut;
  readonly partial: InspectReport['partial'];
  readonly separatorOf: (adapter: ReportAdapter, scope: string) => string;
}

const MOST_TRANSACTIONS = 100;
const SCOPE_KINDS = { redis: 'type', dynamodb: 'table', s3: 'bucket', sqs: 'queue' } as const;

/** The report of what a census found. */
export function reportOf({ tool, rows, census, leftOut, partial, separatorOf }: Parts): InspectReport {
  const { families, tree, largest, sizes, commits, expiries, history } = census;
  return {
    version: 1,
    tool,
    madeAtMs: Date.now(),
    inputs: rows.inputs.map((input) => inputOf(input, rows)),
    totals: { ...sumOf(families.map(({ amounts }) => amounts)), units: tree.amounts.units },
    adapters: tree.children.map((node) => adapterOf(node, separatorOf)),
    families,
    tree: nodeOf(tree, 'root'),
    largest,
    sizes,
    commits,
    expiries,
    transactions: transactionsOf(rows, families),
    leftOut,
    ...(partial && { partial }),
    ...(history && { history }),
  };
}

function inputOf({ path, group, bytes, summary }: OpenedInput, { kind }: OpenedRows): ReportInput {
  const { takenAt, takenAtIsApproximate } = snapshotTime(summary);
  return {
    path: oneLine(path),
    kind: kind === 'node folder' ? 'snapshot' : kind,
    ...(group !== undefined && { group: String(group) }),
    bytes,
    lastCommitTs: String(summary.lastCommitTs),
    ...(takenAt && { takenAtMs: takenAt.getTime() }),
    takenAtIsApproximate,
    ...(summary.minRetainedTs !== undefined && { versionsSinceMs: clockMs(summary.minRetainedTs) }),
    footer: summary.footer,
    entries: summary.entries,
  };
}

function adapterOf({ name, amounts, children }: PrefixNode, separatorOf: Parts['separatorOf']): AdapterReport {
  const adapter = name as ReportAdapter;
  const others = children.find(({ summedUp }) => summedUp > 0);
  return {
    adapter,
    amounts,
    scopeKind: SCOPE_KINDS[adapter],
    scopes: children
      .filter(({ summedUp }) => summedUp === 0)
      .map((scope) => ({
        name: textOf(scope.name),
        amounts: scope.amounts,
        separator: separatorOf(adapter, scope.name),
      })),
    ...(others && { otherScopes: { scopes: others.summedUp, amounts: others.amounts } }),
  };
}

const KINDS = ['root', 'adapter', 'scope'] as const;

function nodeOf(node: PrefixNode, kind: TreeNode['kind'], depth = 0): TreeNode {
  const { name, amounts, children, summedUp } = node;
  if (summedUp > 0) return { kind: 'other', name: '', amounts, nodes: summedUp };
  const below = children.map((child) => nodeOf(child, KINDS[depth + 1] ?? 'prefix', depth + 1));
  return { kind, name: textOf(name), amounts, ...(below.length > 0 && { children: below }) };
}

function textOf(name: string): string {
  return nameText(Buffer.from(name, 'latin1'));
}

function transactionsOf({ source, inputs, members }: OpenedRows, families: readonly FamilyReport[]): TransactionReport {
  const of = (prefix: string) => families.find((family) => family.prefix === prefix)?.amounts ?? NO_AMOUNTS;
  const locks = of('!txn|lock|').rows;
  const isReadable = inputs.every(({ summary }) => summary.firstEncrypted === undefined);
  const open = locks > 0 && isReadable ? openTransactions(source, MOST_TRANSACTIONS) : [];
  const resolved = members?.transactions;
  return {
    locks,
    prepared: of('!txn|int|').rows,
    preparedBytes: of('!txn|int|').liveBytes,
    commits: of('!txn|cmt|').rows,
    rollbacks: of('!txn|rb|').rows,
    open: open.map(openOf),
    ...(resolved && {
      resolved: Object.fromEntries(Object.entries(resolved).map(([name, count]) => [name, Number(count)])),
    }),
  };
}

function openOf({ primary, start, locks, keys }: FoundTransaction): OpenTransaction {
  return {
    primary: ownerText(primary),
    startedAtMs: clockMs(start),
    locks,
    keys: keys.map(ownerText),
  };
}

function clockMs(timestamp: bigint): number {
  return Math.max(0, Number(wallTimeOf(timestamp)));
}

/** Whose a stored key is; a key that no adapter knows, as it stands. */
function ownerText(key: Buffer): string {
  const found = new OwnerFinder().findRow(key);
  return found === undefined ? nameText(key) : addressText(found.owner());
}
