import { afterAll, describe, expect, test } from 'vitest';
import { ScratchFolder } from '../sort/scratch.ts';
import type { Warning } from '../warning.ts';
import { type ResolveOptions, resolveTransactions, type TransactionCounts } from './resolve-transactions.ts';
import {
  aborted,
  commitRecord,
  finished,
  type GivenGroup,
  GivenInputs,
  type GivenVersion,
  intentValue,
  lockValue,
  prepared,
  rollbackRecord,
  textsOf,
  u64,
  version,
} from './transactions.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const NONE: TransactionCounts = { committed: 0, rolledBack: 0, undecided: 0, torn: 0, maybeTorn: 0, lostByNode: 0 };
/** P and S of most transactions here: `a` lies in the first group, `z` in the second. */
const ONE = { primary: 'a', start: 10n };

interface Resolved {
  readonly counts: TransactionCounts;
  readonly added: readonly string[];
  readonly warnings: readonly Warning[];
}

function resolved(
  groups: readonly (readonly GivenVersion[] | GivenGroup)[],
  options: Partial<ResolveOptions> = {},
): Resolved {
  return resolvedOf(
    new GivenInputs(groups.map((group) => ('versions' in group ? group : { versions: group }))),
    options,
  );
}

function resolvedOf(inputs: GivenInputs, options: Partial<ResolveOptions> = {}): Resolved {
  const warnings: Warning[] = [];
  const found = resolveTransactions(inputs, { scratch, warn: (warning) => warnings.push(warning), ...options });
  const { counts, addedCount } = found;
  const added = textsOf(found.added());
  found.close();
  expect(added).toHaveLength(addedCount);
  return { counts, added, warnings };
}

describe('a key that is still locked', () => {
  test('counts as written when the transaction has a commit record in whatever group: values, deletions, empty values', () => {
    const first = [...prepared('a', ONE, 'x'), ...finished('a', 20n, 'x'), commitRecord('a', 10n, 20n)];
    const second = [
      ...prepared('z', ONE, 'new'),
      ...prepared('y', ONE),
      ...prepared('e', ONE, ''),
      version('z', 5n, 'old'),
    ];
    const { counts, added, warnings } = resolved([first, second]);
    expect(added).toEqual(['e@20=', 'y@20', 'z@20=new']);
    expect(counts).toEqual({ ...NONE, committed: 1 });
    expect(warnings).toEqual([]);
  });

  test('is as it was when the transaction has a rollback record, whatever another group shows', () => {
    const first = [...prepared('a', ONE, 'x'), ...aborted('a', 15n), rollbackRecord('a', 10n, 15n)];
    const second = [...prepared('z', ONE, 'new'), ...prepared('y', ONE, 'new'), ...finished('y', 16n, 'new')];
    expect(resolved([first, second])).toEqual({ counts: { ...NONE, rolledBack: 1 }, added: [], warnings: [] });
  });

  test('counts as written when another key of the transaction was written at the moment at which its lock ended', () => {
    const first = [...prepared('a', ONE, 'x'), ...prepared('b', ONE)];
    const second = [...prepared('z', ONE, 'new'), ...finished('z', 20n, 'new'), version('z', 25n, 'later')];
    const { counts, added, warnings } = resolved([first, second]);
    expect(added).toEqual(['a@20=x', 'b@20']);
    expect(counts).toEqual({ ...NONE, committed: 1 });
    expect(warnings).toEqual([]);
  });

  test('counts as written when only one of several keys with an ended lock has a version from then: also a deletion', () => {
    const first = prepared('a', ONE, 'x');
    const second = [...prepared('y', ONE, 'new'), ...aborted('y', 20n), ...prepared('z', ONE), ...finished('z', 20n)];
    expect(resolved([first, second]).added).toEqual(['a@20=x']);
  });

  test('is as it was when the locks of other keys ended, and none of these keys has a version from then', () => {
    const first = prepared('a', ONE, 'x');
    const second = [
      ...prepared('z', ONE, 'new'),
      ...aborted('z', 20n),
      version('z', 19n, 'before'),
      version('z', 21n, 'after'),
    ];
    expect(resolved([first, second])).toEqual({ counts: { ...NONE, rolledBack: 1 }, added: [], warnings: [] });
  });

  test('is as it was when nothing says how the transaction ends', () => {
    const { counts, added, warnings } = resolved([prepared('a', ONE, 'x'), prepared('z', ONE, 'new')]);
    expect({ counts, added, warnings }).toEqual({ counts: { ...NONE, undecided: 1 }, added: [], warnings: [] });
  });

  test('a deleted record counts as none', () => {
    const record = commitRecord('a', 10n, 20n);
    const deletion = version(record.encoded.subarray(0, -8), 30n);
    expect(resolved([[...prepared('a', ONE, 'x'), record, deletion]]).counts).toEqual({ ...NONE, undecided: 1 });
  });

  test('records of other transactions of the same first key say nothing', () => {
    const group = [
      ...prepared('a', ONE, 'x'),
      commitRecord('a', 9n, 12n),
      commitRecord('a', 11n, 13n),
      commitRecord('aa', 10n, 14n),
    ];
    const written = [version('a', 12n, '1'), version('a', 13n, '2'), version('aa', 14n, '3')];
    expect(resolved([[...group, ...written]]).counts).toEqual({ ...NONE, undecided: 1 });
  });
});

test('a lock right above an older one ends it: the older transaction may be proven by it, the younger one is open', () => {
  const two = { primary: 'a', start: 20n };
  const first = prepared('a', ONE, 'one');
  const second = [...prepared('z', ONE, 'one'), version('z', 20n, 'one'), ...prepared('z', two, 'two')];
  const { counts, added } = resolved([first, second]);
  expect(added).toEqual(['a@20=one']);
  expect(counts).toEqual({ ...NONE, committed: 1, undecided: 1 });
});

test('no version is added where the prepared write is gone or of another transaction', () => {
  const record = [commitRecord('a', 10n, 20n), version('a', 20n, 'x')];
  const lock = (key: string) => version(`!txn|lock|${key}`, 10n, lockValue('a', 10n));
  const gone = [...prepared('b', ONE, 'x').slice(1), version('!txn|int|b', 20n), lock('b')];
  const none = [lock('c')];
  const other = [
    lock('d'),
    version('!txn|int|d', 9n, intentValue(9n, 'x')),
    version('!txn|int|d', 11n, intentValue(11n, 'x')),
  ];
  expect(resolved([record, [...gone, ...none, ...other]])).toEqual({
    counts: { ...NONE, committed: 1 },
    added: [],
    warnings: [],
  });
});

test('versions of other keys between those of one key change nothing', () => {
  // The version of a key at 9 << 56 begins with f6, so that this key lies between two versions of `b`.
  const between = 'b\xf6\xff\xff\xff\xff\xff\xff\xff';
  const [early, late] = [8n << 56n, 10n << 56n];
  const ofB = { primary: 'a', start: early };
  const first = [commitRecord('a', early, late), version('a', late, 'x')];
  const second = [...prepared('b', ofB, 'old'), ...finished('b', late, 'old'), ...prepared(between, ofB, 'new')];
  const { added, counts } = resolved([first, second]);
  expect(added).toEqual([`${between}@${late}=new`]);
  expect(counts).toEqual({ ...NONE, committed: 1 });
});

describe('a transaction that other groups have committed is torn', () => {
  const others = [...prepared('z', ONE, 'new'), ...finished('z', 20n, 'new')];

  test('when the group of its first key has neither record nor lock of it, also when no key is locked any more', () => {
    const { counts, added, warnings } = resolved([[version('a', 5n, 'old')], others]);
    expect({ counts, added }).toEqual({ counts: { ...NONE, torn: 1 }, added: [] });
    expect(warnings).toMatchObject([
      { event: 'transaction_torn', doubt: true, fields: { count: 1, example: 'the one of key a that began at 10' } },
    ]);
    const three = resolved([[], others, prepared('q', ONE, 'third')]);
    expect(three.added).toEqual(['q@20=third']);
    expect(three.counts).toEqual({ ...NONE, torn: 1, committed: 1 });
  });

  test('but not when its first key is locked by it; a lock of another transaction does not count', () => {
    expect(resolved([prepared('a', ONE, 'x'), others]).counts.torn).toBe(0);
    expect(resolved([prepared('a', { primary: 'a', start: 9n }, 'x'), others]).counts).toEqual({
      ...NONE,
      torn: 1,
      undecided: 1,
    });
  });

  test('but not with a record in that group', () => {
    expect(resolved([[commitRecord('a', 10n, 20n), version('a', 20n, 'x')], others]).counts).toEqual(NONE);
    expect(resolved([[rollbackRecord('a', 10n, 20n)], others]).counts).toEqual(NONE);
  });

  test('but not when the other groups have rolled it back', () => {
    expect(resolved([[], [...prepared('z', ONE, 'new'), ...aborted('z', 20n)]]).counts).toEqual(NONE);
  });

  test('but not when the group of its first key is not among the inputs, or it was committed after the moment', () => {
    expect(resolvedOf(new GivenInputs([{ versions: others }], 'a')).counts).toEqual(NONE);
    expect(resolved([[], others], { asOf: 19n }).counts).toEqual(NONE);
    expect(resolved([[], others], { asOf: 20n }).counts).toEqual({ ...NONE, torn: 1 });
  });
});

describe('a commit record above the clock of another group says that its part may be missing', () => {
  const at = (9n << 16n) + 1n;
  const first = { versions: [commitRecord('a', 10n, at), version('a', at, 'x')] };

  test.each([
    { clocks: [8n, 9n], maybeTorn: 1, why: 'one above' },
    { clocks: [8n, 10n], maybeTorn: 0, why: 'only its own group is behind' },
    { clocks: [undefined, 9n], maybeTorn: 1, why: 'its own clock is not known' },
    { clocks: [8n, undefined], maybeTorn: 0, why: 'the other clock is not known' },
    { clocks: [8n, 0n], maybeTorn: 0, why: 'the other node was in its first second' },
    { clocks: [20n, 10n, 9n], maybeTorn: 1, why: 'the third group is behind' },
    { clocks: [9n, 9n], maybeTorn: 1, why: 'both have the same clock' },
  ])('$why', ({ clocks, maybeTorn }) => {
    const groups = clocks.map((clockCeilingMs, i) => ({ versions: i === 0 ? first.versions : [], clockCeilingMs }));
    const { counts, warnings } = resolved(groups);
    expect(counts).toEqual({ ...NONE, maybeTorn });
    expect(warnings.map(({ event }) => event)).toEqual(maybeTorn === 1 ? ['transaction_maybe_torn'] : []);
    expect(resolved(groups, { asOf: at - 1n }).counts).toEqual(NONE);
  });
});

describe('a commit record whose first key has no version from then is a write that the node has lost', () => {
  const record = commitRecord('a', 10n, 20n);

  test('with a version at the start only, or a deletion at the commit', () => {
    const { counts, warnings } = resolved([[record, version('a', 10n, 'x'), version('a', 21n, 'y')]]);
    expect(counts).toEqual({ ...NONE, lostByNode: 1 });
    expect(warnings).toMatchObject([
      {
        event: 'transaction_lost_by_node',
        doubt: true,
        fields: { count: 1, example: 'the one of key a that was committed at 20' },
      },
    ]);
    expect(resolved([[record, version('a', 20n)]]).counts).toEqual(NONE);
  });

  test('unless versions as old as it were removed, or it is after the moment', () => {
    expect(resolved([{ versions: [record], minRetainedTs: 20n }]).counts).toEqual(NONE);
    expect(resolved([{ versions: [record], minRetainedTs: 19n }]).counts).toEqual({ ...NONE, lostByNode: 1 });
    expect(resolved([[record]], { asOf: 19n }).counts).toEqual(NONE);
    expect(resolved([[record]], { asOf: 20n }).counts).toEqual({ ...NONE, lostByNode: 1 });
  });
});

test('the rows of all keys are walked over only when there is something to look up, and then once', () => {
  const none = new GivenInputs([{ versions: [version('a', 1n, 'x'), ...prepared('z', ONE, 'new')] }]);
  resolvedOf(none);
  expect(none.walksOverAll).toBe(0);
  const some = new GivenInputs([
    { versions: [commitRecord('a', 10n, 20n), commitRecord('b', 10n, 20n), commitRecord('c', 1n, 2n)] },
  ]);
  expect(resolvedOf(some).counts).toEqual({ ...NONE, lostByNode: 3 });
  expect(some.walksOverAll).toBe(1);
});

const lock = (value: Buffer) => version('!txn|lock|k', 10n, value);
const good = lockValue('a', 10n);

test.each([
  { row: lock(Buffer.alloc(0)), says: 'the value of a lock is empty' },
  { row: lock(Buffer.concat([Buffer.of(2), good.subarray(1)])), says: 'the lock has the format 2; only 1 is known' },
  { row: lock(good.subarray(0, 25)), says: 'the value of a lock has 25 bytes; 26 or more are needed' },
  { row: lock(good.subarray(0, 26)), says: 'the length of the first key is 1, but 0 bytes follow' },
  {
    row: version('!txn|cmt|short', 10n, Buffer.concat([Buffer.of(1), u64(10)])),
    says: 'ends before the start of the transaction',
  },
  {
    row: version('!txn|cmt|a12345678', 10n, Buffer.of(1)),
    says: 'the value of a commit record has 1 bytes in place of 9',
  },
  { row: version('!txn|cmt|a12345678', 10n, Buffer.alloc(9)), says: 'the commit record has the format 0' },
  { row: version('!txn|rb|a12345678', 10n, ''), says: 'the value of a rollback record is empty' },
  { row: version('!txn|rb|a', 10n, '\x01'), says: 'ends before the start of the transaction' },
  { row: version('!txn|int|q', 10n, Buffer.alloc(18)), says: 'the prepared write has the format 0' },
  {
    row: version('!txn|int|q', 10n, intentValue(10n, 'xyz').subarray(0, 20)),
    says: 'the length of the value is 3, but 2 bytes follow',
  },
  {
    row: version('!txn|int|q', 10n, intentValue(10n, 'xyz').subarray(0, 17)),
    says: 'has 17 bytes; 18 or more are needed',
  },
  {
    row: version('!txn|int|q', 10n, Buffer.concat([Buffer.of(1), u64(10), Buffer.of(7), u64(0)])),
    says: 'the operation 7',
  },
  {
    row: version('!txn|int|q', 10n, Buffer.concat([Buffer.of(1), u64(10), Buffer.of(1), u64(1), Buffer.of(9)])),
    says: 'the prepared deletion has a value',
  },
])('a row of a transaction that is none is refused: $says', ({ row, says }) => {
  const committed = [commitRecord('a', 10n, 20n), version('!txn|lock|q', 10n, good)];
  expect(() => resolved([[...committed, row]])).toThrow(says);
});
