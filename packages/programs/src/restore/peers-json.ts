import type { Peer } from '@ekv/restore';

/** The peers of a group, as `--json` has them. */
export function peersJson(peers: readonly Peer[]): ReadonlyArray<Record<string, unknown>> {
  return peers.map(({ id, address, nodeId }) => ({ id, address, node_id: nodeId }));
}
