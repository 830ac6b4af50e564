import { expect, test } from 'vitest';
import { encoded, refused } from './encoded.test-data.ts';

const file = (member: string) => ({ 'zsets/k.json': `{"format_version":1,"members":[${member}]}` });

function scoreOf(text: string): number {
  const { rows } = encoded(file(`{"member":"m","score":${text}}`));
  return Buffer.from(rows['!zs|mem|\0\0\0\x01km']!, 'latin1').readDoubleBE(0);
}

test.each([
  ['1', 1],
  ['-2.50', -2.5],
  ['1E2', 100],
  ['1e-400', 0],
  ['-1e-400', -0],
  ['-0', -0],
  ['0', 0],
  ['-0.0e5', -0],
  ['5e-324', 5e-324],
  ['9007199254740993', 9007199254740992],
  ['0.1000000000000000055511151231257827021181583404541015625', 0.1],
  ['1.7976931348623157e+308', Number.MAX_VALUE],
  ['1.79769313486231580793e308', Number.MAX_VALUE],
  ['"+inf"', Number.POSITIVE_INFINITY],
  ['"-inf"', Number.NEGATIVE_INFINITY],
])('the score %s is read as the nearest double', (text, score) => {
  expect(scoreOf(text)).toBe(score);
});

test.each([
  ['"inf"', '"score" must be a number, "+inf" or "-inf", not "inf"'],
  ['"+Inf"', 'not "+Inf"'],
  ['"1"', 'not "1"'],
  ['""', 'not ""'],
  ['"a\\nb"', 'not "a\\x0ab"'],
  ['1e309', '"score" is too large for a double'],
  ['-1e309', '"score" is too large for a double'],
  ['1.7976931348623159e308', '"score" is too large for a double'],
  ['true', '"score" must be a number, not true'],
  ['null', '"score" must be a number, not null'],
  ['[1]', '"score" must be a number, not an array'],
  ['NaN', 'this is not a JSON value'],
  ['Infinity', 'this is not a JSON value'],
  ['+1', 'this is not a JSON value'],
  ['.5', 'this is not a JSON value'],
  ['1.', 'this is not a JSON number'],
  ['0x10', 'missing'],
])('the score %s is refused', (text, reason) => {
  const [problem, ...more] = refused(file(`{"member":"m","score":${text}}`));
  expect(problem).toMatch(/^redis\/db_0\/zsets\/k\.json:1:/);
  expect(problem).toContain(reason);
  expect(more).toEqual([]);
});

test.each([
  ['{"score":1}', '"member" is missing'],
  ['{"member":"m"}', '"score" is missing'],
  ['{"member":"m","Score":1}', '"score" is missing'],
  ['"m"', 'a member must be an object, not a string'],
])('the member %s is refused', (member, reason) => {
  expect(refused(file(member))).toEqual([`redis/db_0/zsets/k.json:1:32: ${reason}`]);
});

test('a long text in the place of a score is cut in the message', () => {
  expect(refused(file(`{"member":"m","score":"${'x'.repeat(100_000)}"}`))[0]!.length).toBeLessThan(300);
});
