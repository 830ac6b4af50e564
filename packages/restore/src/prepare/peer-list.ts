import { UsageError } from '@ekv/snapshot';
import { nodeIdOf } from '../format/node-id.ts';
import { LONGEST_TEXT, MOST_PEERS, type Peer } from '../format/peer.ts';

const FORM = 'the form is id=address,id=address';
const CONTROL = /\p{Cc}/u;

/**
 * The voters of a list such as `n1=10.0.0.1:2380,n2=10.0.0.2:2380`, ascending by node id. Blanks around parts are cut, empty parts
 * passed over. docs/format/07-restore.md, section 2.5.
 *
 * @throws UsageError for what is no list, and for lists with which no node would start.
 */
export function parsePeerList(list: string): Peer[] {
  const parts = list.split(',').map((part) => part.trim());
  const peers = parts.filter((part) => part !== '').map(parsePeer);
  if (peers.length === 0)
    throw new UsageError(`the option peers names no peer; ${FORM}, with all voters of the cluster`);
  if (peers.length > MOST_PEERS)
    throw new UsageError(`the option peers names ${peers.length} peers; a node reads ${MOST_PEERS} at most`);
  peers.sort((a, b) => (a.nodeId < b.nodeId ? -1 : Number(a.nodeId > b.nodeId)));
  refuseSameNode(peers);
  refuseSameAddress(peers);
  return peers;
}

function parsePeer(part: string): Peer {
  const equals = part.indexOf('=');
  if (equals === -1) throw new UsageError(`the option peers: ${JSON.stringify(part)} has no "="; ${FORM}`);
  const id = part.slice(0, equals).trim();
  const address = part.slice(equals + 1).trim();
  if (id === '') throw new UsageError(`the option peers: ${JSON.stringify(part)} has no id before the "="; ${FORM}`);
  if (address === '') throw new UsageError(`the option peers: the peer ${JSON.stringify(id)} has no address; ${FORM}`);
  for (const text of [id, address]) {
    // A line feed in place of a comma would make one voter of two.
    if (CONTROL.test(text))
      throw new UsageError(
        `the option peers: ${JSON.stringify(text)} has a control character; ${FORM}, divided by commas`,
      );
    if (Buffer.byteLength(text) > LONGEST_TEXT)
      throw new UsageError(
        `the option peers: the text ${JSON.stringify(`${text.slice(0, 40)}...`)} has more than ${LONGEST_TEXT} bytes, which no node reads`,
      );
  }
  return { id, address, nodeId: nodeIdOf(id) };
}

function refuseSameNode(peers: readonly Peer[]): void {
  for (const [i, { id, nodeId }] of peers.entries()) {
    const before = peers[i - 1];
    if (before?.nodeId !== nodeId) continue;
    if (before.id === id)
      throw new UsageError(`the option peers: duplicate peer ${JSON.stringify(id)}; name each voter once`);
    throw new UsageError(
      `the option peers: ${JSON.stringify(before.id)} and ${JSON.stringify(id)} have the same node id ${nodeId}; give one of them another id`,
    );
  }
}

function refuseSameAddress(peers: readonly Peer[]): void {
  const seen = new Map<string, string>();
  for (const { id, address } of peers) {
    const other = seen.get(address);
    if (other !== undefined)
      throw new UsageError(
        `the option peers: ${JSON.stringify(other)} and ${JSON.stringify(id)} have the same address ${address}; each node needs one of its own`,
      );
    seen.set(address, id);
  }
}

/** Peers whose address ends in no port: a node listens at one. */
export function withoutPort(peers: readonly Peer[]): Peer[] {
  return peers.filter(({ address }) => !/:[0-9]{1,5}$/.test(address));
}
