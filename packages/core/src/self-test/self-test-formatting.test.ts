import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree, type TreeSink } from '@ekv/dump-tree';
import { ScratchFolder, type Warning } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADAPTERS } from '../adapters/adapters.ts';
import type { PublishResult } from '../publish/publish-request.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import type { MismatchLines } from './mismatch-lines.ts';
import { TreeComparison } from './tree-comparison.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Encodes with a self-test after a file was written in another form. */
function encodeEdited(
  path: string,
  edit: (text: string) => string,
  acceptFormatting: boolean,
): { result: PublishResult; warnings: Warning[] } {
  const tree = variedDump(folder);
  const file = join(tree, path);
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  const warnings: Warning[] = [];
  const result = publishSnapshot(
    {
      input: tree,
      output: join(folder, 'out.fsm'),
      adapters: ['redis'],
      toolVersion: 'ekv/test',
      selfTest: true,
      acceptFormatting,
    },
    { warn: (warning) => warnings.push(warning) },
  );
  return { result, warnings };
}

const pretty = (text: string) => `${JSON.stringify(JSON.parse(text), undefined, '\t')}\r\n`;
const EDITS: ReadonlyArray<[name: string, path: string, edit: (text: string) => string]> = [
  ['a line feed at the end', 'redis/db_0/lists/list.json', (text) => `${text}\n`],
  ['another layout', 'redis/db_0/sets/set.json', pretty],
  ['blanks in lines of a stream', 'redis/db_0/streams/stream.jsonl', (text) => text.replaceAll(',', ' ,  ')],
  ['no last line feed', 'redis/db_0/strings_ttl.jsonl', (text) => text.trimEnd()],
  ['values spread over lines', 'redis/db_0/strings_ttl.jsonl', (text) => text.replaceAll(',', ',\n  ')],
];

describe.each(EDITS)('a tree with %s', (_, path, edit) => {
  test('fails its self-test, which says that white space alone differs', () => {
    const { result } = encodeEdited(path, edit, false);
    expect(result).toMatchObject({ outcome: 'mismatch', mismatch: { differences: 1, formattingOnly: 1 } });
    expect(result.outcome === 'mismatch' && result.mismatch.first).toBe(
      `${path} (bytes differ): only white space differs`,
    );
    expect(result.outcome === 'mismatch' && result.mismatch.report.toString()).toBe(`${path} (bytes differ)\n`);
  });

  test('is accepted when that is asked for, with a warning', () => {
    const { result, warnings } = encodeEdited(path, edit, true);
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(warnings).toContainEqual(
      expect.objectContaining({ event: 'formatting_differs', fields: { count: 1, example: path } }),
    );
    expect(warnings.every(({ loss, doubt }) => !loss && !doubt)).toBe(true);
  });
});

test('a collection that neither way holds whole is compared in pieces, its layout too', { timeout: 60_000 }, () => {
  const members = Array.from({ length: 50_000 }, (_, i) => `${i}`.padStart(200, '0'));
  const edit = () => JSON.stringify({ format_version: 1, members, expire_at_ms: null }, undefined, '\t');
  const { result, warnings } = encodeEdited('redis/db_0/sets/set.json', edit, true);
  expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  expect(warnings.map(({ event }) => event)).toContain('formatting_differs');
});

test('needless escapes are no white space', () => {
  const { result } = encodeEdited('redis/db_0/sets/set.json', (text) => text.replace('"m"', '"\\u006d"'), true);
  expect(result).toMatchObject({ outcome: 'mismatch', mismatch: { differences: 1, formattingOnly: 0 } });
});

describe('files of an adapter', () => {
  let scratch: ScratchFolder;
  beforeEach(() => {
    scratch = new ScratchFolder(folder, 'scratch');
  });
  afterEach(() => scratch.remove());

  /** Compares a tree with what is written to it by `decode`. */
  function comparedWith(adapterName: string, decode: (sink: TreeSink) => void): MismatchLines {
    const adapter = ADAPTERS.find(({ name }) => name === adapterName)!;
    const { name, isJson, isLineSet, comparedLine = () => undefined } = adapter;
    const nothing = () => undefined;
    const rules = { folder: name, isJson, isLineSet, comparedLine, acceptFormatting: true, scratch };
    const comparison = new TreeComparison(new InputTree(folder), { ...rules, completed: nothing, wholeOf: nothing });
    decode(comparison);
    return comparison.finish();
  }

  const LARGE = 300_000;

  test.each([
    ['s3/b/data.json', 's3'],
    ['s3/b/deep/_bucket.json', 's3'],
    ['redis/db_0/strings/x.bin', 'redis'],
  ])('%s is a body: white space counts, in one piece and in several', (path, adapter) => {
    plant(folder, { [path]: `{ ${' '.repeat(LARGE)}}` });
    const whole = comparedWith(adapter, (sink) => sink.file(path, Buffer.from('{}')));
    expect([whole.count, whole.formatted]).toEqual([1, 0]);
    const pieces = comparedWith(adapter, (sink) => {
      const file = sink.pieces(path);
      for (const piece of ['{', '}']) file.write(Buffer.from(piece));
      file.close();
    });
    expect([pieces.count, pieces.formatted]).toEqual([1, 0]);
  });

  test.each([
    ['s3/b/_bucket.json', 's3'],
    ['s3/b/k.elastickv-meta.json', 's3'],
    ['dynamodb/t/_schema.json', 'dynamodb'],
    ['sqs/q/messages.jsonl', 'sqs'],
    ['redis/db_0/lists/l.json', 'redis'],
  ])('%s is JSON: white space does not count, in one piece and in several', (path, adapter) => {
    plant(folder, { [path]: `{ "a":${' '.repeat(LARGE)} 1 }` });
    for (const decode of [
      (sink: TreeSink) => sink.file(path, Buffer.from('{"a":1}')),
      (sink: TreeSink) => {
        const file = sink.pieces(path);
        for (const piece of ['{"a"', ':1}', '\n']) file.write(Buffer.from(piece));
        file.close();
      },
    ]) {
      const found = comparedWith(adapter, decode);
      expect([found.count, found.formatted]).toEqual([0, 1]);
    }
  });
});

test('of messages the generation and white space both do not count', () => {
  plant(folder, {
    'sqs/q/messages.jsonl': '{ "a": 1, "queue_generation": 7 }\n\n{"a":2,\n"queue_generation":1}',
  });
  const scratch = new ScratchFolder(folder, 'scratch');
  const { isJson, isLineSet, comparedLine } = ADAPTERS.find(({ name }) => name === 'sqs')!;
  const rules = { folder: 'sqs', isJson, isLineSet, comparedLine: comparedLine!, acceptFormatting: true, scratch };
  const nothing = () => undefined;
  const outcome = (lines: readonly string[]) => {
    const comparison = new TreeComparison(new InputTree(folder), { ...rules, completed: nothing, wholeOf: nothing });
    const sink = comparison.lines('sqs/q/messages.jsonl');
    for (const line of lines) sink.write(Buffer.from(`${line}\n`));
    sink.close();
    return comparison.finish().count;
  };
  const first = '{"a":1,"queue_generation":1}';
  expect(outcome([first, '{"a":2,"queue_generation":1}'])).toBe(0);
  expect(outcome([first, '{"a":3,"queue_generation":1}'])).toBe(1);
  expect(outcome([first])).toBe(1);
  expect(outcome([first, '{"a":2,"queue_generation":1}', first])).toBe(1);
  scratch.remove();
});
