import type { SelfTestMismatch } from '@ekv/core';

/** What a self-test that failed says, in one line. @param decodes what was decoded, with its verb. */
export function mismatchText(report: string, mismatch: SelfTestMismatch, decodes: string): string {
  const { differences, first } = mismatch;
  return `self-test diff (see ${report}): ${differences} ${differences === 1 ? 'difference' : 'differences'} between the tree and what ${decodes} to; the first: ${first}${formattingText(mismatch)}; nothing was published`;
}

/** When one file differs and that in white space alone, the first difference has said so. */
function formattingText({ differences, formattingOnly }: SelfTestMismatch): string {
  if (formattingOnly === 0) return '';
  if (differences === 1) return '; --accept-formatting accepts that';
  return `; in ${formattingOnly} of them only white space differs, which --accept-formatting accepts`;
}
