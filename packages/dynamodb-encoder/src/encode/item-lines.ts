import { sortedEntries } from '@ekv/adapter';
import { LineReader, refusedEntry, type TreeFile } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { partName, partNumber } from '../files/item-parts.ts';
import { isHidden } from '../files/paths.ts';
import type { EncodeContext } from './encode-context.ts';
import type { FoundItem } from './item-source.ts';
import type { JsonlTables } from './jsonl-tables.ts';

/** A line is held whole. */
const LONGEST_LINE = 400 << 20;

/** A table in the layout `jsonl`. */
interface TableOfLines {
  /** `items/` of the table, a byte string relative to the root. */
  readonly folder: string;
  /** The name of its folder. */
  readonly name: string;
}

/**
 * The items of a table that lie in files with many of them, a line for each, in any order. Everything else in `items/` is refused:
 * it may be a part that lost its name. docs/format/04-dynamodb.md, section 11.5.
 */
export function* itemLines(
  context: EncodeContext,
  { folder, name }: TableOfLines,
  tables: JsonlTables,
): Generator<FoundItem> {
  const { tree, problems } = context;
  const before = problems.count;
  let parts = 0;
  let highest = 0;
  let items = 0;
  for (const part of partsOf(context, folder)) {
    parts++;
    highest = Math.max(highest, part.number);
    const file = problems.attempt(() => tree.openOptional(part.path, 'recorded of JSON'));
    if (file === undefined) continue;
    try {
      for (const line of problems.guard(linesOf(file))) {
        items++;
        const { bytes: text, start, end, number } = line;
        yield { path: part.path, line: number, text, start, end };
      }
    } finally {
      file.close();
    }
  }
  const shown = tree.display(folder);
  if (highest > parts) problems.add(gap(shown, parts, highest));
  if (problems.count > before) tables.passOver(name);
  else tables.read(name, shown, { parts: BigInt(parts), items: BigInt(items) });
}

/** A line without its end. */
interface ItemLine {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** From 1 on. */
  readonly number: number;
}

function* linesOf(file: TreeFile): Generator<ItemLine> {
  const lines = new LineReader(file, LONGEST_LINE);
  while (lines.next()) {
    const { bytes, start, number, textEnd: end } = lines;
    if (end === start) throw new DataError(`${file.name}:${number}: the line is empty; each line is an item`);
    yield { bytes, start, end, number };
  }
}

function* partsOf(
  context: EncodeContext,
  folder: string,
): Generator<{ readonly path: string; readonly number: number }> {
  const { tree, problems } = context;
  if (problems.attempt(() => tree.isFolder(folder)) !== true) return;
  for (const { name, kind } of problems.guard(sortedEntries(tree, context.scratch, folder))) {
    const path = `${folder}/${name}`;
    const number = partNumber(name);
    if (number !== undefined && kind === 'file') yield { path, number };
    else if (kind === 'link' || kind === 'special') problems.add(refusedEntry(tree.display(path), kind));
    else if (!isHidden(name)) problems.add(foreign(tree.display(path)));
  }
}

function foreign(path: string): DataError {
  return new DataError(
    `${path} is no part of a table: with dynamodb_layout "jsonl" only ${partName(1)}, ${partName(2)} and so on lie in items/; move it away`,
  );
}

function gap(folder: string, parts: number, highest: number): DataError {
  return new DataError(
    `${folder} has ${parts} ${parts === 1 ? 'part' : 'parts'}, the last is ${partName(highest)}: ${highest - parts} of those before it are missing; put them back`,
  );
}
