import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { DataError, ScratchFolder, type SnapshotRecord, type Warning } from '@ekv/snapshot';
import { encodeSqs } from './index.ts';

/** A folder with the files, for the time of the call. @param files contents by path below `sqs/`. */
export function withTree<T>(files: Readonly<Record<string, string | Buffer>>, use: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'ekv-tree-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      const target = join(root, 'sqs', path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

export interface Encoded {
  /** Keys and values as byte strings, in the order they were given. */
  readonly rows: ReadonlyArray<readonly [key: string, value: string]>;
  readonly warnings: readonly Warning[];
}

/** What encode makes of the tree below `root`. */
export function encodedTree(root: string, nowMillis = 0n): Encoded {
  const scratch = new ScratchFolder(root);
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => warnings.push(warning);
  try {
    // Bytes of a record are valid until the next one is asked for.
    const rows = Array.from(encodeSqs(new InputTree(root), { scratch, warn, nowMillis }), rowOf);
    return { rows, warnings };
  } finally {
    scratch.remove();
  }
}

export function rowOf({ key, value }: SnapshotRecord): readonly [string, string] {
  if (!(value instanceof Uint8Array)) throw new Error('a value of SQS is bytes');
  return [Buffer.from(key).toString('latin1'), Buffer.from(value).toString('latin1')];
}

export function encoded(files: Readonly<Record<string, string | Buffer>>, nowMillis = 0n): Encoded {
  return withTree(files, (root) => encodedTree(root, nowMillis));
}

/** The complaint of encode about the files, the root of the tree left out. */
export function refusal(files: Readonly<Record<string, string | Buffer>>): string {
  return withTree(files, (root) => {
    try {
      encodedTree(root);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return error.message.replaceAll(`${root}/`, '');
    }
    throw new Error('nothing was refused');
  });
}

/** `_queue.json` and `messages.jsonl` of one queue in the folder `q`. */
export function queue(settings: string, ...lines: readonly string[]): Record<string, string> {
  return {
    'q/_queue.json': `{"format_version":1,"name":"q"${settings}}`,
    ...(lines.length === 0 ? {} : { 'q/messages.jsonl': lines.join('\n') }),
  };
}
