import { expect, test } from 'vitest';
import { AddressGlob } from './address-glob.ts';

test.each([
  [
    'redis/session:*',
    ['redis/session:', 'redis/session:1', 'redis/session:a/b'],
    ['redis/session', 'xredis/session:1'],
  ],
  ['*', ['redis/', 's3/b/o'], []],
  [
    's3/photos/*.jpg',
    ['s3/photos/a.jpg', 's3/photos/2026/01/a.jpg', 's3/photos/.jpg'],
    ['s3/photos/a.png', 's3/photo/a.jpg'],
  ],
  ['redis/user:?', ['redis/user:1', 'redis/user:é', 'redis/user:😀'], ['redis/user:', 'redis/user:12']],
  ['redis/[a-c]', ['redis/a', 'redis/c'], ['redis/d', 'redis/', 'redis/ab']],
  ['redis/[!a-c]', ['redis/d', 'redis/😀'], ['redis/a', 'redis/']],
  ['redis/[^a]', ['redis/^'], ['redis/a']],
  ['redis/[]a]', ['redis/]', 'redis/a'], ['redis/b']],
  ['redis/[a-]', ['redis/-', 'redis/a'], ['redis/b']],
  ['redis/[*]', ['redis/*'], ['redis/a']],
  ['redis/[[]x]', ['redis/[x]'], ['redis/x']],
  ['*/x/*/x', ['a/x/b/x', 'a/x/x/x/x'], ['a/x', 'a/x/b/y']],
  ['redis/%41%c3%a9%0a', ['redis/Aé%0A'], ['redis/A']],
  ['redis/line\nfeed\u00a0', ['redis/line%0Afeed%C2%A0'], []],
  ['dynamodb/t/a%2fb', ['dynamodb/t/a%2Fb'], ['dynamodb/t/a/b']],
])('%s matches what it should and nothing else', (pattern, matching, others) => {
  const glob = new AddressGlob(pattern);
  expect(matching.filter((address) => !glob.matches(address))).toEqual([]);
  expect(others.filter((address) => glob.matches(address))).toEqual([]);
});

test.each([
  ['', /is empty/],
  ['redis/[a', /a \[ without a \]/],
  ['redis/[]', /a \[ without a \]/],
  ['redis/[b-a]', /ends before it begins/],
  ['redis/100%*', /two hex digits must follow/],
  ['redis/\ud800', /half a character/],
])('the pattern %j is refused', (pattern, words) => {
  expect(() => new AddressGlob(pattern)).toThrow(words);
});

test('a pattern of many runs takes no longer than the lengths of pattern and address make it', () => {
  const glob = new AddressGlob(`redis/${'*a'.repeat(50)}*b`);
  const start = process.cpuUsage().user;
  expect(glob.matches(`redis/${'a'.repeat(100_000)}`)).toBe(false);
  expect(process.cpuUsage().user - start).toBeLessThan(5_000_000);
});

test.each([
  ['redis/user:*', 'redis/', true],
  ['redis/user:*', 's3/', false],
  ['*alice*', 's3/photos/', true],
  ['dynamodb/ord*', 'dynamodb/orders/', true],
  ['dynamodb/ord*', 'dynamodb/users/', false],
  ['dynamodb/orders/[ab]*', 'dynamodb/orders/', true],
  ['?qs/*', 'sqs/jobs/', true],
  ['dynamodb/orders', 'dynamodb/orders/', false],
])('%s may match below %s: %s', (pattern, start, may) => {
  expect(new AddressGlob(pattern).mayMatchBelow(start)).toBe(may);
});
