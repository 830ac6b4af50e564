import { ArgumentError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { decodeRedis } from './decode/index.ts';
import { encodeRedis } from './index.ts';

const nothing = { warn: () => {}, scratch: {} };

test('an option of a whole database that is misspelt is refused before anything is read', () => {
  expect(() => encodeRedis({} as never, { ...nothing, shiftMS: 5n } as never)).toThrow(
    new ArgumentError('encodeRedis has no option "shiftMS", did you mean shiftMs?'),
  );
  expect(() => decodeRedis({} as never, {} as never, { ...nothing, scrach: {} } as never)).toThrow(
    new ArgumentError('decodeRedis has no option "scrach", did you mean scratch?'),
  );
  expect(() => encodeRedis({} as never, undefined as never)).toThrow(ArgumentError);
});
