import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { DataError, ScratchFolder, type SnapshotRow, type Warning } from '@ekv/snapshot';
import { type EncodeSqsOptions, encodeSqs } from './index.ts';

type Choices = Omit<EncodeSqsOptions, 'warn' | 'scratch'>;

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
export function encodedTree(root: string, choices: Choices = {}): Encoded {
  const scratch = new ScratchFolder(root);
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => warnings.push(warning);
  try {
    // Bytes of a record are valid until the next one is asked for.
    const rows = Array.from(encodeSqs(new InputTree(root), { scratch, warn, nowMillis: 0n, ...choices }), rowOf);
    return { rows, warnings };
  } finally {
    scratch.remove();
  }
}

export function rowOf({ key, value }: SnapshotRow): readonly [string, string] {
  if (!(value instanceof Uint8Array)) throw new Error('a value of SQS is bytes');
  return [Buffer.from(key).toString('latin1'), Buffer.from(value).toString('latin1')];
}

export function encoded(files: Readonly<Record<string, string | Buffer>>, choices: Choices = {}): Encoded {
  return withTree(files, (root) => {
    const { rows, warnings } = encodedTree(root, choices);
    return { rows, warnings: warnings.map((warning) => withoutRoot(warning, root)) };
  });
}

/** Paths are told with the root of the tree, which is another one for each test. */
function withoutRoot({ message, fields, ...warning }: Warning, root: string): Warning {
  const shorter = (text: string) => text.replaceAll(`${root}/`, '');
  const short = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? shorter(value) : value,
  ]);
  return { ...warning, message: shorter(message), fields: Object.fromEntries(short) };
}

/** The complaint of encode about the files, the root of the tree left out. */
export function refusal(files: Readonly<Record<string, string | Buffer>>, choices: Choices = {}): string {
  return withTree(files, (root) => {
    try {
      encodedTree(root, choices);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return error.message.replaceAll(`${root}/`, '');
    }
    throw new Error('nothing was refused');
  });
}

/** Settings that a server takes. */
export const USABLE = ',"message_retention_seconds":345600,"maximum_message_size":262144';

/** `_queue.json` and `messages.jsonl` of one queue in the folder `q`. */
export function queue(settings: string, ...lines: readonly string[]): Record<string, string> {
  return {
    'q/_queue.json': `{"format_version":1,"name":"q"${settings}}`,
    ...(lines.length === 0 ? {} : { 'q/messages.jsonl': lines.join('\n') }),
  };
}
