import { expect, test } from 'vitest';
import { decoded, f64, hex, lengthKey, refusedRow, row } from './decoded.test-data.ts';

const member = (name: string, score: string) => row(lengthKey('!zs|mem|', 'z', name), score);

test('members come in the order of their bytes, not of their scores, each with the score of its member row', () => {
  const { files } = decoded(
    member('one', f64(1)),
    member('neg', f64(Number.NEGATIVE_INFINITY)),
    member('\xff', f64(-0)),
    row(lengthKey('!zs|scr|', 'z', `${f64(99)}one`)),
  );
  expect(files['zsets/z.json']).toBe(`{
  "format_version": 1,
  "members": [
    {
      "member": "neg",
      "score": "-inf"
    },
    {
      "member": "one",
      "score": 1
    },
    {
      "member": {
        "base64": "_w"
      },
      "score": -0
    }
  ],
  "expire_at_ms": null
}`);
});

test('score rows are not looked at, whatever their form', () => {
  const { files, warnings } = decoded(row('!zs|scr|'), row('!zs|scr|\xff\xff\xff\xff', 'x'), member('m', f64(1)));
  expect(Object.keys(files)).toEqual(['zsets/z.json']);
  expect(warnings).toEqual([]);
});

test.each([0, 7, 9, 16])('a score of %i bytes is refused', (length) => {
  expect(refusedRow(member('m', '\0'.repeat(length)))).toMatchObject({
    key: lengthKey('!zs|mem|', 'z', 'm'),
    rule: 'the score of a !zs|mem| row must be 8 bytes',
  });
});

test.each([
  ['quiet', '7ff8000000000000'],
  ['signalling', '7ff0000000000001'],
  ['negative', 'ffffffffffffffff'],
])('a %s NaN is refused', (_, score) => {
  expect(refusedRow(member('m', hex(score)))).toMatchObject({
    key: lengthKey('!zs|mem|', 'z', 'm'),
    rule: 'the score of this !zs|mem| row is NaN',
  });
});
