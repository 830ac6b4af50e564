import { type ExpiryLimit, givenEncode, I64_MAX, I64_MIN, type Owner, type StateReading } from '@ekv/adapter';
import { JsonBytes, JsonReader, Problems, StrayFiles, type TreeSource, UnknownFields } from '@ekv/dump-tree';
import { Findings, type ScratchFolder, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { givenBoolean, givenInteger } from '@ekv/snapshot/arguments';
import { MESSAGES_FILE } from '../files/paths.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { Completion } from '../records/completion.ts';
import { DeduplicationRows } from '../records/deduplication-rows.ts';
import { QueueRows } from '../records/queue-rows.ts';
import { DeadLetterQueues } from '../sense/dead-letter-queues.ts';
import { MessageFindings } from '../sense/message-findings.ts';
import { Receives } from '../sense/receives.ts';
import { Retention } from '../sense/retention.ts';
import type { EncodeContext } from './encode-context.ts';
import { messagesOf } from './messages.ts';
import { QueueNames, queuesOf } from './queues.ts';
import { StateIndex } from './state-index.ts';

/** How `encodeSqs` reads a tree. */
export interface EncodeSqsOptions {
  /** Gets what the operator should know: what was left out, what a server or its clients cannot use, messages past their retention. */
  readonly warn: Warn;
  /** For the sort of folder names and deduplication rows. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** The time that retention is judged by, milliseconds since 1970; no row depends on it. Default: now. */
  readonly nowMillis?: bigint;
  /** Added to the times of messages, ms: what the option shiftTimes of an encode comes to. Default: 0. A time that leaves 0 to 2^63 - 1 is a problem of the tree. */
  readonly shiftMs?: bigint;
  /**
   * Fills in what is absent in messages: MD5s of bodies and attributes, ids, sequence numbers of FIFO queues. docs/format/06-sqs.md,
   * section 5.6. Default: it stays absent; a message without an id is a problem of the tree.
   */
  readonly complete?: boolean;
  /** Which messages are encoded, by queue and id: neither counters nor warnings know of others. Default: all. */
  readonly takes?: ((message: Owner) => boolean) | undefined;
  /** Leaves messages out that are older at a moment than their queue keeps them, by the tree's own times. Default: none. */
  readonly expired?: ExpiryLimit | undefined;
  /** Reads the whole state below `ekv/sqs/`, too. Default: it is not looked at. */
  readonly state?: StateReading | undefined;
}

/**
 * The snapshot rows of the queues below `sqs/` of a dump tree, lazily. Bytes of a row are valid until the next one is asked
 * for. One message is held in memory at a time.
 *
 * Problems of the tree do not end the walk: all are collected (up to 64) and thrown after the last row, a DataError
 * or a TreeProblemsError. Then the rows given before must not be used. Throws ArgumentError for arguments, at once.
 */
export function encodeSqs(tree: TreeSource, options: EncodeSqsOptions): Generator<SnapshotRow> {
  const { warn, scratch, nowMillis, shiftMs, complete, takes, expired, state } = givenEncode(
    'encodeSqs',
    tree,
    options,
    OPTIONS,
  );
  return rowsOf(tree, {
    warn,
    scratch,
    nowMillis: givenInteger(nowMillis ?? Date.now(), 'the option "nowMillis" of encodeSqs', I64),
    shiftMs: givenInteger(shiftMs ?? 0n, 'the option "shiftMs" of encodeSqs', I64),
    complete: givenBoolean(complete ?? false, 'the option "complete" of encodeSqs'),
    takes,
    expired,
    state,
  });
}

const I64 = { min: I64_MIN, max: I64_MAX };

const OPTIONS: ReadonlyArray<keyof EncodeSqsOptions> = [
  'warn',
  'scratch',
  'nowMillis',
  'shiftMs',
  'complete',
  'takes',
  'expired',
  'state',
];

/** When the time of a message is over, ms since 1970 before its times were moved; `null` when nothing says. */
function endOf({ sendTimestampMillis }: MessageFields, settings: QueueSettings, shiftMs: bigint): bigint | null {
  const seconds = settings.messageRetentionSeconds;
  return seconds > 0n ? sendTimestampMillis - shiftMs + seconds * 1000n : null;
}

function* rowsOf(
  tree: TreeSource,
  options: Required<Omit<EncodeSqsOptions, 'takes' | 'expired' | 'state'>> &
    Pick<EncodeSqsOptions, 'takes' | 'expired' | 'state'>,
): Generator<SnapshotRow> {
  const { warn, scratch, nowMillis, shiftMs, complete, takes, expired } = options;
  const problems = new Problems();
  const deduplication = new DeduplicationRows(scratch);
  const findings = new Findings();
  const messageFindings = new MessageFindings(findings, scratch, nowMillis, shiftMs);
  const retention = new Retention(nowMillis, shiftMs);
  const receives = new Receives();
  const context: EncodeContext = {
    tree,
    scratch,
    problems,
    strays: new StrayFiles(tree, problems),
    unknownFields: new UnknownFields(),
    findings,
    messageFindings,
    deadLetterQueues: new DeadLetterQueues(scratch),
    reader: new JsonReader(),
    json: new JsonBytes(),
    shiftMs,
    completion: complete ? new Completion() : undefined,
  };
  const names = new QueueNames(context);
  const state = options.state === undefined ? undefined : new StateIndex(context, options.state);
  try {
    if (state !== undefined) yield* state.read(deduplication);
    for (const { folder, settings } of queuesOf(context)) {
      names.add(settings.name, folder);
      try {
        // One generator alone: a second one would cost as much as making a row.
        const rows = new QueueRows(settings, context.json, deduplication, state?.nextQueue());
        yield* rows.queueRecords();
        retention.begin(settings);
        for (const message of messagesOf(context, `${folder}/${MESSAGES_FILE}`, settings)) {
          if (takes?.({ adapter: 'sqs', scope: settings.name, key: message.id.view() }) === false) continue;
          if (expired?.drops(endOf(message, settings, shiftMs))) continue;
          retention.take(message);
          if (state === undefined) receives.take(message);
          const [data, visibility, age] = rows.messageRecords(message, state?.receive(message));
          yield data!;
          yield visibility!;
          yield age!;
        }
        retention.end();
        const sequence = rows.sequenceRecord();
        if (sequence !== undefined) yield sequence;
      } catch (error) {
        problems.add(error);
      }
    }
    names.refuseRepeated();
  } finally {
    names.close();
    state?.close();
    // A misspelt field may be why another one is missing. Also when there are so many problems that the walk ended.
    context.unknownFields.report(warn);
  }
  problems.throwIfAny();
  yield* deduplication.records();
  context.strays.report(warn, 'SQS');
  context.deadLetterQueues.report(findings);
  findings.report(warn);
  retention.report(warn);
  receives.report(warn);
  context.completion?.report(warn);
}
