import { describe, expect, test } from 'vitest';
import { readChunkReference } from './chunk-reference.ts';

/** The two values of docs/format/05-s3.md, section 1.5. */
const WITHOUT = `01${'4b8c3d5bdf0602dcdb0a2680f8f1fe9895634f47ac617f68f2fbbadfdd1ee1db'}00000000000000090000`;
const WITH = `02${'930e3c1fbd9f81a1132b1074010c146c7e1a4356413ede4cbad493f9a771145b'}000000000000000a00066e6f64652d310002${'00026e32000a31302e302e302e323a31'}00026e330000`;

const parsed = (hex: string) => {
  const value = Buffer.from(`ff${hex}ff`, 'hex');
  const { digest, length } = readChunkReference(value, 1, value.length - 1);
  return [digest.toString('hex'), length];
};

describe('a chunk reference', () => {
  test('of version 1 has digest and length', () => {
    expect(parsed(WITHOUT)).toEqual([WITHOUT.slice(2, 66), 9n]);
  });

  test('of version 2 has replicas too, or none', () => {
    expect(parsed(WITH)).toEqual([WITH.slice(2, 66), 10n]);
    expect(parsed(`02${WITHOUT.slice(2)}0000`)).toEqual([WITHOUT.slice(2, 66), 9n]);
  });

  test.each([
    ['WITHOUT', WITHOUT],
    ['WITH', WITH],
  ])('%s replicas that is cut anywhere, or goes on, is malformed', (_, hex) => {
    for (let length = 0; length < hex.length; length += 2)
      expect(() => parsed(hex.slice(0, length)), `${length / 2} bytes`).toThrow(/value/);
    expect(() => parsed(`${hex}00`)).toThrow('1 bytes stand behind the end');
  });

  test.each(['00', '03', 'ff'])('of version %s is unknown', (version) => {
    expect(() => parsed(version + WITHOUT.slice(2))).toThrow(`unknown version ${Number.parseInt(version, 16)}`);
  });
});
