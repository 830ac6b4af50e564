import { STATE_FOLDER } from '@ekv/adapter';
import { CHECKSUMS_NAME, MANIFEST_NAME, type TreeSource } from '@ekv/dump-tree';
import { fewOf, printable, type Warn } from '@ekv/snapshot';
import { didYouMean } from '@ekv/snapshot/arguments';
import { TEMPORARY_SUFFIX } from '@ekv/snapshot/publish';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';

const KNOWN: ReadonlySet<string> = new Set([...ADAPTER_NAMES, STATE_FOLDER, MANIFEST_NAME, CHECKSUMS_NAME]);
const EXAMPLES = 3;

/**
 * Warns of what stands at the top of a tree and belongs to no adapter: a folder whose name was misspelled holds data that nobody
 * reads. Hidden entries, as of a version control, are nobody's data.
 */
export function warnOfTopLevel(tree: TreeSource, warn: Warn): void {
  const examples: string[] = [];
  let count = 0;
  for (const { name } of tree.entries('')) {
    if (KNOWN.has(name) || name.startsWith('.') || TEMPORARY_SUFFIX.test(name)) continue;
    count++;
    const shown = printable(Buffer.from(name, 'latin1'));
    if (examples.length < EXAMPLES) examples.push(`${shown}${didYouMean(name.toLowerCase(), ADAPTER_NAMES)}`);
  }
  if (count === 0) return;
  warn({
    event: 'stray_entries',
    message: `what stands at the top of the tree and belongs to no adapter was left out: ${fewOf(examples, count)}`,
    fields: { count },
    loss: true,
  });
}
