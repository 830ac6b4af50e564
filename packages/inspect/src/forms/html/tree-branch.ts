import type { Branch } from '@ekv/report-page';
import { bytesOf, entriesOf, restOf, sumOf } from '../../amounts.ts';
import type { Amounts, InspectReport, ReportAdapter, TreeNode } from '../../report.ts';
import { NO_ADAPTER } from '../no-adapter.ts';

/** A scope that is no table, bucket, queue or type: what its rows are. */
const NO_SCOPE = /^\(.*\)$/;

/** The tree for the pictures of a page: all that is in the file. */
export function treeBranch({ tree, totals, adapters, inputs }: InspectReport): Branch {
  const scopeKinds = new Map<string, string>(adapters.map(({ adapter, scopeKind }) => [adapter, scopeKind]));
  const ofAdapter = (node: TreeNode): Branch => ({
    ...branch(node, 'adapter', (scope) => ofScope(scope, node.name as ReportAdapter)),
    address: `${node.name}/`,
  });
  const ofScope = (node: TreeNode, adapter: ReportAdapter): Branch => {
    const isRows = NO_SCOPE.test(node.name);
    const kind = isRows ? 'rows' : (scopeKinds.get(adapter) ?? 'scope');
    return { ...branch(node, kind, ofPrefix), address: isRows ? null : scopeAddress(node.name, adapter) };
  };
  const ofPrefix = (node: TreeNode): Branch => branch(node, 'prefix', ofPrefix);
  const kind = inputs.length === 1 ? inputs[0]!.kind : 'all inputs';
  const all = branch({ ...tree, amounts: totals }, kind, ofAdapter);
  const others = restOf(totals, tree.amounts);
  const rest: Branch = {
    ...branch({ kind: 'scope', name: NO_ADAPTER, amounts: others }, 'rows', ofPrefix),
    address: null,
  };
  const children = entriesOf(others) > 0 ? [...(all.children ?? []), rest] : all.children;
  return { ...all, name: 'everything', children };
}

/** The type of a Redis key is not in its address. */
function scopeAddress(name: string, adapter: ReportAdapter): string {
  return adapter === 'redis' ? '' : `${name.replaceAll('/', '%2F')}/`;
}

function branch({ name, amounts, children = [] }: TreeNode, kind: string, child: (node: TreeNode) => Branch): Branch {
  const told = children.filter((it) => it.kind !== 'other');
  return {
    name,
    kind,
    ...partOf(amounts),
    children: told.map(child),
    smaller: smallerOf(children.filter((it) => it.kind === 'other')),
  };
}

function smallerOf(others: readonly TreeNode[]): Branch['smaller'] {
  if (others.length === 0) return undefined;
  const { bytes, past, units } = partOf(sumOf(others.map(({ amounts }) => amounts)));
  return { parts: others.reduce((count, { nodes = 0 }) => count + nodes, 0), bytes, past, units };
}

/** What the page has of amounts. */
function partOf(amounts: Amounts): Pick<Branch, 'bytes' | 'past' | 'units'> {
  const bytes = amounts.liveBytes + amounts.encryptedBytes;
  return { bytes, past: bytesOf(amounts) - bytes, units: amounts.units };
}
