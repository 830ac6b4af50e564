import { DataError } from '@ekv/snapshot';
import { LONGEST_TEXT, MOST_PEERS, type Peer } from './peer.ts';

/** `etcd-raft-peers.bin`: who the members are. docs/format/07-restore.md, section 4.5. */
export const PEERS_FILE = 'etcd-raft-peers.bin';

const MAGIC = 'EKVP';
const VERSION = 3;
const VOTER = 0;
const HEAD_BYTES = 20;
/** Seed active, and the number of seeds. */
const NO_SEEDS = Buffer.alloc(5);

/** What the file says. */
export interface PeersFile {
  readonly index: bigint;
  /** In the order of the file. */
  readonly peers: readonly Peer[];
}

/** @param peers ascending by node id. */
export function writePeersFile({ index, peers }: PeersFile): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MAGIC, 'latin1');
  head.writeUInt32BE(VERSION, 4);
  head.writeBigUInt64BE(index, 8);
  head.writeUInt32BE(peers.length, 16);
  return Buffer.concat([head, ...peers.flatMap(peerBytes), NO_SEEDS]);
}

function peerBytes({ nodeId, id, address }: Peer): Buffer[] {
  const head = Buffer.alloc(9);
  head.writeBigUInt64BE(nodeId);
  head.writeUInt8(VOTER, 8);
  return [head, ...textBytes(id), ...textBytes(address)];
}

function textBytes(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

/** Throws DataError for what a node would refuse. */
export function readPeersFile(bytes: Buffer): PeersFile {
  const reader = new Reader(bytes);
  if (reader.take(4).toString('latin1') !== MAGIC) throw new DataError(`it does not begin with ${MAGIC}`);
  const version = reader.u32();
  if (version !== VERSION) throw new DataError(`it has version ${version}, not ${VERSION}`);
  const index = reader.u64();
  const count = reader.u32();
  if (count > MOST_PEERS) throw new DataError(`it has ${count} peers, a node reads ${MOST_PEERS} at most`);
  const peers = Array.from({ length: count }, () => {
    const nodeId = reader.u64();
    const suffrage = reader.take(1)[0];
    if (suffrage !== VOTER)
      throw new DataError(`the peer ${nodeId} has suffrage ${suffrage}; prepared peers are voters (${VOTER})`);
    return { nodeId, id: reader.text(), address: reader.text() };
  });
  if (!reader.take(NO_SEEDS.length).equals(NO_SEEDS))
    throw new DataError('it names seeds, which a prepared node has not');
  reader.end();
  return { index, peers };
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new DataError('it is cut short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u32(): number {
    return this.take(4).readUInt32BE();
  }

  u64(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  text(): string {
    const length = this.u32();
    if (length > LONGEST_TEXT)
      throw new DataError(`a text in it has ${length} bytes, a node reads ${LONGEST_TEXT} at most`);
    return this.take(length).toString();
  }

  end(): void {
    const rest = this.#bytes.length - this.#at;
    if (rest > 0) throw new DataError(`${rest} bytes follow its end`);
  }
}
