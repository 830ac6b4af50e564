import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamodbParts } from '@ekv/adapter';
import type { LineSink, TreeSink } from '@ekv/dump-tree';
import {
  type Damage,
  openSnapshot,
  ScratchFolder,
  type Snapshot,
  type SnapshotRow,
  SnapshotWriter,
  type Warning,
} from '@ekv/snapshot';
import { writeItemMessage } from '../layout/item-message.ts';
import type { AttributeValue } from '../records/attribute-value.ts';
import { GivenValues } from '../records/given-values.ts';
import { DYNAMODB_FAMILIES, decodeDynamodb } from './index.ts';

/** A dump tree in memory. As on disk, nothing is written twice, and a file stands in the place of no folder. */
export class MemoryTree implements TreeSink {
  readonly files: Record<string, string> = {};
  readonly folders = new Set<string>();

  file(path: string, bytes: Uint8Array): void {
    if (path in this.files || this.folders.has(path)) throw new Error(`${path} is there already`);
    this.files[path] = Buffer.from(bytes).toString();
    this.folder(path.slice(0, path.lastIndexOf('/')));
  }

  lines(path: string): LineSink {
    const lines: Buffer[] = [];
    return {
      write: (line) => void lines.push(Buffer.from(line)),
      close: () => this.file(path, Buffer.concat(lines)),
    };
  }

  pieces(): never {
    throw new Error('DynamoDB has no large files');
  }

  folder(path: string): void {
    if (path in this.files) throw new Error(`${path} is a file already`);
    this.folders.add(path);
    const slash = path.lastIndexOf('/');
    if (slash !== -1) this.folder(path.slice(0, slash));
  }
}

export interface Decoded {
  /** Contents by path below `dynamodb/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Below `dynamodb/`. */
  readonly folders: readonly string[];
  readonly warnings: readonly Warning[];
}

/** What decode makes of rows. @param damage salvages the snapshot. @param tree is written, also where decode fails. */
export function decoded(rows: Iterable<SnapshotRow>, damage?: Damage, tree = new MemoryTree()): Decoded {
  return withSnapshot(rows, (snapshot, scratch) => decodedTree(snapshot, scratch, tree), damage);
}

/** The files and warnings of a snapshot that is open. */
export function decodedTree(
  snapshot: Snapshot,
  scratch: ScratchFolder,
  tree = new MemoryTree(),
  dynamodbParts?: DynamodbParts,
): Decoded {
  const warnings: Warning[] = [];
  const source = snapshot.rowsOf(DYNAMODB_FAMILIES);
  decodeDynamodb(source, tree, { scratch, warn: (warning) => warnings.push(warning), dynamodbParts });
  const below = (name: string) => name.replace(/^dynamodb\/?/, '');
  const files = Object.fromEntries(Object.entries(tree.files).map(([name, content]) => [below(name), content]));
  return { files, folders: [...tree.folders].map(below), warnings };
}

/** What `use` makes of a snapshot of rows. */
export function withSnapshot<T>(
  rows: Iterable<SnapshotRow>,
  use: (snapshot: Snapshot, scratch: ScratchFolder) => T,
  damage?: Damage,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-dynamodb-'));
  const scratch = new ScratchFolder(folder);
  try {
    const path = join(folder, 'file.fsm');
    writeFileSync(path, snapshotFile(rows, scratch));
    using snapshot = openSnapshot(path, { scratch, damage });
    return use(snapshot, scratch);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function snapshotFile(rows: Iterable<SnapshotRow>, scratch: ScratchFolder): Buffer {
  const writer = new SnapshotWriter({ lastCommitTs: 117664502744219697n, scratch, arenaBytes: 1 << 22 });
  for (const { key, value } of rows) writer.add(key, value);
  const blocks: Buffer[] = [];
  writer.writeTo({ write: (block) => void blocks.push(Buffer.from(block)) });
  return Buffer.concat(blocks);
}

/** Paths of the items of a table, in order. */
export function itemPaths({ files }: Decoded, table = 't'): string[] {
  const folder = `${table}/items/`;
  const paths = Object.keys(files).filter((path) => path.startsWith(folder));
  return paths.map((path) => path.slice(folder.length)).sort();
}

/** An item row under any key. @param parts as a byte string. */
export function itemRow(
  table: string,
  generation: string | bigint,
  parts: string,
  item: Record<string, AttributeValue>,
): SnapshotRow {
  const name = Buffer.from(table).toString('base64url');
  return {
    key: Buffer.from(`!ddb|item|${name}|${generation}|${parts}`, 'latin1'),
    value: writeItemMessage(new GivenValues('the item').attributes(item)),
  };
}

/** A table row of hash key `h`, of range key `r` if wanted. */
export function tableRow(
  name: string,
  table: { range?: boolean; generation?: number; source?: number } = {},
): SnapshotRow {
  const text = Buffer.from(name);
  const keys = table.range ? '0a0168120172' : '0a0168';
  const fields = [
    '00445301',
    `0a${text.length.toString(16).padStart(2, '0')}${text.toString('hex')}`,
    `1a${(keys.length / 2).toString(16).padStart(2, '0')}${keys}`,
    table.source === undefined ? '' : `30${table.source.toString(16).padStart(2, '0')}`,
    `38${(table.generation ?? 1).toString(16).padStart(2, '0')}`,
  ];
  return {
    key: Buffer.from(`!ddb|meta|table|${text.toString('base64url')}`),
    value: Buffer.from(fields.join(''), 'hex'),
  };
}
