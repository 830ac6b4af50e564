import { basename } from 'node:path';
import type { Ending, Failure, LogFields } from '@ekv/command-line';
import type { DecodeCounts, DecodeResult, KeptDump, SnapshotOutcome } from '@ekv/core';
import { fewOf, wallTimeOf } from '@ekv/snapshot';
import { age } from './age.ts';

/** What became of one snapshot, as the working thread tells it. */
export type ToldOutcome = Exclude<SnapshotOutcome, { readonly error: Error }> | ToldFailure;

/** Of a snapshot of which there is no dump, and no node is the reason. */
interface ToldFailure {
  readonly state: Extract<SnapshotOutcome, { readonly error: Error }>['state'];
  readonly input: string;
  readonly output: string;
  readonly failure: Failure;
}

/** What the working thread did. */
export type Decoded =
  | { readonly mode: 'one'; readonly result: DecodeResult }
  | { readonly mode: 'all'; readonly outcomes: readonly ToldOutcome[] };

/** A snapshot whose dump is there. */
type Dumped = DecodeResult | KeptDump;

/** The closing line, the object of `--json`, and the exit code. docs/format/08-cli.md, section 1.2. */
export function endingOf(decoded: Decoded): Ending {
  return decoded.mode === 'one' ? oneTree(decoded.result) : severalTrees(decoded.outcomes);
}

/** Exit code of a run whose tree lacks what was damaged. */
const INCOMPLETE = 3;

function oneTree(result: DecodeResult): Ending {
  const { input, output, counts, footer, lastCommitTs, files, bytes, warnings } = result;
  const isWhole = result.partial === undefined;
  return {
    exitCode: isWhole ? 0 : INCOMPLETE,
    message: isWhole ? decodedText(result) : salvagedText(result),
    fields: {
      input,
      ...placeOf(output),
      ...inLineOrder(counts),
      last_commit_ts: lastCommitTs,
      footer,
      ...groupsInLine(result),
      ...timeInLine(result),
      ...selectionInLine(result),
      files,
      bytes,
      warning_count: warnings,
      ...lostInLine(result),
    },
    json: jsonOf(result),
  };
}

/** Whoever reads the last line alone must not take it for all that there was. */
function decodedText({ outcome, lostBefore, dynamodbLayout }: DecodeResult): string {
  if (lostBefore !== undefined) return `snapshot ${outcome}, incomplete: its dump was salvaged`;
  return outcome === 'decoded' ? `snapshot decoded${readers(dynamodbLayout)}` : 'snapshot checked';
}

/** Whoever keeps the dump for another tool should know now that it refuses it. */
function readers(layout: DecodeResult['dynamodbLayout']): string {
  return layout === 'jsonl'
    ? '; only ekv-encode reads DynamoDB tables in the layout jsonl, the older encoder refuses them'
    : '';
}

function salvagedText({ outcome }: DecodeResult): string {
  return outcome === 'checked' ? 'snapshot checked, a part can be salvaged' : 'snapshot salvaged, incomplete';
}

/** A check has no output. */
function placeOf(output: string): { readonly output?: string } {
  return output === '' ? {} : { output };
}

function inLineOrder({ entries, dynamodb, s3, redis, sqs, ...others }: DecodeCounts): LogFields {
  const { tombstone, superseded, expired, operational, internal, unknown, damaged, unselected, stray, younger } =
    others;
  return {
    ...{ entries, dynamodb, s3, redis, sqs, tombstone, superseded, expired, operational, internal, unknown },
    ...(damaged === undefined ? {} : { damaged }),
    ...(unselected === undefined ? {} : { unselected }),
    ...(stray === undefined ? {} : { stray }),
    ...(younger === undefined ? {} : { younger }),
  };
}

/** Of several snapshots, or as of a moment. */
function groupsInLine({ groups }: DecodeResult): LogFields {
  if (groups === undefined) return {};
  const names = groups.groups?.map(({ group }) => `${group ?? 'unknown'}`);
  return {
    ...(names === undefined ? {} : { groups: names.join(',') }),
    ...(groups.as_of_ts === undefined ? {} : { as_of_ts: groups.as_of_ts, as_of: timeOf(groups.as_of_ts) }),
  };
}

/** About when a moment was by the clock; empty for one that no clock shows. */
function timeOf(moment: bigint): string {
  const date = new Date(Number(wallTimeOf(moment)));
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** What a selection left out beside rows. */
function selectionInLine({ expiredUnits }: DecodeResult): LogFields {
  return expiredUnits === 0 ? {} : { expired_units: expiredUnits };
}

/** What is not in the tree, by kind: `damaged_rows=1`, and what was lost before: `lost_before_rows=1`. */
function lostInLine({ partial, lostBefore }: DecodeResult): LogFields {
  return { ...named('damaged', partial), ...named('lost_before', lostBefore) };
}

function named(prefix: string, counts: Readonly<Record<string, number | bigint>> = {}): LogFields {
  return Object.fromEntries(Object.entries(counts).map(([kind, count]) => [`${prefix}_${kind}`, count]));
}

function timeInLine(dumped: Dumped): LogFields {
  const { takenAt, takenAtIsApproximate, ageSeconds } = dumped;
  if (takenAt === undefined) return { ...indexOf(dumped), taken_at: 'unknown' };
  return {
    ...indexOf(dumped),
    taken_at: takenAt.toISOString(),
    ...(takenAtIsApproximate ? { taken_at_is_approximate: true } : {}),
    age: age(ageSeconds ?? 0),
  };
}

/** Several snapshots have several. */
function indexOf(dumped: Dumped): { readonly snapshot_index?: bigint } {
  const isOne = !('groups' in dumped) || dumped.groups?.groups === undefined;
  return isOne ? { snapshot_index: dumped.snapshotIndex } : {};
}

function severalTrees(outcomes: readonly ToldOutcome[]): Ending {
  const failed = outcomes.filter(isFailure);
  const others = outcomes.filter((outcome) => !isFailure(outcome));
  const json = { snapshots: outcomes.map(outcomeJson) };
  const incomplete = outcomes.filter((outcome) => outcome.state === 'decoded' && outcome.partial !== undefined).length;
  const isCheck = outcomes.some((outcome) => outcome.state === 'decoded' && outcome.outcome === 'checked');
  const closing = {
    message: incomplete === 0 ? `snapshots ${isCheck ? 'checked' : 'decoded'}` : salvagedTexts(isCheck),
    fields: { ...severalInLine(outcomes), ...(incomplete === 0 ? {} : { incomplete }) },
  };
  if (failed.length === 0) return { exitCode: incomplete === 0 ? 0 : INCOMPLETE, ...closing, json };
  const error = `${failed.length} of ${outcomes.length} snapshots failed: ${someNames(failed)}`;
  return {
    exitCode: 1,
    ...closing,
    error,
    // Who reads the last line alone must not take it for a success.
    problems: [...others, ...failed].flatMap(outcomeLines),
    json: { ...json, error: { kind: kindOf(failed), message: error } },
  };
}

function salvagedTexts(isCheck: boolean): string {
  return isCheck ? 'snapshots checked, of some a part can be salvaged' : 'snapshots salvaged, some incomplete';
}

function isFailure(outcome: ToldOutcome): outcome is ToldFailure {
  return 'failure' in outcome;
}

/** The names of the snapshots by state; of the newest one that has a dump, index and time. */
function severalInLine(outcomes: readonly ToldOutcome[]): LogFields {
  const decoded = outcomes.filter((outcome) => outcome.state === 'decoded');
  const dumped = outcomes.filter((outcome) => outcome.state === 'decoded' || outcome.state === 'kept');
  const newest = dumped.at(-1);
  // Each is one warning.
  const passedOver = outcomes.filter(({ state }) => state === 'vanished' || state === 'folder').length;
  const sum = (value: (result: DecodeResult) => number) => decoded.reduce((total, result) => total + value(result), 0);
  const warnings = dumped.reduce((total, result) => total + result.warnings, passedOver);
  return {
    snapshots: outcomes.length,
    ...namesByState(outcomes),
    ...(newest === undefined ? {} : timeInLine(newest)),
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    warning_count: warnings,
  };
}

function namesByState(outcomes: readonly ToldOutcome[]): LogFields {
  const names: Record<string, string[]> = {};
  for (const outcome of outcomes) {
    const word = isFailure(outcome) ? outcome.state : wordFor(outcome);
    names[word] ??= [];
    names[word].push(nameOf(outcome.input));
  }
  return names;
}

/** Names in an error; the lines below it have all. */
const SHOWN_NAMES = 8;

function someNames(outcomes: readonly ToldOutcome[]): string {
  const names = outcomes.slice(0, SHOWN_NAMES).map(({ input }) => nameOf(input));
  return fewOf(names, outcomes.length);
}

function nameOf(input: string): string {
  return basename(input, '.fsm');
}

function outcomeLines(outcome: ToldOutcome): string[] {
  const { state, input, output } = outcome;
  const name = nameOf(input);
  if (state === 'vanished') return [`${name} vanished before it could be opened`];
  if (state === 'folder') return [`${name} is a folder`];
  if (!isFailure(outcome)) return [`${name} ${wordFor(outcome)}${output === '' ? '' : `: ${output}`}`];
  const { message, problems } = outcome.failure;
  return [message, ...problems].map((line) => `${name} ${state}: ${line}`);
}

function wordFor(outcome: Exclude<ToldOutcome, ToldFailure>): string {
  return outcome.state === 'decoded' ? outcome.outcome : outcome.state;
}

/** Who has to act first. */
function kindOf(failed: readonly ToldFailure[]): Failure['kind'] {
  const kinds = failed.map(({ failure }) => failure.kind);
  return (['defect', 'data', 'environment', 'usage'] as const).find((kind) => kinds.includes(kind))!;
}

function outcomeJson(outcome: ToldOutcome): Record<string, unknown> {
  const { state, input, output } = outcome;
  if (state === 'decoded') return { state: outcome.outcome, ...jsonOf(outcome) };
  if (state === 'kept') {
    const { lastCommitTs, snapshotIndex } = outcome;
    return {
      state,
      input,
      output,
      last_commit_ts: lastCommitTs,
      snapshot_index: snapshotIndex,
      ...timeJson(outcome),
    };
  }
  if (!isFailure(outcome)) return { state, input, ...placeOf(output) };
  const { kind, message, problems } = outcome.failure;
  return { state, input, ...placeOf(output), error: { kind, message, ...(problems.length > 0 ? { problems } : {}) } };
}

function jsonOf(result: DecodeResult): Record<string, unknown> {
  const { input, output, counts, footer, lastCommitTs, files, bytes, partial, lostBefore } = result;
  const { dynamodbLayout } = result;
  return {
    ...(result.outcome === 'checked' ? { checked: true } : {}),
    input,
    ...placeOf(output),
    counts: inLineOrder(counts),
    footer,
    last_commit_ts: lastCommitTs,
    ...indexOf(result),
    ...timeJson(result),
    ...groupsJson(result),
    ...selectionInLine(result),
    ...(result.filters.length === 0 ? {} : { filter: result.filters }),
    files,
    bytes,
    ...(partial === undefined ? {} : { partial }),
    ...(lostBefore === undefined ? {} : { lost_before: lostBefore }),
    dynamodb_layout: dynamodbLayout,
  };
}

/** As the manifest has them; the ranges are read there. */
function groupsJson({ groups }: DecodeResult): Record<string, unknown> {
  if (groups === undefined) return {};
  const { routes, ...members } = groups;
  return members;
}

function timeJson({ takenAt, takenAtIsApproximate, ageSeconds }: Dumped): Record<string, unknown> {
  return {
    taken_at: takenAt?.toISOString() ?? null,
    taken_at_ms: takenAt?.getTime() ?? null,
    taken_at_is_approximate: takenAtIsApproximate,
    age_seconds: ageSeconds ?? null,
  };
}
