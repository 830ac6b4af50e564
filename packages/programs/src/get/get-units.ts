import { momentOf, nothingTaken, readAddress, Selection, shownAddress, tellOfUnmatched, writeAddress } from '@ekv/core';
import {
  batchWritesOf,
  type FindRun,
  findUnits,
  jsonOfUnit,
  LeftOut,
  NewFolder,
  overAt,
  putItemsOf,
  rawOf,
  respOf,
  SCRIPT_NAME,
  s3CopiesOf,
  sendMessagesOf,
  type Unit,
  type Wanted,
  wantedBy,
  wantedOwners,
} from '@ekv/get';
import { DataError, UsageError } from '@ekv/snapshot';
import { absentText } from './absent-text.ts';
import type { GetForm } from './get-form.ts';
import type { GetOrder, Got } from './get-program.ts';
import { howToRun } from './how-to-run.ts';

/** Takes what is printed. */
export type Print = (piece: string | Uint8Array) => void;

/** Prints the units that are asked for. @returns what of the addresses nothing was found at. */
export function getUnits(order: GetOrder, run: FindRun, print: Print): Omit<Got, 'input' | 'isReaderGone'> {
  const owners = order.addresses.map(readAddress);
  const selection = new Selection(order.selection);
  const wanted = owners.length > 0 ? wantedOwners(owners) : wantedBy(selection);
  checkAdapters(order.form, wanted);
  const found = findUnits(order, wanted, run);
  try {
    const seen = new Set<number>();
    let units = 0;
    const isOver = selection.dropsExpired ? overAt(momentOf(found.rows.source.lastCommitTs)) : () => false;
    const counted = function* () {
      for (const unit of found.units) {
        if (!selection.takes(unit.owner) || isOver(unit)) continue;
        units++;
        for (const [i, owner] of owners.entries()) if (wantedOwners([owner]).takes(unit.owner)) seen.add(i);
        yield unit;
      }
    };
    printAs(order, counted(), run, print);
    const absent = owners
      .filter((_, i) => !seen.has(i))
      .map((owner) => absentText(found.rows, owner, { ...run, asOf: order.asOf }));
    if (owners.length === 0 && units === 0) absent.push(nothingTaken(selection, { place: found.rows.name }).message);
    else if (units > 0)
      tellOfUnmatched(selection, { hasUnits: true, place: found.rows.name }, run.options.warn ?? (() => {}));
    found.rows.refuseChanged();
    const nextSteps = units === 0 ? [] : howToRun(order.form, order.output);
    return { units, absent, isWhole: !found.rows.isNarrowed, nextSteps };
  } finally {
    found.close();
  }
}

const ADAPTER_OF = {
  resp: 'redis',
  'put-item': 'dynamodb',
  'batch-write': 'dynamodb',
  's3-cp': 's3',
  'send-message-batch': 'sqs',
} as const;

function adapterOf(form: GetForm): string | undefined {
  return form in ADAPTER_OF ? ADAPTER_OF[form as keyof typeof ADAPTER_OF] : undefined;
}

function checkAdapters(form: GetForm, { within }: Wanted): void {
  const adapter = adapterOf(form);
  const other = within.find((owner) => adapter !== undefined && owner.adapter !== adapter);
  if (other !== undefined)
    throw new UsageError(
      `--as ${form} is for ${adapter} alone, and ${shownAddress(writeAddress(other))} was asked for too; ask for ${adapter}/...`,
    );
}

function printAs(order: GetOrder, units: Iterable<Unit>, run: FindRun, print: Print): void {
  const leftOut = new LeftOut();
  for (const piece of piecesOf(order, units, leftOut)) print(piece);
  leftOut.report(run.options.warn ?? (() => {}));
}

function piecesOf(order: GetOrder, units: Iterable<Unit>, leftOut: LeftOut): Iterable<string | Uint8Array> {
  switch (order.form) {
    case 'indented':
      return jsonOf(units, 'indented');
    case 'raw':
      return rawOfOne(units);
    case 'resp':
      return respOf(units as Iterable<Extract<Unit, { adapter: 'redis' }>>, leftOut);
    case 'put-item':
      return putItemsOf(units as Iterable<Extract<Unit, { adapter: 'dynamodb' }>>);
    case 'batch-write':
      return batchWritesOf(units as Iterable<Extract<Unit, { adapter: 'dynamodb' }>>);
    case 's3-cp':
      return toFolder(order.output!, units as Iterable<Extract<Unit, { adapter: 's3' }>>, leftOut);
    case 'send-message-batch':
      return sendMessagesOf(units as Iterable<Extract<Unit, { adapter: 'sqs' }>>, BigInt(Date.now()), leftOut);
    default:
      return jsonOf(units, 'one line');
  }
}

function* jsonOf(units: Iterable<Unit>, layout: 'one line' | 'indented'): Generator<string, void, undefined> {
  for (const unit of units) yield* jsonOfUnit(unit, layout);
}

/** Bytes of two values would run into each other. */
function* rawOfOne(units: Iterable<Unit>): Generator<Uint8Array, void, undefined> {
  let first: string | undefined;
  for (const unit of units) {
    if (first !== undefined)
      throw new DataError(
        `--raw prints one value, and ${shownAddress(first)} and ${shownAddress(unit.address)} were asked for; name one address, or use --json`,
      );
    first = unit.address;
    yield* rawOf(unit);
  }
}

/** Nothing goes to standard output. */
function toFolder(path: string, units: Iterable<Extract<Unit, { adapter: 's3' }>>, leftOut: LeftOut): [] {
  const folder = new NewFolder(path);
  folder.write(SCRIPT_NAME, s3CopiesOf(units, folder, leftOut));
  return [];
}
