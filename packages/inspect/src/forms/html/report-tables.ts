import type { Cell, Column, ReportTable } from '@ekv/report-page';
import { bytesOf, entriesOf } from '../../amounts.ts';
import type { Amounts, InspectReport, ReportInput, TransactionReport, UnitHistory, UnitReport } from '../../report.ts';
import { timeText } from '../quantities.ts';

/** All but what is drawn as bars. Those without a row are left out. */
export function reportTables(report: InspectReport): ReportTable[] {
  const { inputs, history, largest } = report;
  const tables = [
    ...(history === undefined ? [] : [historyTable(history)]),
    partialTable(report),
    unitTable(
      'Largest keys',
      'By bytes of all their rows, live and past; the largest of each adapter.',
      largest.bySize,
      [...UNIT_BYTES, ELEMENTS],
    ),
    unitTable(
      'Most elements',
      'By fields, members, items, entries, chunks; the largest of each adapter.',
      largest.byElements,
      [ELEMENTS, ...UNIT_BYTES],
    ),
    scopeTable(report),
    familyTable(report),
    leftOutTable(report),
    transactionTable(report.transactions),
    ...(inputs.length === 1 ? [] : [inputTable(inputs)]),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

const AMOUNTS: readonly Column[] = [
  { name: 'Live', holds: 'bytes' },
  { name: 'Past', holds: 'bytes' },
  { name: 'Rows', holds: 'count' },
  { name: 'Entries', holds: 'count' },
];

function amountCells(amounts: Amounts): number[] {
  const live = amounts.liveBytes + amounts.encryptedBytes;
  return [live, bytesOf(amounts) - live, amounts.rows + amounts.encrypted, entriesOf(amounts)];
}

type UnitColumn = readonly [column: Column, cell: (unit: UnitReport) => Cell];

const ELEMENTS: UnitColumn = [{ name: 'Elements', holds: 'count' }, ({ elements }) => elements];
const UNIT_BYTES: readonly UnitColumn[] = [
  [{ name: 'Live', holds: 'bytes' }, ({ bytes }) => bytes],
  [{ name: 'Past', holds: 'bytes' }, ({ oldBytes }) => oldBytes],
];

/** @param measured what the order is by, then what else can be told. */
function unitTable(
  title: string,
  about: string,
  units: readonly UnitReport[],
  measured: readonly UnitColumn[],
): ReportTable {
  const columns: readonly UnitColumn[] = [
    [{ name: 'Address', holds: 'address' }, ({ address }) => address],
    [{ name: 'Scope', holds: 'text' }, ({ scope }) => scope],
    ...measured,
    [{ name: 'Rows', holds: 'count' }, ({ rows }) => rows],
    [{ name: 'Old versions', holds: 'count' }, ({ oldVersions }) => oldVersions],
    [{ name: 'Written', holds: 'time' }, ({ writtenAtMs }) => (writtenAtMs === 0 ? null : timeText(writtenAtMs))],
  ];
  return {
    title,
    about,
    columns: columns.map(([column]) => column),
    rows: units.map((unit) => columns.map(([, cell]) => cell(unit))),
  };
}

function scopeTable({ adapters }: InspectReport): ReportTable {
  return {
    title: 'Types, tables, buckets, queues',
    about: 'What keys are divided at is in the last column.',
    columns: [
      { name: 'Name', holds: 'address' },
      { name: 'Adapter', holds: 'text' },
      { name: 'Kind', holds: 'text' },
      { name: 'Keys', holds: 'count' },
      ...AMOUNTS,
      { name: 'Divided at', holds: 'text' },
    ],
    rows: adapters.flatMap(({ adapter, scopeKind, scopes, otherScopes }) => [
      ...scopes.map(({ name, amounts, separator }) => [
        name,
        adapter,
        scopeKind,
        amounts.units,
        ...amountCells(amounts),
        separator,
      ]),
      ...(otherScopes === undefined
        ? []
        : [
            [
              `(${otherScopes.scopes} more)`,
              adapter,
              scopeKind,
              otherScopes.amounts.units,
              ...amountCells(otherScopes.amounts),
              '',
            ],
          ]),
    ]),
  };
}

function familyTable({ families }: InspectReport): ReportTable {
  return {
    title: 'Key families',
    about: 'All entries by what their keys begin with.',
    columns: [
      { name: 'Family', holds: 'address' },
      { name: 'Class', holds: 'text' },
      { name: 'Adapter', holds: 'text' },
      ...AMOUNTS,
      { name: 'Deletions', holds: 'count' },
    ],
    rows: families.map(({ prefix, class: rank, adapter, says, amounts }) => [
      prefix || '(no family)',
      says === undefined ? rank : `${rank}: ${says}`,
      adapter ?? null,
      ...amountCells(amounts),
      amounts.tombstones,
    ]),
  };
}

function leftOutTable({ leftOut }: InspectReport): ReportTable {
  const refusal = leftOut.refused === undefined ? [] : [[leftOut.refused, 'refused', 'refusal']];
  return {
    title: 'What a decode would say',
    about: leftOut.isRehearsed
      ? 'Loss: it would not be in the dump. Doubt: it would, but something contradicts it.'
      : 'As far as the check of the file tells; a decode was not rehearsed.',
    columns: [
      { name: 'Message', holds: 'text' },
      { name: 'Event', holds: 'text' },
      { name: 'Weight', holds: 'text' },
    ],
    rows: [...refusal, ...leftOut.warnings.map(({ message, event, weight }) => [message, event, weight])],
  };
}

function partialTable({ partial = {} }: InspectReport): ReportTable {
  return {
    title: 'What could not be read',
    about: 'The snapshot is damaged. All other numbers are of the rest.',
    columns: [
      { name: 'Kind', holds: 'text' },
      { name: 'Count', holds: 'count' },
    ],
    rows: Object.entries(partial),
  };
}

function transactionTable({ open }: TransactionReport): ReportTable {
  return {
    title: 'Open transactions',
    about: 'They hold locks in this snapshot; the oldest first.',
    columns: [
      { name: 'First key', holds: 'address' },
      { name: 'Began', holds: 'time' },
      { name: 'Locks', holds: 'count' },
      { name: 'Some keys', holds: 'text' },
    ],
    rows: open.map(({ primary, startedAtMs, locks, keys }) => [primary, timeText(startedAtMs), locks, keys.join(', ')]),
  };
}

function historyTable({ address, commits }: UnitHistory): ReportTable {
  return {
    title: `History of ${address}`,
    about: 'Commits that wrote or deleted rows of it, the newest first.',
    columns: [
      { name: 'Commit', holds: 'time' },
      { name: 'Written', holds: 'bytes' },
      { name: 'Rows', holds: 'count' },
      { name: 'Deleted', holds: 'count' },
      { name: 'Live still', holds: 'count' },
      { name: 'Timestamp', holds: 'text' },
    ],
    rows: commits.map(({ atMs, writtenBytes, written, deleted, live, commitTs }) => [
      timeText(atMs),
      writtenBytes,
      written,
      deleted,
      live,
      commitTs,
    ]),
  };
}

function inputTable(inputs: readonly ReportInput[]): ReportTable {
  return {
    title: 'Inputs',
    about: 'Files and folders that were read.',
    columns: [
      { name: 'Path', holds: 'address' },
      { name: 'Kind', holds: 'text' },
      { name: 'Group', holds: 'text' },
      { name: 'Bytes', holds: 'bytes' },
      { name: 'Entries', holds: 'count' },
      { name: 'Taken', holds: 'time' },
    ],
    rows: inputs.map(({ path, kind, group, bytes, entries, takenAtMs }) => [
      path,
      kind,
      group ?? null,
      bytes,
      entries,
      takenAtMs === undefined ? null : timeText(takenAtMs),
    ]),
  };
}
