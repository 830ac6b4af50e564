/** What a generated tree can hold. */
export const SHAPES = ['redis', 'dynamodb'] as const;

export type Shape = (typeof SHAPES)[number];
