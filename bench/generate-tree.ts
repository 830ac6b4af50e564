import { parseArgs } from 'node:util';
import { StagedTree, type TreeSink } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { writeDynamodbTree } from './dynamodb-tree/dynamodb-tree.ts';
import { manifest } from './redis-tree/manifest.ts';
import { writeRedisTree } from './redis-tree/redis-tree.ts';
import { writeS3Tree } from './s3-tree/s3-tree.ts';
import { SHAPES, type Shape } from './shape-names.ts';
import { writeSqsTree } from './sqs-tree/sqs-tree.ts';
import { wholeNumber } from './whole-number.ts';

/** What decides the bytes of a generated tree of a shape. */
export interface TreeShape {
  /** Number of keys, items, objects or messages. */
  readonly records: number;
  /** Mean length of a value. */
  readonly valueBytes: number;
  /** Changes keys and values, not the number of records of a kind. */
  readonly seed: number;
}

/** What a tree holds, MANIFEST.json and CHECKSUMS not counted. */
export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
}

type WriteTree = (shape: TreeShape, sink: TreeSink, scratch: ScratchFolder) => void;

const WRITERS: Readonly<Record<Shape, WriteTree>> = {
  redis: writeRedisTree,
  dynamodb: writeDynamodbTree,
  s3: writeS3Tree,
  sqs: writeSqsTree,
  'sqs-queue': (shape, sink) => writeSqsTree({ ...shape, queues: 'one' }, sink),
  mixed: writeMixedTree,
};

/** Of 100 records of a mixed tree. */
const MIXED = [
  { write: writeDynamodbTree, share: 30 },
  { write: writeS3Tree, share: 10 },
  { write: writeSqsTree, share: 20 },
] as const;

/**
 * Writes the dump tree that decoding a snapshot of this shape would give: the same options, the same bytes. README.md says
 * what is in it.
 *
 * @param target a folder that does not exist, or is empty.
 */
export function generateTree(name: Shape, target: string, shape: TreeShape): TreeSize {
  const scratch = new ScratchFolder();
  const tree = StagedTree.create(target, { scratch });
  try {
    WRITERS[name](shape, tree, scratch);
    tree.publish(manifest());
    return { files: tree.files, bytes: tree.bytes };
  } finally {
    tree.abandon();
    scratch.remove();
  }
}

function writeMixedTree(shape: TreeShape, sink: TreeSink, scratch: ScratchFolder): void {
  let left = shape.records;
  for (const { write, share } of MIXED) {
    const records = Math.floor((shape.records * share) / 100);
    write({ ...shape, records }, sink);
    left -= records;
  }
  writeRedisTree({ ...shape, records: left }, sink, scratch);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      shape: { type: 'string', default: 'redis' },
      records: { type: 'string', default: '20000' },
      'value-bytes': { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
    },
  });
  const shape = SHAPES.find((name) => name === values.shape);
  if (shape === undefined) throw new Error(`--shape ${values.shape}: must be one of ${SHAPES.join(', ')}`);
  if (positionals.length !== 1) throw new Error('name one folder to write, which must not exist');
  const start = performance.now();
  const { files, bytes } = generateTree(shape, positionals[0]!, {
    records: wholeNumber('records', values.records),
    valueBytes: wholeNumber('value-bytes', values['value-bytes']),
    seed: wholeNumber('seed', values.seed),
  });
  console.log(`${files} files, ${bytes} bytes, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
