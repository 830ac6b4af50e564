import type { TreeEntry, TreeSource } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder } from '@ekv/snapshot';

const FEW = 4096;
const ARENA_BYTES = 16 << 20;

const KINDS: ReadonlyArray<TreeEntry['kind']> = ['file', 'folder', 'link', 'special'];

/**
 * What stands in a folder, in the order of the bytes of the names: so runs are repeatable, whatever the file system. Names
 * of a large folder are sorted on disk.
 */
export function* sortedEntries(tree: TreeSource, scratch: ScratchFolder, folder: string): Generator<TreeEntry> {
  const few: TreeEntry[] = [];
  let many: ExternalSorter | undefined;
  for (const entry of tree.entries(folder)) {
    if (many === undefined && few.length < FEW) few.push(entry);
    else {
      many ??= new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
      add(many, entry);
    }
  }
  if (many === undefined) return yield* few.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of few) add(many, entry);
  yield* sorted(many);
}

function add(sorter: ExternalSorter, { name, kind }: TreeEntry): void {
  sorter.add(Buffer.from(name, 'latin1'), Uint8Array.of(KINDS.indexOf(kind)));
}

function* sorted(sorter: ExternalSorter): Generator<TreeEntry> {
  const rows = sorter.sorted();
  try {
    while (rows.next()) {
      const name = rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd);
      yield { name, kind: KINDS[rows.bytes[rows.payloadStart]!]! };
    }
  } finally {
    rows.close();
  }
}
