import type { LineSink, TreeSink } from '@ekv/dump-tree';
import { type CheckedSnapshot, Damage, RowError, type ScratchFolder, type Warning } from '@ekv/snapshot';
import { decodeRedis, REDIS_FAMILIES } from './index.ts';
import { type NodeRow, withNodeFile } from './node-file.test-data.ts';

/** A dump tree in memory. As on disk, nothing is written twice. */
class MemoryTree implements TreeSink {
  /** Contents as byte strings, by path. */
  readonly files: Record<string, string> = {};
  readonly folders: string[] = [];

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

  pieces(path: string): LineSink {
    return this.lines(path);
  }

  folder(path: string): void {
    this.folders.push(path);
  }

  #create(path: string): void {
    if (path in this.files) throw new Error(`${path} is written twice`);
    this.files[path] = '';
  }
}

export interface Decoded {
  /** Contents as byte strings, by path below `redis/db_0/`. */
  readonly files: Readonly<Record<string, string>>;
  readonly folders: readonly string[];
  readonly warnings: readonly Warning[];
}

/** What decode makes of the rows of a node's file. */
export function decoded(...rows: readonly NodeRow[]): Decoded {
  return withNodeFile(rows, REDIS_FAMILIES, decodedSnapshot);
}

/** What decode makes of rows of a snapshot that is salvaged, and what it counts as damaged. */
export function salvaged(...rows: readonly NodeRow[]): Decoded & { readonly counts: ReturnType<Damage['counts']> } {
  const damage = new Damage();
  return { ...withNodeFile(rows, REDIS_FAMILIES, decodedSnapshot, damage), counts: damage.counts() };
}

export function decodedSnapshot(snapshot: CheckedSnapshot, scratch: ScratchFolder): Decoded {
  const tree = new MemoryTree();
  const warnings: Warning[] = [];
  decodeRedis(snapshot, tree, { scratch, warn: (warning) => warnings.push(warning) });
  const below = (path: string) => path.replace(/^redis\/db_0\//, '');
  const files = Object.fromEntries(Object.entries(tree.files).map(([path, content]) => [below(path), content]));
  return { files, folders: tree.folders.map(below), warnings };
}

/** The error that decode gives for the rows: every complaint about a row is a RowError. */
export function refusedRow(...rows: readonly NodeRow[]): { key: string; rule: string; offset: number } {
  try {
    decoded(...rows);
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return { key: Buffer.from(error.key).toString('latin1'), rule: error.rule, offset: error.offset };
  }
  throw new Error('nothing was refused');
}

/** Any commit timestamp of our days. */
export const TIMESTAMP = 117664502744219697n;

/** A row from byte strings. */
export function row(key: string, value = '', timestamp = TIMESTAMP): NodeRow {
  return { key: Buffer.from(key, 'latin1'), value: Buffer.from(value, 'latin1'), timestamp };
}

/** `prefix, u32 length, key, rest` as a byte string. */
export function lengthKey(prefix: string, key: string, rest = ''): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(key.length);
  return `${prefix}${length.toString('latin1')}${key}${rest}`;
}

/** Big-endian numbers of 8 bytes as a byte string. */
export function u64(...values: readonly bigint[]): string {
  return values.map((value) => hex(BigInt.asUintN(64, value).toString(16).padStart(16, '0'))).join('');
}

/** A double, big-endian, as a byte string. */
export function f64(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('latin1');
}

export function hex(digits: string): string {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex').toString('latin1');
}
