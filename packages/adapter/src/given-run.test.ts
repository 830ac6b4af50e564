import { ArgumentError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { givenDecode, givenEncode } from './given-run.ts';

const TREE = { isFolder: () => false, entries: () => [] } as never;
const SOURCE = { rows: () => undefined, count: () => 0 } as never;
const SINK = { file: () => {}, lines: () => undefined } as never;
const OPTIONS = { warn: () => {}, scratch: { newFile: () => 0 } as never };

const KNOWN = ['warn', 'scratch'] as const;

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('what has the methods of a tree, of rows and of a place for files is taken, of whatever class', () => {
  expect(givenEncode('encode', TREE, OPTIONS, KNOWN)).toBe(OPTIONS);
  expect(givenDecode('decode', SOURCE, SINK, OPTIONS, KNOWN)).toBe(OPTIONS);
});

test.each<[string, () => unknown, string]>([
  [
    'a path for a tree',
    () => givenEncode('encode', 'dump' as never, OPTIONS, KNOWN),
    'the tree of encode must be a TreeSource, such as an InputTree, not a text',
  ],
  [
    'a snapshot for its rows',
    () => givenDecode('decode', { rowsOf: () => SOURCE } as never, SINK, OPTIONS, KNOWN),
    'the source of decode must be rows that were checked, as rowsOf() of openSnapshot gives them, not an object',
  ],
  [
    'no sink',
    () => givenDecode('decode', SOURCE, undefined as never, OPTIONS, KNOWN),
    'the sink of decode must be a TreeSink, such as a StagedTree, not nothing',
  ],
  [
    'an option that is misspelt',
    () => givenDecode('decode', SOURCE, SINK, { ...OPTIONS, Warn: 1 } as never, KNOWN),
    'decode has no option "Warn", did you mean warn?',
  ],
  [
    'no options',
    () => givenEncode('encode', TREE, undefined as never, KNOWN),
    'the options of encode must be an object, not nothing',
  ],
  [
    'no warn',
    () => givenEncode('encode', TREE, { scratch: OPTIONS.scratch } as never, KNOWN),
    'the option "warn" of encode must be a function, not nothing',
  ],
  [
    'a path for scratch',
    () => givenDecode('decode', SOURCE, SINK, { ...OPTIONS, scratch: '/tmp' } as never, KNOWN),
    'the option "scratch" of decode must be a ScratchFolder, not a text',
  ],
])('what cannot be worked with is an ArgumentError: %s', (_, call, message) => {
  expect(refusal(call)).toBe(message);
});
