import { resolve } from 'node:path';
import type { PrepareGroupsResult, PrepareResult } from '@ekv/restore';

/** What an operator does with a prepared directory, with the paths and peers of this run. docs/format/07-restore.md, section 8. */
export function nextSteps({ dataDir, peers }: PrepareResult): string[] {
  const place = resolve(dataDir);
  const isAlone = peers.length === 1;
  return [
    'Next steps:',
    `1. stop ${isAlone ? 'the node' : 'all nodes of the cluster'}`,
    '2. on each node move its old directory <raftDataDir>/<raftId> away as a whole, fsm.db included',
    '3. put a copy at <raftDataDir>/<raftId>, not at <raftDataDir>, readable for the user of the server:',
    ...peers.map(({ id }) => `     ${id}: cp -a --sparse=always ${quoted(place)} <raftDataDir>/${quoted(id)}`),
    '4. start all with their usual flags, without bootstrap flags; what they are called with must be what was prepared:',
    ...peers.map(({ id, address }) => `     --raftId ${quoted(id)} --address ${quoted(address)}`),
    '5. read through each adapter, then write, before clients come back',
  ];
}

/** The same, of a node with several Raft groups. Section 12. */
export function groupsNextSteps({ dataDir, groups, ranges }: PrepareGroupsResult): string[] {
  const place = resolve(dataDir);
  const members = groups[0]!.peers;
  const isAlone = members.length === 1;
  return [
    'Next steps:',
    `1. stop ${isAlone ? 'the node' : 'all nodes of the cluster'}`,
    '2. on each node move its old directory <raftDataDir>/<raftId> away as a whole, those of all groups with it',
    '3. put a copy at <raftDataDir>/<raftId> of each node, readable for the user of the server; none may start before all have one:',
    ...members.map(({ id }) => `     ${id}: cp -a --sparse=always ${quoted(place)} <raftDataDir>/${quoted(id)}`),
    '4. start all with their usual flags, without bootstrap flags (but --raftBootstrap for a group 0); what they are called with must be what was prepared:',
    ...members.map(({ id }) => {
      const addresses = groups.map(({ group, peers }) => `${group}=${peers.find((peer) => peer.id === id)!.address}`);
      return `     --raftId ${quoted(id)} --raftGroups ${quoted(addresses.join(','))} --shardRanges ${quoted(ranges)}`;
    }),
    '   with --sqsFifoPartitionMap when encode was given --partition-map: the same text',
    '5. read through each adapter, then write, before clients come back',
  ];
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
