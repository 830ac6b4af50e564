/**
 * The first of several things and how many more there are, for messages: `a, b and 3 more`.
 *
 * @param shown those that are named, each of them one line. @param count of all. @param between `; ` where they hold commas.
 */
export function fewOf(shown: readonly string[], count: number, between: ', ' | '; ' = ', '): string {
  const more = count - shown.length;
  if (more <= 0) return shown.join(between);
  return `${shown.join(between)}${between === ', ' ? '' : ';'} and ${more} more`;
}
