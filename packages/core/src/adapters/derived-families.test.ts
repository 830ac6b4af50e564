import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TreeSink } from '@ekv/dump-tree';
import { type CheckedSnapshot, narrowSnapshot, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { ADAPTERS } from './adapters.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live');
const SNAPSHOTS = readdirSync(LIVE, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile() && /^[0-9a-f]{16}\.fsm$/.test(entry.name))
  .map((entry) => relative(LIVE, join(entry.parentPath, entry.name)))
  .filter((path) => !/^(?:damaged|shapes|snapshot-folder)/.test(path))
  .sort();

const DERIVED: ReadonlySet<string> = new Set(ADAPTERS.flatMap(({ families }) => families.derived));

/** The files that a decode makes, by path. */
function treeOf(source: CheckedSnapshot, scratch: ScratchFolder): Record<string, string> {
  const tree: Record<string, string> = {};
  const write = (path: string, bytes: Uint8Array) => {
    tree[path] = (tree[path] ?? '') + Buffer.from(bytes).toString('latin1');
  };
  const pieces = (path: string) => {
    write(path, Buffer.alloc(0));
    return { write: (bytes: Uint8Array) => write(path, bytes), close: () => {} };
  };
  const sink: TreeSink = { file: write, lines: pieces, pieces, folder: () => {} };
  const run = { warn: () => {}, scratch, exclusions: NO_EXCLUSIONS, shiftMs: 0n, workers: 1 };
  for (const adapter of ADAPTERS) adapter.decode(source, sink, run);
  return tree;
}

test.each(SNAPSHOTS)('%s gives the same files without the rows of derived families', (path) => {
  const scratch = new ScratchFolder(temporaryFolder());
  const snapshot = openSnapshot(join(LIVE, path), { scratch });
  try {
    const whole = snapshot.check({ families: KNOWN_FAMILIES });
    const familyOf = (bytes: Buffer, start: number, end: number) => {
      for (const { owners } of ADAPTERS) {
        const family = owners.family(bytes, start, end);
        if (family !== undefined) return family;
      }
      return '';
    };
    const { source, close } = narrowSnapshot(whole, {
      families: KNOWN_FAMILIES,
      scratch,
      keeps: (bytes, start, end) => !DERIVED.has(familyOf(bytes, start, end)),
    });
    expect(source.summary.entries).toBeLessThan(whole.summary.entries);
    expect(treeOf(source, scratch)).toEqual(treeOf(whole, scratch));
    close();
  } finally {
    snapshot.close();
    scratch.remove();
  }
});
