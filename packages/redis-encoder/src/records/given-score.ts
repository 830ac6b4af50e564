import { ArgumentError, type Findings, printable } from '@ekv/snapshot';
import { kindOf, type TextOrBytes } from '@ekv/snapshot/arguments';
import { checkScoreText } from '../sense/scores.ts';

/** Any double but NaN, or its decimal digits, or `inf`, `+inf`, `-inf`, as Redis clients give it. */
export type Score = number | TextOrBytes;

const INFINITY = /^([+-]?)inf(?:inity)?$/i;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;

/** Throws ArgumentError for what is no score. @param name for messages. */
export function givenScore(given: Score, name: () => string, findings: Findings | undefined): number {
  if (typeof given === 'number' && !Number.isNaN(given)) return given;
  if (typeof given === 'string' || given instanceof Uint8Array) return scoreOfText(given, name, findings);
  throw notAScore(Number.isNaN(given) ? 'NaN' : kindOf(given), name);
}

function scoreOfText(given: TextOrBytes, name: () => string, findings: Findings | undefined): number {
  const text = typeof given === 'string' ? given : Buffer.from(given).toString('latin1');
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const score = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(score)) throw notAScore(`"${printable(Buffer.from(text))}"`, name);
  if (findings !== undefined) checkScoreText(findings, text, score, name);
  return score;
}

function notAScore(given: string, name: () => string): ArgumentError {
  return new ArgumentError(`${name()} must be a number that a double can hold, "inf" or "-inf", not ${given}`);
}
