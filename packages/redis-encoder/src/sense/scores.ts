import type { FindingKind, Findings } from '@ekv/snapshot';

const ROUNDED: FindingKind = {
  event: 'redis_rounded_score',
  says: 'scores are beyond what a double holds, as a score is one, and were rounded',
  advice: 'keep such numbers in the member, or use smaller ones',
  loss: true,
};

/** Numbers of so many characters are exact, or as near as anything can be. */
const EXACT_DIGITS = 15;
const SHOWN_DIGITS = 40;
const INTEGER = /^-?[0-9]+$/;
const ZERO = /^-?0*\.?0*([eE]|$)/;

/** Looks whether the digits of a score became another number. @param position where they stand, for people. */
export function checkScoreText(findings: Findings, text: string, score: number, position: () => string): void {
  if ((text.length > EXACT_DIGITS || score === 0) && isRounded(text, score))
    findings.add(ROUNDED, () => `${text.slice(0, SHOWN_DIGITS)} in ${position()}, which becomes ${score}`);
}

/** Whether an integer became another one, or a number that is not zero became zero. Other digits are near enough. */
function isRounded(text: string, score: number): boolean {
  if (score === 0) return text !== '0' && !ZERO.test(text);
  // The shortest digits of a double may denote another integer; they are what decode writes.
  return text !== String(score) && INTEGER.test(text) && BigInt(text) !== BigInt(score);
}
