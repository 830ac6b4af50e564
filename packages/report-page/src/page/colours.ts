const OF_ADAPTERS = new Set(['redis', 'dynamodb', 's3', 'sqs']);

/** The class that gives what is drawn of an adapter its colour, in all pictures the same. */
export function colourOf(adapter: string | undefined): string {
  return OF_ADAPTERS.has(adapter ?? '') ? `of-${adapter}` : 'of-others';
}
