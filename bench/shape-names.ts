/** What a generated tree can hold. */
export const SHAPES = ['redis', 'dynamodb', 'sqs'] as const;

export type Shape = (typeof SHAPES)[number];
