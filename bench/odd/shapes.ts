import { DYNAMODB_SHAPES } from './dynamodb-shapes.ts';
import type { OddShape } from './odd-shape.ts';
import { REDIS_SHAPES } from './redis-shapes.ts';
import { S3_SHAPES } from './s3-shapes.ts';
import { SQS_SHAPES } from './sqs-shapes.ts';

/** All shapes in which something is far larger than usual. */
export const ODD_SHAPES: readonly OddShape[] = [...REDIS_SHAPES, ...DYNAMODB_SHAPES, ...S3_SHAPES, ...SQS_SHAPES];
