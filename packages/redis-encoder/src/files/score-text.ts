/**
 * The shortest digits that read back to the same double; infinities as JSON strings; negative zero keeps its sign.
 * docs/format/03-redis.md, section 9.
 */
export function scoreText(score: number): string {
  if (score === Number.POSITIVE_INFINITY) return '"+inf"';
  if (score === Number.NEGATIVE_INFINITY) return '"-inf"';
  return Object.is(score, -0) ? '-0' : String(score);
}
