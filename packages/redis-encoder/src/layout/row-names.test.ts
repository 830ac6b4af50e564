import fc from 'fast-check';
import { test } from 'vitest';
import { REDIS_FAMILIES } from './families.ts';
import { collectionName, entryName, fieldName, itemName, keyName, memberName } from './row-names.ts';

test('any bytes after a prefix have a name or none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...REDIS_FAMILIES), fc.uint8Array(), (family, rest) => {
      const row = Buffer.concat([Buffer.from(family), rest]);
      for (const name of [keyName, itemName, collectionName, fieldName, memberName, entryName])
        name(row, family.length);
    }),
  );
});
