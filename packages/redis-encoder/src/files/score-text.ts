import type { JsonReader } from '@ekv/dump-tree';
import { printable } from '@ekv/snapshot';

/** Scores in JSON: numbers, and strings for infinities; docs/format/03-redis.md, section 9. */

const HIGHEST = '+inf';
const LOWEST = '-inf';

/** The shortest digits that read back to the same double; negative zero keeps its sign. */
export function scoreText(score: number): string {
  if (score === Number.POSITIVE_INFINITY) return `"${HIGHEST}"`;
  if (score === Number.NEGATIVE_INFINITY) return `"${LOWEST}"`;
  return Object.is(score, -0) ? '-0' : String(score);
}

/** Gets the digits of a finite score and the double that they were rounded to. */
export type TakeScoreText = (text: string, score: number) => void;

/** The nearest double. Fails for numbers that are too large for one. */
export function readScore(reader: JsonReader, onScore: TakeScoreText): number {
  if (reader.peek() === 'string') {
    const text = reader.string();
    if (text === HIGHEST) return Number.POSITIVE_INFINITY;
    if (text === LOWEST) return Number.NEGATIVE_INFINITY;
    reader.fail(`"score" must be a number, "+inf" or "-inf", not "${printable(Buffer.from(text))}"`);
  }
  const text = reader.number('"score"');
  const score = Number(text);
  if (!Number.isFinite(score)) reader.fail('"score" is too large for a double');
  onScore(text, score);
  return score;
}
