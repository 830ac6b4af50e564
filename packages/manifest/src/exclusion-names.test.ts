import { expect, test } from 'vitest';
import { EXCLUSION_NAMES } from './exclusion-names.ts';
import { manifestSchema } from './manifest-schema.ts';

test('the names of exclusions are those of the schema, in its order', () => {
  expect(EXCLUSION_NAMES).toEqual(Object.keys(manifestSchema.shape.exclusions.def.innerType.shape));
});
