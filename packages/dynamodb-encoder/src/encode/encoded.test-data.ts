import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder, type SnapshotRow, type Warning } from '@ekv/snapshot';
import { encodeDynamodb } from './index.ts';

export interface EncodedTree {
  readonly records: SnapshotRow[];
  readonly warnings: Warning[];
}

/**
 * What encode makes of a tree.
 *
 * @param files contents by path below `dynamodb/`; a path with a slash at its end is a folder.
 * @param prepare gets the root, for what files cannot say.
 */
export function encoded(files: Record<string, string>, prepare?: (root: string) => void): EncodedTree {
  const { error, ...tree } = attempted(files, { prepare });
  if (error !== undefined) throw error;
  return tree;
}

/** What a test does to a tree, given its root. */
interface Interference {
  readonly prepare?: ((root: string) => void) | undefined;
  /** A tree that is not as others. */
  readonly open?: (root: string) => InputTree;
  /** After the third row was given. */
  readonly afterThirdRow?: (root: string) => void;
}

/** What encode makes of a tree up to the error that it ends with, if any. */
export function attempted(
  files: Record<string, string>,
  { prepare, open = (root) => new InputTree(root), afterThirdRow }: Interference = {},
): EncodedTree & { readonly error?: Error } {
  const records: SnapshotRow[] = [];
  const warnings: Warning[] = [];
  const root = mkdtempSync(join(tmpdir(), 'ekv-dynamodb-'));
  const scratch = new ScratchFolder(root, 'scratch');
  try {
    for (const [path, content] of Object.entries(files)) {
      const whole = join(root, 'dynamodb', path);
      mkdirSync(path.endsWith('/') ? whole : dirname(whole), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(whole, content);
    }
    prepare?.(root);
    const warn = (warning: Warning) => void warnings.push(warning);
    for (const { key, value } of encodeDynamodb(open(root), { scratch, warn })) {
      records.push({ key: Buffer.from(key), value: Buffer.from(value as Uint8Array) });
      if (records.length === 3) afterThirdRow?.(root);
    }
    return { records, warnings };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    error.message = error.message.replaceAll(`${root}/`, '');
    return { records, warnings, error };
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A table of hash key `id`. @param type that is declared for it. */
export function schema(name: string, more: Record<string, unknown> = {}, type = 'S'): string {
  return JSON.stringify({
    format_version: 1,
    table_name: name,
    primary_key: { hash_key: { name: 'id' } },
    attribute_definitions: [{ name: 'id', type }],
    ...more,
  });
}

/** The message of the error that encode gives. */
export function refusal(files: Record<string, string>, prepare?: (root: string) => void): string {
  const { error } = attempted(files, { prepare });
  if (error === undefined) throw new Error('nothing was refused');
  return error.message;
}
