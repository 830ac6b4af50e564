import { parseGroupId } from '@ekv/routing';
import { UsageError } from '@ekv/snapshot';
import type { Peer } from '../format/peer.ts';
import { parsePeerList } from './peer-list.ts';

const FORM = 'the form is group=id=address,id=address;group=id=address,id=address';

/**
 * The voters of each group of a text such as `1=n1=10.0.0.1:2380;2=n1=10.0.0.1:2381`. Blanks around parts are cut, empty parts passed
 * over. docs/format/07-restore.md, section 12.
 *
 * @throws UsageError for what is no such text, and where a server would not start: other members in one group than in another, an
 * address that two groups have.
 */
export function parseGroupPeers(text: string): ReadonlyMap<bigint, readonly Peer[]> {
  const peers = new Map<bigint, Peer[]>();
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue;
    const { group, list } = parseGroup(part);
    if (peers.has(group))
      throw new UsageError(`the option peersOf names the group ${group} twice; name it once, with all its peers`);
    peers.set(
      group,
      named(group, () => parsePeerList(list)),
    );
  }
  if (peers.size === 0) throw new UsageError(`the option peersOf names no group; ${FORM}`);
  refuseOtherMembers(peers);
  refuseSharedAddress(peers);
  return peers;
}

function parseGroup(part: string): { readonly group: bigint; readonly list: string } {
  const equals = part.indexOf('=');
  const group = parseGroupId(part.slice(0, Math.max(equals, 0)).trim());
  if (group === undefined) {
    throw new UsageError(
      `the option peersOf: ${JSON.stringify(part)} does not begin with the number of a group and "="; ${FORM}`,
    );
  }
  return { group, list: part.slice(equals + 1) };
}

/** Errors of a list of peers speak of another flag. */
function named<T>(group: bigint, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`the option peersOf, group ${group}: ${error.message.replace(/^the option peers:? ?/, '')}`);
  }
}

function refuseOtherMembers(peers: ReadonlyMap<bigint, readonly Peer[]>): void {
  const [[first, members] = [0n, []], ...others] = [...peers].map(
    ([group, list]) => [group, list.map(({ id }) => id)] as const,
  );
  for (const [group, ids] of others) {
    if (ids.join('\0') === members.join('\0')) continue;
    throw new UsageError(
      `the option peersOf: group ${first} has the members ${members.join(', ')}, and group ${group} has ${ids.join(', ')}; each node is a member of every group`,
    );
  }
}

function refuseSharedAddress(peers: ReadonlyMap<bigint, readonly Peer[]>): void {
  const seen = new Map<string, bigint>();
  for (const [group, list] of peers) {
    for (const { address } of list) {
      const other = seen.get(address);
      if (other !== undefined) {
        throw new UsageError(
          `the option peersOf: the groups ${other} and ${group} have the same address ${address}; each group of a node has one of its own`,
        );
      }
      seen.set(address, group);
    }
  }
}
