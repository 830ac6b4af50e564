import type { ChecksumsReport } from '@ekv/dump-tree';
import { EnvironmentError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { ChecksumsError, reportChecksums } from './checksums-findings.ts';

const NOTHING = { count: 0, examples: [] };
const OK = {
  ok: true,
  changed: NOTHING,
  missing: NOTHING,
  unlisted: NOTHING,
  malformed: NOTHING,
  irregular: NOTHING,
  unreadable: NOTHING,
};
const MESSAGE = 'cannot read tree/CHECKSUMS: permission denied (EACCES)';
const UNREADABLE: ChecksumsReport = {
  ...OK,
  ok: false,
  unreadable: { count: 1, examples: [MESSAGE] },
  refusal: new EnvironmentError(MESSAGE),
};

function warningsOf(report: ChecksumsReport, verify: boolean): Warning[] {
  const warnings: Warning[] = [];
  reportChecksums(report, verify, (warning) => warnings.push(warning));
  return warnings;
}

test('a CHECKSUMS that may not be read is a warning that gives the reason', () => {
  expect(warningsOf(UNREADABLE, false)).toMatchObject([{ event: 'checksums_unreadable', fields: { count: 1 } }]);
  expect(warningsOf(UNREADABLE, false)[0]!.message).toContain(MESSAGE);
});

test('with --verify it is the fault of the machine, whatever else differs', () => {
  const differs = { ...UNREADABLE, changed: { count: 1, examples: ['a'] } };
  for (const report of [UNREADABLE, differs]) {
    expect(() => warningsOf(report, true)).toThrow(EnvironmentError);
    expect(() => warningsOf(report, true)).toThrow(MESSAGE);
  }
});

test('files that differ are a warning, with --verify an error', () => {
  const differs = { ...OK, ok: false, changed: { count: 1, examples: ['a'] } };
  expect(warningsOf(differs, false)).toMatchObject([{ event: 'checksums_differ', fields: { changed: 1 } }]);
  expect(() => warningsOf(differs, true)).toThrow(ChecksumsError);
});

test.each(['changed', 'missing', 'unlisted', 'malformed', 'irregular'] as const)(
  'what is refused because it is %s is told with the way to a true CHECKSUMS',
  (kind) => {
    const differs = { ...OK, ok: false, [kind]: { count: 1, examples: ['a'] } };
    expect(() => warningsOf(differs, true)).toThrow(/ \(a\); .*--update-checksums/);
  },
);

test('a tree without CHECKSUMS is refused with the way to one', () => {
  expect(() => reportChecksums(undefined, true, () => {})).toThrow(/--update-checksums/);
});
