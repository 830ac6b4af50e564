import { type AdapterName, PLAIN_PART, RowOwner } from '@ekv/adapter';
import { ScratchFolder } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnitCollector } from './unit-set.ts';

const name = fc
  .constantFrom('', 'a', 'b', 'ab', 'a/b', '\0', '\xff'.repeat(600))
  .map((text) => Buffer.from(text, 'latin1'));
const unit = fc.record({
  adapter: fc.constantFrom('redis', 'sqs'),
  scope: fc.option(name, { nil: undefined }),
  key: name,
});

function found(adapter: string, scope: Buffer | undefined, key: Buffer): RowOwner {
  const owner = new RowOwner();
  owner.begin(adapter as AdapterName, '');
  if (scope !== undefined) owner.scopePart.set(PLAIN_PART, scope, 0, scope.length);
  owner.keyPart.set(PLAIN_PART, key, 0, key.length);
  return owner;
}

test('it has the units that were collected, and no others', () => {
  const scratch = new ScratchFolder();
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), fc.array(unit, { maxLength: 20 }), (given, asked) => {
      const collector = new UnitCollector(scratch);
      for (const { adapter, scope, key } of given) collector.add({ adapter: adapter as AdapterName, scope, key });
      const set = collector.collected();
      const textOf = ({ adapter, scope, key }: (typeof given)[number]) => JSON.stringify([adapter, scope, key]);
      const texts = new Set(given.map(textOf));
      for (const one of [...given, ...asked])
        expect(set.has(found(one.adapter, one.scope, one.key))).toBe(texts.has(textOf(one)));
      set.close();
      collector.close();
    }),
    { numRuns: 40 },
  );
  scratch.remove();
});

test('of very many each is found', () => {
  const scratch = new ScratchFolder();
  const collector = new UnitCollector(scratch);
  const keyOf = (i: number) => Buffer.from(`key:${i}`);
  for (let i = 0; i < 50_000; i++) collector.add({ adapter: 'redis', key: keyOf(2 * i) });
  const set = collector.collected();
  for (let i = 0; i < 100_000; i += 7) expect(set.has(found('redis', undefined, keyOf(i)))).toBe(i % 2 === 0);
  set.close();
  scratch.remove();
});
