import { basename } from 'node:path';
import { U64_MAX } from '@ekv/adapter';

/**
 * The Raft index that the name of a snapshot file tells: 16 hex digits, as a node writes it, or decimal digits; 0 for
 * every other name. docs/format/01-snapshot.md, section 8.1.
 */
export function snapshotIndexOf(path: string): bigint {
  const name = unpackedName(basename(path));
  const hex = /^([0-9a-f]{16})\.fsm$/.exec(name);
  if (hex !== null) return BigInt(`0x${hex[1]}`);
  const decimal = /^([0-9]+)\.fsm$/.exec(name);
  if (decimal === null) return 0n;
  const index = BigInt(decimal[1]!);
  return index > U64_MAX ? 0n : index;
}

/** The name of a snapshot file before it was packed: `out.fsm` for `out.fsm.zst`. */
export function unpackedName(path: string): string {
  return path.replace(/(\.fsm)\.(?:zst|gz)$/, '$1');
}
