import { ScratchFolder } from '@ekv/snapshot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FactSort } from '../facts/fact-sort.ts';
import { packedBytes, packedJson } from '../facts/value.ts';
import type { Difference } from './change.ts';
import { changesIn } from './changes.ts';

let scratch: ScratchFolder;
let facts: FactSort;
beforeEach(() => {
  scratch = new ScratchFolder();
  facts = new FactSort(scratch);
});
afterEach(() => {
  facts.close();
  scratch.remove();
});

const key = (name: string) => ({ adapter: 'redis', key: Buffer.from(name, 'latin1') }) as const;

function told(): string[] {
  return Array.from(changesIn(facts.sorted()), (change) =>
    `${change.change} ${change.address} ${change.type ?? ''}`.trimEnd(),
  );
}

function placeOf(at: number): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(at));
  return place;
}

describe('changes', () => {
  test('come by adapter, scope and name, a scope before what is in it, whatever order facts were added in', () => {
    facts.begin('from');
    facts.unit({ adapter: 'sqs', scope: Buffer.from('q'), key: Buffer.from('m') });
    facts.unit({ adapter: 's3', scope: Buffer.from('b-2'), key: Buffer.from('o') });
    facts.unit({ adapter: 's3', scope: Buffer.from('b'), key: Buffer.from('o') });
    facts.unit({ adapter: 's3', scope: Buffer.from('b') });
    facts.unit({ adapter: 'dynamodb', scope: Buffer.from('t'), key: Buffer.from('a'), sortKey: Buffer.from('') });
    facts.unit({ adapter: 'dynamodb', scope: Buffer.from('t'), key: Buffer.from('a') });
    facts.unit({ adapter: 'dynamodb', scope: Buffer.from(''), key: Buffer.from('\0') });
    facts.unit(key('a'), 'string');
    facts.begin('to');
    facts.unit(key(''), 'list');
    expect(told()).toEqual([
      'added redis/ list',
      'removed redis/a string',
      'removed dynamodb//%00',
      'removed dynamodb/t/a',
      'removed dynamodb/t/a/',
      'removed s3/b',
      'removed s3/b/o',
      'removed s3/b-2/o',
      'removed sqs/q/m',
    ]);
  });

  test('are none where both sides say the same, or one says it twice', () => {
    for (const side of ['from', 'to'] as const) {
      facts.begin(side);
      facts.unit(key('a'), 'hash');
      facts.fact('field', Buffer.from('f'), packedBytes(Buffer.from('v')));
      facts.fact('field', Buffer.from('f'), packedBytes(Buffer.from('v')));
    }
    expect(told()).toEqual([]);
  });

  test('may be passed over before their differences are asked for', () => {
    for (const side of ['from', 'to'] as const) {
      facts.begin(side);
      for (const name of ['a', 'b', 'c']) {
        facts.unit(key(name), 'hash');
        for (let i = 0; i < 100; i++)
          facts.fact('field', Buffer.from(String(i)), packedJson(side === 'from' ? '1' : '2'));
      }
    }
    const seen: string[] = [];
    for (const { address, differences } of changesIn(facts.sorted())) {
      const [first] = address === 'redis/b' ? [...differences] : differences;
      seen.push(`${address} ${first?.name}`);
    }
    expect(seen).toEqual(['redis/a 0', 'redis/b 0', 'redis/c 0']);
  });

  test('of a type are a difference, beside all that the two types have', () => {
    facts.begin('from');
    facts.unit(key('a'), 'string');
    facts.fact('value', Buffer.alloc(0), packedBytes(Buffer.from('v')));
    facts.begin('to');
    facts.unit(key('a'), 'set');
    facts.fact('member', Buffer.from('m'), packedJson('true'));
    const [change] = Array.from(changesIn(facts.sorted()), ({ differences, ...rest }) => ({
      ...rest,
      differences: [...differences],
    }));
    expect(change).toMatchObject({ change: 'changed', type: 'set' });
    expect(change!.differences.map(({ part, from, to }) => [part, from !== undefined, to !== undefined])).toEqual([
      ['type', true, true],
      ['value', true, false],
      ['member', false, true],
    ]);
  });
});

test('lists of which more than 32 MiB differ are compared place by place, in the memory of a part of them', () => {
  const size = 16 << 10;
  const count = 1500;
  for (const side of ['from', 'to'] as const) {
    facts.begin(side);
    facts.unit(key('list'), 'list');
    for (let at = 0; at < count; at++) {
      // All differ from the second on, but for one near the end; the second list is longer.
      const text = at === 0 || at === count - 2 ? 'same' : `${side} ${at}`;
      facts.fact('element', placeOf(at), packedBytes(Buffer.alloc(size, text)));
    }
    if (side === 'to') facts.fact('element', placeOf(count), packedBytes(Buffer.from('last')));
  }
  const differences: Difference[] = [];
  for (const change of changesIn(facts.sorted()))
    for (const difference of change.differences) differences.push(difference);
  const places = (one: 'from' | 'to') =>
    differences.flatMap(({ place, [one]: value }) => (value === undefined ? [] : [place]));
  const differing = Array.from({ length: count }, (_, at) => at).filter((at) => at !== 0 && at !== count - 2);
  expect(places('from')).toEqual(differing);
  expect(places('to')).toEqual([...differing, count]);
});
