import type { LineSink, TreeSink } from '@ekv/dump-tree';
import { type CheckedSnapshot, type Damage, RowError, type ScratchFolder, type Warning } from '@ekv/snapshot';
import { type DecodeSqsOptions, decodeSqs } from './index.ts';
import { type NodeRow, withNodeFile } from './node-file.test-data.ts';

/** A dump tree in memory. As on disk, nothing is written twice. */
export class MemoryTree implements TreeSink {
  /** Contents as byte strings, by path. */
  readonly files: Record<string, string> = {};

  file(path: string, bytes: Uint8Array): void {
    this.#create(path);
    this.files[path] = Buffer.from(bytes).toString('latin1');
  }

  lines(path: string): LineSink {
    this.#create(path);
    return {
      write: (bytes) => {
        this.files[path] += Buffer.from(bytes).toString('latin1');
      },
      close: () => {},
    };
  }

  pieces(): never {
    throw new Error('SQS has no large files');
  }

  folder(): void {}

  #create(path: string): void {
    if (path in this.files) throw new Error(`${path} is written twice`);
    this.files[path] = '';
  }
}

export interface Decoded {
  /** Contents as byte strings, by path below `sqs/`. */
  readonly files: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

/** What decode makes of the rows. @param damage salvages the snapshot. */
export function decoded(
  rows: readonly NodeRow[],
  flags: Pick<DecodeSqsOptions, 'preserveSqsVisibility' | 'includeSideRecords'> = {},
  damage?: Damage,
): Decoded {
  const decode = (snapshot: CheckedSnapshot, scratch: ScratchFolder) => {
    const tree = new MemoryTree();
    const warnings: Warning[] = [];
    decodeSqs(snapshot, tree, { scratch, warn: (warning) => warnings.push(warning), ...flags });
    const below = (path: string) => path.replace(/^sqs\//, '');
    const files = Object.fromEntries(Object.entries(tree.files).map(([path, content]) => [below(path), content]));
    return { files, warnings };
  };
  return withNodeFile(rows, decode, damage);
}

/** The error that decode gives for the rows: every complaint about a row is a RowError. */
export function refusedRow(
  rows: readonly NodeRow[],
  flags: Pick<DecodeSqsOptions, 'includeSideRecords'> = {},
): { key: string; rule: string } {
  try {
    decoded(rows, flags);
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return { key: Buffer.from(error.key).toString('latin1'), rule: error.rule };
  }
  throw new Error('nothing was refused');
}

export function seg(name: string): string {
  return Buffer.from(name).toString('base64url');
}

/** Big-endian numbers of 8 bytes as a byte string. */
export function u64(...values: readonly bigint[]): string {
  return values
    .map((value) => Buffer.from(BigInt.asUintN(64, value).toString(16).padStart(16, '0'), 'hex').toString('latin1'))
    .join('');
}

export function queueRow(name: string, json = `{"name":"${name}"}`): NodeRow {
  return [`!sqs|queue|meta|${seg(name)}`, `\0SQ\x01${json}`];
}

export function generationRow(name: string, value: string): NodeRow {
  return [`!sqs|queue|gen|${seg(name)}`, value];
}

export function tombstoneRow(name: string, generation: bigint): NodeRow {
  return [`!sqs|queue|tombstone|${seg(name)}${u64(generation)}`, '\x01'];
}

/** A message row of a queue that is not partitioned. @param json byte string. */
export function messageRow(queue: string, id: string, json: string): NodeRow {
  return [`!sqs|msg|data|${seg(queue)}${u64(1n)}${seg(id)}`, `\0SM\x01${json}`];
}
