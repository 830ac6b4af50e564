/**
 * A program of its own: replaces the snapshots in a folder as a node at work does, only much faster. It writes the file, then the
 * token; it removes the oldest token, then its file. Prints a line when the first snapshots are there, and ends when its standard
 * input does.
 *
 * Arguments: the node's data folder, how many snapshots it keeps, ms between two of them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '@ekv/snapshot';
import { nodeFileOf, row } from './fsm-file.ts';

const [node, kept, everyMs] = process.argv.slice(2) as [string, string, string];
/** Enough to take a moment to write. */
const PADDING = Buffer.alloc(400_000, 'p');

/** Each snapshot holds its own name. */
function fileOf(name: string): Buffer {
  const text = (value: string | Buffer) => Buffer.concat([Buffer.from([0xff, 1, 0]), Buffer.from(value)]);
  return nodeFileOf([row('!redis|str|name', text(name)), row('!redis|str|padding', text(PADDING))]);
}

/** docs/format/01-snapshot.md, section 8.4. */
function tokenOf(index: bigint, file: Buffer): Buffer {
  const token = Buffer.alloc(17);
  token.write('EKVT\x01', 'latin1');
  token.writeBigUInt64BE(index, 5);
  file.copy(token, 13, file.length - 4);
  const message = Buffer.concat([Buffer.from([0x0a, token.length]), token]);
  return Buffer.concat([Buffer.from([0x08]), varint(crc32c(message)), Buffer.from([0x12, message.length]), message]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

const nameOf = (index: bigint) => index.toString(16).padStart(16, '0');
const snapshotOf = (index: bigint) => join(node, 'fsm-snap', `${nameOf(index)}.fsm`);
const tokenPathOf = (index: bigint) => join(node, 'snap', `0000000000000002-${nameOf(index)}.snap`);

function replace(index: bigint): void {
  const file = fileOf(nameOf(index));
  writeFileSync(snapshotOf(index), file);
  writeFileSync(tokenPathOf(index), tokenOf(index, file));
  const oldest = index - BigInt(kept);
  for (const path of [tokenPathOf(oldest), snapshotOf(oldest)]) rmSync(path, { force: true });
}

for (const name of ['fsm-snap', 'snap']) mkdirSync(join(node, name), { recursive: true });
let index = 0n;
while (index < BigInt(kept)) replace(++index);
console.log('at work');
setInterval(() => replace(++index), Number(everyMs));
process.stdin.on('end', () => process.exit()).resume();
