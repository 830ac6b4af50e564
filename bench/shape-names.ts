/** What a generated tree can hold. */
export const SHAPES = ['redis', 's3'] as const;

export type Shape = (typeof SHAPES)[number];
