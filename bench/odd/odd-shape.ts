import { mkdirSync } from 'node:fs';
import { StagedTree, type TreeSink } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { manifest } from '../redis-tree/manifest.ts';

/** Writes the data of a tree of about so many records, in bounded memory. */
export type ShapeWriter = (sink: TreeSink, records: number, scratch: ScratchFolder) => void;

/** A tree in which one thing is far larger than in others, and the tree that it is compared with. */
export interface OddShape {
  readonly name: string;
  /** What is counted, such as `field`. */
  readonly record: string;
  /** The size that must work. */
  readonly records: number;
  readonly write: ShapeWriter;
  /** As many records of the usual shape. */
  readonly plain: PlainShape;
  /** Whether decode is given `--rename-collisions`. */
  readonly renamesCollisions?: true;
}

export interface PlainShape {
  readonly name: string;
  readonly write: ShapeWriter;
}

/** Writes the tree that decoding its snapshot gives. @param target a folder that does not exist; its parents are made. */
export function writeShape({ write, renamesCollisions }: ShapeOfTree, records: number, target: string): void {
  mkdirSync(target, { recursive: true });
  const scratch = new ScratchFolder();
  const tree = StagedTree.create(target, { scratch });
  try {
    write(tree, records, scratch);
    tree.publish(renamesCollisions ? renamingManifest() : manifest());
  } finally {
    tree.abandon();
    scratch.remove();
  }
}

export type ShapeOfTree = Pick<OddShape, 'write' | 'renamesCollisions'>;

/** As decode with `--rename-collisions` writes it. */
function renamingManifest(): Buffer {
  const last = '"include_sqs_side_records": false';
  return Buffer.from(manifest().toString().replace(last, `${last},\n    "rename_s3_collisions": true`));
}

/** Lines of one file, written piece by piece. */
export function writeLines(sink: TreeSink, path: string, lines: Iterable<string>): void {
  const file = sink.lines(path);
  for (const line of lines) file.write(Buffer.from(line));
  file.close();
}

/** A number with leading zeros: names in the order of their numbers. */
export function numbered(value: number): string {
  return String(value).padStart(8, '0');
}

/** Text of a value: about 40 bytes, another for each number. */
export function shortText(value: number): string {
  return `value ${numbered(value)} of an entry of this length`;
}
