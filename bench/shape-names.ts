/** What a generated tree can hold. */
export const SHAPES = ['redis', 'dynamodb', 's3', 'sqs', 'sqs-queue', 'mixed'] as const;

export type Shape = (typeof SHAPES)[number];
