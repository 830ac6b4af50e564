import { expect, test } from 'vitest';
import { type FindingKind, Findings } from './findings.ts';
import { ListedWarnings } from './listed-warnings.ts';
import type { Warning } from './warning.ts';

const LATE: FindingKind = { event: 'late', says: 'things are late', advice: 'hurry', doubt: true };
const GONE: FindingKind = { event: 'gone', says: 'things are gone', advice: 'look for them', loss: true };

test('a kind is told once, with its count, its first example and its weight', () => {
  const findings = new Findings();
  findings.add(LATE, () => 'a');
  findings.add(GONE, () => 'b');
  findings.add(LATE, () => {
    throw new Error('an example is made for the first one only');
  });
  const warnings: Warning[] = [];
  findings.report((warning) => warnings.push(warning));
  expect(warnings).toEqual([
    {
      event: 'late',
      message: 'things are late, for example a; hurry',
      fields: { count: 2, example: 'a' },
      doubt: true,
    },
    {
      event: 'gone',
      message: 'things are gone, for example b; look for them',
      fields: { count: 1, example: 'b' },
      loss: true,
    },
  ]);
});

test('nothing found, nothing told', () => {
  new Findings().report(() => expect.unreachable());
});

test('20 warnings of a kind are given one by one, what is beyond is counted in one more', () => {
  const warnings: Warning[] = [];
  const listed = new ListedWarnings((warning) => warnings.push(warning), 'late', 'more things are late', {
    doubt: true,
  });
  for (let i = 0; i < 1000; i++) listed.add(`thing ${i}`, { thing: i });
  listed.finish();
  expect(warnings).toHaveLength(21);
  expect(warnings[20]).toEqual({
    event: 'late',
    message: 'more things are late',
    fields: { count: 1000, shown: 20 },
    doubt: true,
  });
});
