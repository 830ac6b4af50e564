import { type Fact, type Figure, reportPage } from '@ekv/report-page';
import { bytesOf, entriesOf } from '../../amounts.ts';
import type { Amounts, InspectReport, ReportInput } from '../../report.ts';
import { bytesText, countText, shareText, timeText } from '../quantities.ts';
import { distributionTables } from './distribution-tables.ts';
import { reportTables } from './report-tables.ts';
import { treeBranch } from './tree-branch.ts';

/** The report as one HTML page that needs nothing from elsewhere, below 5 MB. */
export function reportHtml(report: InspectReport): string {
  return reportPage({
    title: titleOf(report.inputs),
    facts: factsOf(report),
    figures: figuresOf(report.totals),
    tree: treeBranch(report),
    tables: [...distributionTables(report), ...reportTables(report)],
  });
}

function titleOf(inputs: readonly ReportInput[]): string {
  const [first] = inputs;
  return inputs.length === 1 ? first!.path.replace(/.*\/(?=.)/, '') : `${inputs.length} inputs`;
}

/** Of one input. Several have a table. */
function factsOf({ inputs, tool, madeAtMs, partial = {} }: InspectReport): Fact[] {
  const [first] = inputs;
  const facts = inputs.length === 1 ? factsOfInput(first!) : [];
  facts.push({ name: 'looked at', value: `${timeText(madeAtMs)} UTC by ${tool}` });
  if (Object.keys(partial).length > 0) facts.push({ name: 'damaged', value: 'numbers are of what can be read' });
  return facts;
}

function factsOfInput({ kind, bytes, takenAtMs, takenAtIsApproximate, versionsSinceMs, group }: ReportInput): Fact[] {
  const facts: Fact[] = [{ name: kind, value: bytes === 0 ? 'a folder' : bytesText(bytes) }];
  if (group !== undefined) facts.push({ name: 'group', value: group });
  if (takenAtMs !== undefined) {
    facts.push({ name: 'taken', value: `${takenAtIsApproximate ? 'about ' : ''}${timeText(takenAtMs)} UTC` });
  }
  if (versionsSinceMs !== undefined)
    facts.push({
      name: 'old versions',
      value: versionsSinceMs === 0 ? 'all there ever were' : `since ${timeText(versionsSinceMs)} UTC`,
    });
  return facts;
}

/** What there is always, and of the rest what there is. */
function figuresOf(totals: Amounts): Figure[] {
  const all = bytesOf(totals);
  const bytes = (name: string, value: number, count: number, what: string): Figure => ({
    name,
    value,
    holds: 'bytes',
    note: `${shareText(value, all)} of all, ${countText(count)} ${what}${count === 1 ? '' : 's'}`,
  });
  const rare = [
    bytes('Expired', totals.expiredBytes, totals.expired, 'row'),
    bytes('Encrypted', totals.encryptedBytes, totals.encrypted, 'row'),
    bytes('Damaged', totals.damagedBytes, totals.damaged, 'row'),
  ];
  return [
    { name: 'Keys', value: totals.units, holds: 'count', note: 'items, objects, messages too' },
    bytes('Live', totals.liveBytes, totals.rows, 'row'),
    bytes('Old versions', totals.oldBytes, totals.oldVersions, 'version'),
    bytes('Deletions', totals.tombstoneBytes, totals.tombstones, 'key'),
    ...rare.filter(({ value }) => value > 0),
    { name: 'Entries', value: entriesOf(totals), holds: 'count', note: `${bytesText(all)} of keys and values` },
  ];
}
