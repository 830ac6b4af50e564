import { JsonReader, UnknownFields } from '@ekv/dump-tree';
import type { Warning } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { failWithoutVersion, readFormatVersion, readText, skipUnknown } from './json-fields.ts';

function reading(text: string): JsonReader {
  const reader = new JsonReader();
  reader.reset('f.json', Buffer.from(text));
  return reader;
}

describe('a format version', () => {
  test('of 1 is read', () => {
    expect(readFormatVersion(reading('1'))).toBe(true);
  });

  test.each([
    ['2', 'f.json:1:1: "format_version" is 2, this version of ekv reads 1 alone'],
    ['0', 'f.json:1:1: "format_version" is 0, this version of ekv reads 1 alone'],
    ['1.0', 'f.json:1:1: "format_version" must be an integer in plain digits, not 1.0'],
    ['"1"', 'f.json:1:1: "format_version" must be a number, not a string'],
    ['null', 'f.json:1:1: "format_version" must be a number, not null'],
    ['4294967296', 'f.json:1:1: "format_version" must be an integer from 0 to 4294967295, not 4294967296'],
  ])('of %s is refused by place, name and value', (text, message) => {
    expect(() => readFormatVersion(reading(text))).toThrow(message);
  });

  test('that is missing is refused where the caller says', () => {
    const reader = reading('{}');
    const start = reader.mark();
    expect(() => failWithoutVersion((rule) => reader.failAtMark(start, rule))).toThrow(
      'f.json:1:1: "format_version" is missing, it must be 1',
    );
  });
});

test('an unknown field is passed over, and told with its line and the path that people know', () => {
  const reader = reading('[\n{"a":[1,"]"]},2]');
  const unknownFields = new UnknownFields();
  reader.array((index) => {
    if (index === 0) skipUnknown({ tree: { display: (path) => `dump/${path}` }, reader, unknownFields }, 'a', 'f.json');
    else expect(reader.integer('it', 0n, 9n)).toBe(2n);
  });
  const warnings: Warning[] = [];
  unknownFields.report((warning) => warnings.push(warning));
  expect(warnings.map(({ event, message }) => [event, message])).toEqual([
    ['unknown_field', 'the field "a" means nothing and was ignored, for example in dump/f.json:2'],
  ]);
});

test('a text field is its UTF-8, and absent for null; anything else is refused by its name', () => {
  expect(readText(reading('"\\u00e9"'), 'owner')).toEqual(Buffer.from('é'));
  expect(readText(reading('null'), 'owner')).toBeUndefined();
  expect(() => readText(reading('5'), 'owner')).toThrow('f.json:1:1: "owner" must be a string, not a number');
});
