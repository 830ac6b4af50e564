import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputTree, type PieceSink, type TreeSink } from '@ekv/dump-tree';
import {
  type CheckedSnapshot,
  type Damage,
  openSnapshot,
  ScratchFolder,
  type SnapshotRow,
  SnapshotWriter,
  type Warning,
} from '@ekv/snapshot';
import { type DecodeS3Options, decodeS3, S3_FAMILIES } from './decode/index.ts';
import { encodeS3 } from './encode/index.ts';
import { UPLOAD_GC_ROWS } from './layout/families.ts';

/** Any commit timestamp of our days. */
const TIMESTAMP = 117664502744219697n;

/** Runs with a folder that is removed afterwards. */
export function withFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
  try {
    return run(folder);
  } finally {
    removeFolder(folder);
  }
}

/** Node's own recursive call needs an open file for each level of folders. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    execFileSync('rm', ['-rf', folder]);
  }
}

export function withScratch<T>(run: (scratch: ScratchFolder) => T): T {
  const scratch = new ScratchFolder();
  try {
    return run(scratch);
  } finally {
    scratch.remove();
  }
}

/** Writes a snapshot file of the records; gives its SHA-256. */
export function writeSnapshot(path: string, records: Iterable<SnapshotRow>): string {
  return withScratch((scratch) => {
    const writer = new SnapshotWriter({ lastCommitTs: TIMESTAMP, scratch });
    for (const { key, value } of records) writer.add(key, value);
    const fd = openSync(path, 'w');
    try {
      return writer.writeTo({ write: (bytes) => void writeSync(fd, bytes) }).sha256;
    } finally {
      closeSync(fd);
    }
  });
}

function withSnapshot<T>(
  path: string,
  damage: Damage | undefined,
  run: (source: CheckedSnapshot, scratch: ScratchFolder) => T,
): T {
  return withScratch((scratch) => {
    const snapshot = openSnapshot(path, { scratch, damage });
    try {
      return run(snapshot.check({ families: [...S3_FAMILIES, UPLOAD_GC_ROWS] }), scratch);
    } finally {
      snapshot.close();
    }
  });
}

export interface Switches extends Omit<DecodeS3Options, 'warn' | 'scratch'> {
  /** Salvages the snapshot. */
  readonly damage?: Damage;
}

/** Decodes a snapshot file to a tree on disk; gives the warnings. */
export function decodeToFolder(path: string, output: string, switches: Switches = {}): Warning[] {
  return withSnapshot(path, switches.damage, (snapshot, scratch) => {
    const warnings: Warning[] = [];
    decodeS3(snapshot, folderSink(output), { ...switches, scratch, warn: (warning) => warnings.push(warning) });
    return warnings;
  });
}

/** Writes files without bringing them to the disk; nothing is written twice. */
function folderSink(root: string): TreeSink {
  const makeParent = (path: string) =>
    mkdirSync(bytePath(root, path.slice(0, path.lastIndexOf('/'))), { recursive: true });
  const pieces = (path: string): PieceSink => {
    makeParent(path);
    const fd = openSync(bytePath(root, path), 'wx');
    return { write: (piece) => void writeSync(fd, piece), close: () => closeSync(fd) };
  };
  return {
    pieces,
    lines: pieces,
    folder: (path) => void mkdirSync(bytePath(root, path), { recursive: true }),
    file: (path, content) => {
      makeParent(path);
      writeFileSync(bytePath(root, path), content, { flag: 'wx' });
    },
  };
}

/** Encodes a tree on disk to a snapshot file; gives its SHA-256 and the warnings. */
export function encodeFolder(input: string, path: string): { sha256: string; warnings: Warning[] } {
  return withScratch((scratch) => {
    const warnings: Warning[] = [];
    const records = encodeS3(new InputTree(input), { scratch, warn: (warning) => warnings.push(warning) });
    return { sha256: writeSnapshot(path, records), warnings };
  });
}

/** Paths of all files below a folder, as byte strings, sorted. */
export function filesIn(folder: string): string[] {
  const found: string[] = [];
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    for (const entry of readdirSync(bytePath(folder, below), { withFileTypes: true, encoding: 'buffer' })) {
      const name = entry.name.toString('latin1');
      const path = below === '' ? name : `${below}/${name}`;
      if (entry.isDirectory()) waiting.push(path);
      else found.push(path);
    }
  }
  return found.sort();
}

/** Content of a file as a byte string. @param below byte string. */
export function contentOf(folder: string, below: string): string {
  return readFileSync(bytePath(folder, below)).toString('latin1');
}

export function bytePath(folder: string, below: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(below, 'latin1')]);
}

/** A byte string as bytes. */
export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
