import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterName } from '@ekv/manifest';
import type { Warning } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump } from '../dump.test-data.ts';
import type { EncodeRequest } from '../encode/encode-request.ts';
import { encodeSnapshot } from '../encode/encode-snapshot.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';

const SQS: readonly AdapterName[] = ['sqs'];
const RUNS = 15;
const LIMIT_MS = 60_000;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

let trees = 0;

/** Encodes a queue with a self-test. @param lines of `messages.jsonl`, in canonical form. */
function encoded(settings: string, lines: readonly string[], more: Partial<EncodeRequest>) {
  const { name } = JSON.parse(settings);
  const files = {
    [`sqs/${name}/_queue.json`]: settings,
    [`sqs/${name}/messages.jsonl`]: lines.map((line) => `${line}\n`).join(''),
  };
  const input = plantDump(join(folder, `tree${trees++}`), files, { adapters: SQS });
  const warnings: Warning[] = [];
  const request = { input, adapters: SQS, lastCommitTs: LAST_COMMIT_TS, guards: NO_GUARDS, selfTest: true, ...more };
  const destination = new CountingDestination();
  const result = encodeSnapshot({ scratchRoot: join(folder, 'scratch'), ...request }, destination, {
    warn: (warning) => warnings.push(warning),
  });
  const difference = result.outcome === 'mismatch' ? result.mismatch.first : undefined;
  return { difference, warnings, bytes: destination.bytes };
}

const settings = (name: string, isFifo: boolean) =>
  [
    '{\n  "format_version": 1',
    `\n  "name": "${name}"`,
    ...(isFifo ? ['\n  "fifo": true'] : []),
    '\n  "visibility_timeout_seconds": 30',
    '\n  "message_retention_seconds": 1209600',
    '\n  "delay_seconds": 0',
    '\n  "maximum_message_size": 262144\n}',
  ].join();

const STANDARD = settings('jobs', false);
const FIFO = settings('jobs.fifo', true);

interface Written {
  readonly id: string;
  readonly body: string;
  readonly attributes: readonly string[];
  readonly sent: number;
}

const written: fc.Arbitrary<Written> = fc.record({
  id: fc.constantFrom('', '', '0a', '5b', 'zz', 'z'),
  body: fc.constantFrom('', 'same', 'é', '{"sequence_number":1}'),
  attributes: fc.uniqueArray(fc.constantFrom('a', 'b', 'message_id'), { maxLength: 2 }),
  sent: fc.constantFrom(1000, 1001, 5000),
});

/** Messages in the order that a decode gives: by time, then by the ids that are there, which are all different. */
const sorted = fc.array(written, { minLength: 1, maxLength: 12 }).map((messages) => {
  const inTime = messages.toSorted((a, b) => a.sent - b.sent);
  let [time, last] = [0, ''];
  return inTime.map((message) => {
    if (message.sent !== time) [time, last] = [message.sent, ''];
    if (message.id === '') return message;
    const id = last < message.id ? message.id : '';
    if (id !== '') last = id;
    return { ...message, id };
  });
});

function lineOf({ id, body, attributes, sent }: Written, fifo: string): string {
  const named = attributes.toSorted().map((name) => `"${name}":{"DataType":"String","StringValue":"v"}`);
  return [
    `{${id === '' ? '' : `"message_id":"${id}-${sent}",`}"body":${JSON.stringify(body)}`,
    ...(named.length === 0 ? [] : [`"message_attributes":{${named.join()}}`]),
    `"send_timestamp_millis":${sent},"available_at_millis":${sent},"visible_at_millis":0,"receive_count":0`,
    `"queue_generation":1${fifo}}`,
  ].join();
}

describe('a tree that --complete fills in passes --self-test and --strict', () => {
  test.each([
    ['of a standard queue', STANDARD, ''],
    ['of a FIFO queue', FIFO, ',"message_group_id":"g","message_deduplication_id":"d"'],
  ])(
    '%s',
    (_, queue, fifo) => {
      fc.assert(
        fc.property(sorted, (messages) => {
          const lines = messages.map((message) => lineOf(message, fifo));
          const { difference, bytes } = encoded(queue, lines, { complete: true, strict: true });
          expect(difference).toBeUndefined();
          expect(encoded(queue, lines, { complete: true, strict: true }).bytes.equals(bytes)).toBe(true);
        }),
        { numRuns: RUNS },
      );
    },
    LIMIT_MS,
  );

  test('with its times moved, too', () => {
    const lines = [1000, 1000, 1700].map((sent) => lineOf({ id: '', body: 'x', attributes: [], sent }, ''));
    const shiftMs = 1_700_000_000_000n;
    expect(encoded(STANDARD, lines, { complete: true, strict: true, shiftMs }).difference).toBeUndefined();
  });
});

test('a message that is there differs as ever: the self-test fills in what was absent alone', () => {
  const line = lineOf({ id: 'a', body: 'x', attributes: [], sent: 1000 }, '');
  const { difference } = encoded(STANDARD, [line.replace('"visible_at_millis":0', '"visible_at_millis":7')], {
    complete: true,
  });
  expect(difference).toMatch(/^sqs\/jobs\/messages\.jsonl \(bytes differ\): line 1: .*7,.*receive_count/);
});

test('the lines of a FIFO queue without numbers keep their order with --complete, and lose it without', () => {
  const fifo = ',"message_group_id":"g","message_deduplication_id":"d"';
  const lines = ['zz', 'mm', 'aa'].map((id) => lineOf({ id, body: id, attributes: [], sent: 4_102_444_800_000 }, fifo));
  expect(encoded(FIFO, lines, { complete: true }).difference).toBeUndefined();
  expect(encoded(FIFO, lines, {}).difference).toMatch(/messages\.jsonl/);
  expect(() => encoded(FIFO, lines, { strict: true })).toThrow(/sqs_fifo_sequence_missing/);
});

test('a stale MD5 is refused by --strict, with --complete too', () => {
  const line = lineOf({ id: 'a', body: 'edited by hand', attributes: [], sent: 1 }, '');
  const stale = line
    .replace('"message_attributes"', '')
    .replace(',"send_', ',"md5_of_body":"977dc0d73e9911453364b5dfc32afa70","send_');
  expect(encoded(STANDARD, [stale], { complete: true }).warnings.map(({ event }) => event)).toContain(
    'sqs_body_md5_mismatch',
  );
  expect(() => encoded(STANDARD, [stale], { complete: true, strict: true })).toThrow(/sqs_body_md5_mismatch/);
});

test('past times are refused by nothing', () => {
  const md5 = '9dd4e461268c8034f5c8564e155c67a6';
  const line = lineOf({ id: 'a', body: 'x', attributes: [], sent: 1000 }, '').replace(
    ',"send_',
    `,"md5_of_body":"${md5}","send_`,
  );
  const { difference, warnings } = encoded(STANDARD, [line], { strict: true });
  expect(difference).toBeUndefined();
  expect(warnings.map(({ event }) => event)).toEqual(['sqs_past_retention', 'partial_snapshot']);
});
