import { generateDynamodbTree } from './generate-dynamodb-tree.ts';
import { generateRedisTree, type TreeSize } from './generate-redis-tree.ts';
import { generateS3Tree } from './generate-s3-tree.ts';
import { generateSqsTree } from './generate-sqs-tree.ts';
import type { Shape } from './shape-names.ts';

/** What decides the bytes of a generated tree. */
interface TreeShape {
  readonly records: number;
  readonly valueBytes: number;
  readonly seed: number;
}

/** What writes a tree of each shape to a folder that does not exist. */
export const GENERATORS: Readonly<Record<Shape, (target: string, shape: TreeShape) => TreeSize>> = {
  redis: generateRedisTree,
  dynamodb: generateDynamodbTree,
  sqs: generateSqsTree,
  'sqs-queue': (target, shape) => generateSqsTree(target, { ...shape, queues: 'one' }),
  s3: generateS3Tree,
};
