import { join } from 'node:path';
import { crc32c } from '@ekv/snapshot';
import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import { plant } from '@ekv/test-support/temporary-folder';
import { stringEntry } from '../redis-entry.test-support.ts';

/** A token as a node writes it; docs/format/01-snapshot.md, section 8.4. */
export function tokenOf(name: string, file: Buffer, index = BigInt(`0x${name}`)): Buffer {
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

export function tokenPath(node: string, name: string): string {
  return join(node, `snap/0000000000000002-${name}.snap`);
}

export function snapshotPath(node: string, name: string): string {
  return join(node, `fsm-snap/${name}.fsm`);
}

/** A snapshot of a node that holds its own name, or these entries, and its token. */
export function plantSnapshot(
  node: string,
  name: string,
  entries: readonly Entry[] = [stringEntry('name', name)],
): void {
  const bytes = snapshotBytes(entries, { footer: true });
  plant(node, { [`fsm-snap/${name}.fsm`]: bytes, [`snap/0000000000000002-${name}.snap`]: tokenOf(name, bytes) });
}
