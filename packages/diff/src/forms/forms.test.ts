import { describe, expect, test } from 'vitest';
import type { Change, Difference } from '../changes/change.ts';
import { Summary } from '../changes/summary.ts';
import type { Value } from '../facts/value.ts';
import { jsonOfChange, jsonOfSummary } from './json-lines.ts';
import { COLOURED, textOfChange, textOfSummary } from './text.ts';

const bytes = (text: string): Value => ({ kind: 'bytes', bytes: Buffer.from(text, 'latin1') });
const json = (text: string): Value => ({ kind: 'json', json: text });

function difference(given: Partial<Difference>): Difference {
  return { part: 'field', name: undefined, place: undefined, from: undefined, to: undefined, ...given };
}

function change(differences: readonly Difference[], given: Partial<Change> = {}): Change {
  const scope = { adapter: 'redis', scope: undefined, scopeAddress: 'redis', isScope: false } as const;
  return { change: 'changed', ...scope, address: 'redis/k', type: 'hash', differences, ...given };
}

const textOf = (given: Change, most?: number) => [...textOfChange(given, { mostDifferences: most })].join('');
const jsonOf = (given: Change, most?: number) => [...jsonOfChange(given, { mostDifferences: most })].join('');

const SAME = [
  difference({ name: Buffer.from('user'), from: bytes('anna'), to: bytes('berta') }),
  difference({ name: Buffer.from('x'), from: bytes('1') }),
  difference({ part: 'member', name: Buffer.from('m'), to: json('true') }),
  difference({ part: 'member', name: Buffer.from('z'), from: json('1.5'), to: json('2') }),
  difference({ part: 'element', place: 3, to: bytes('\xff\0') }),
  difference({ part: 'body', from: { kind: 'digest', size: 5, sha256: 'ab'.repeat(32) }, to: bytes('') }),
];

test('as text: what it is, and what differs in it', () => {
  expect(textOf(change(SAME))).toBe(
    [
      '~ redis/k (hash)',
      '    field "user": "anna" -> "berta"',
      '    - field "x": "1"',
      '    + member "m"',
      '    member "z": 1.5 -> 2',
      '    + element 3: "\\xff\\u{0}"',
      '    body: 5 bytes, SHA-256 abababababababab... -> ""',
      '',
    ].join('\n'),
  );
  expect(textOf(change(SAME), 2)).toMatch(/"1"\n {4}\.\.\. and 4 more differences\n$/);
});

test('as text, what came or went is told by its address', () => {
  expect(textOf(change(SAME, { change: 'added' }))).toBe('+ redis/k (hash)\n');
  const queue = {
    adapter: 'sqs',
    scope: Buffer.from('q'),
    scopeAddress: 'sqs/q',
    address: 'sqs/q',
    isScope: true,
  } as const;
  expect(textOf(change([], { change: 'removed', ...queue, type: undefined }))).toBe('- sqs/q (queue)\n');
});

test('as JSON: one line, with all that differs', () => {
  const line = jsonOf(change(SAME));
  expect(line).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(line)).toEqual({
    change: 'changed',
    address: 'redis/k',
    adapter: 'redis',
    type: 'hash',
    differences: [
      { part: 'field', name: 'user', from: 'anna', to: 'berta' },
      { part: 'field', name: 'x', from: '1' },
      { part: 'member', name: 'm', to: true },
      { part: 'member', name: 'z', from: 1.5, to: 2 },
      { part: 'element', place: 3, to: { base64: '/wA=' } },
      { part: 'body', from: { bytes: 5, sha256: 'ab'.repeat(32) }, to: '' },
    ],
  });
  expect(JSON.parse(jsonOf(change(SAME), 1))).toMatchObject({
    differences: [{ name: 'user' }],
    differences_left_out: 5,
  });
  expect(JSON.parse(jsonOf(change(SAME), 0))).toMatchObject({ differences: [], differences_left_out: 6 });
});

describe('hostile names and values', () => {
  const HOSTILE = [
    '\x1b[2J',
    'a\nb',
    '\r',
    '\x07',
    '\x7f',
    '\x9b31m',
    '\u202egnp.exe',
    '\u2028',
    '\ufeff',
    '\u00a0',
    '\u00ad',
    '</script>',
    '=1+1',
    '__proto__',
    '"\\"',
    'é'.repeat(1000),
    '\ud83d\ude00'.repeat(500),
  ];
  const all = HOSTILE.flatMap((text) => [
    difference({
      name: Buffer.from(text),
      from: { kind: 'bytes', bytes: Buffer.from(text) },
      to: json(JSON.stringify(text)),
    }),
  ]);

  test('are shown in text as one line each, of letters that a terminal draws', () => {
    const lines = textOf(change(all)).split('\n');
    expect(lines).toHaveLength(HOSTILE.length + 2);
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
      expect(line.length).toBeLessThan(700);
    }
    expect(lines[1]).toBe('    field "\\u{1b}[2J": "\\u{1b}[2J" -> "\\u001b[2J"');
    expect(lines).toContain('    field "\\"\\\\\\"": "\\"\\\\\\"" -> "\\"\\\\\\""');
  });

  test('are JSON that reads back to them, of which no letter is hidden either', () => {
    const line = jsonOf(change(all));
    expect(line.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
    const read = JSON.parse(line).differences as Array<{ name: string; from: string; to: string }>;
    expect(read.map(({ name }) => name)).toEqual(HOSTILE);
    expect(read.map(({ from }) => from)).toEqual(HOSTILE);
    expect(read.map(({ to }) => to)).toEqual(HOSTILE);
  });

  test('an address of a megabyte is cut in text, and told whole in JSON', () => {
    const long = change([], { change: 'added', address: `redis/${'x'.repeat(1 << 20)}` });
    expect(textOf(long)).toMatch(/^\+ redis\/x{100,400}\.\.\. \(1048582 letters\) \(hash\)\n$/);
    expect(JSON.parse(jsonOf(long)).address).toBe(long.address);
  });
});

describe('the sums', () => {
  const table = { adapter: 'dynamodb', scope: Buffer.from('t'), scopeAddress: 'dynamodb/t', type: undefined } as const;
  const summary = () => {
    const sums = new Summary();
    sums.add(change([], { type: 'string', change: 'added' }));
    sums.add(change([], { type: 'hash' }));
    sums.add(change([], { type: 'hash' }));
    sums.add(change([], { ...table, isScope: true }));
    sums.add(change([], { ...table, change: 'removed' }));
    return sums;
  };

  test('are a table by scope, and by type of Redis keys', () => {
    expect([...textOfSummary(summary())].join('')).toBe(
      [
        '                added  removed  changed',
        'redis (hash)        0        0        2',
        'redis (string)      1        0        0',
        'dynamodb/t          0        1        0  table settings changed',
        'all                 1        1        2',
        '',
      ].join('\n'),
    );
    expect([...textOfSummary(new Summary())]).toEqual([]);
  });

  test('are a line of JSON each', () => {
    const lines = Array.from(jsonOfSummary(summary()), (line) => JSON.parse(line));
    expect(lines).toEqual([
      { summary_of: 'redis', adapter: 'redis', type: 'hash', added: 0, removed: 0, changed: 2 },
      { summary_of: 'redis', adapter: 'redis', type: 'string', added: 1, removed: 0, changed: 0 },
      {
        summary_of: 'dynamodb/t',
        adapter: 'dynamodb',
        scope: 't',
        added: 0,
        removed: 1,
        changed: 0,
        itself: 'changed',
      },
    ]);
    expect(summary().units).toEqual({ added: 1, removed: 1, changed: 2 });
    expect(summary().scopes).toEqual({ added: 0, removed: 0, changed: 1 });
  });

  test('have colours where they are asked for alone', () => {
    expect([...textOfSummary(summary(), { paint: COLOURED })][0]).toBe(
      '\u001b[1m                added  removed  changed\u001b[0m\n',
    );
    expect([...textOfChange(change([], { change: 'added' }), { paint: COLOURED })]).toEqual([
      '\u001b[32m+ redis/k (hash)\u001b[0m\n',
    ]);
  });
});
