import { describe, expect, test } from 'vitest';
import { keyTraits, Trait } from './key-traits.ts';
import { roomIn } from './object-path.ts';

/** For paths in the folder of a bucket named `b`. */
const ROOM = roomIn('s3/b');
const traits = (key: string) => keyTraits(Buffer.from(key, 'latin1'), ROOM);

describe('the traits of a key', () => {
  test.each(['a', 'a/b/c', '...', '..a', '.hidden', '~', 'CON', 'a:b', '_orphans', 'n/_orphans/x', '_orphansFoo/x'])(
    '%j finds nothing special',
    (key) => expect(traits(key)).toBe(0),
  );

  test('finds an empty one unusable', () => expect(traits('')).toBe(Trait.empty));

  test.each(['a\0b', 'a\\b', '.', '..', 'a/../b', './a', 'a/.', '../x'])('%j cannot be a path', (key) =>
    expect(traits(key)).toBe(Trait.noPath),
  );

  test('finds a path of more than 3000 bytes below the root of the tree too long, as it is or with replaced segments', () => {
    const key = 'k/'.repeat(1497);
    expect(traits(`${key}k`)).toBe(0);
    expect(traits(`${key}kk`)).toBe(Trait.noPath);
    expect(keyTraits(Buffer.from(`${key}k`), roomIn('s3/bb'))).toBe(Trait.noPath);
    // Each empty segment becomes a name of 34 bytes.
    expect(traits('/'.repeat(84))).toBe(Trait.cannotStay);
    expect(traits('/'.repeat(85))).toBe(Trait.cannotStay | Trait.noPath);
    expect(traits('l'.repeat(4000))).toBe(Trait.tooLong);
    expect(traits('k/'.repeat(500_000))).toBe(Trait.cannotStay | Trait.noPath);
  });

  test.each(['/a', 'a/', 'a//b', '/', '_orphans/q', '_incomplete_uploads/q', '_bucket.json', '_bucket.json/k'])(
    '%j cannot stay',
    (key) => expect(traits(key)).toBe(Trait.cannotStay),
  );

  test('finds a last segment above 235 bytes and another one above 255 too long', () => {
    expect(traits('l'.repeat(235))).toBe(0);
    expect(traits('l'.repeat(236))).toBe(Trait.tooLong);
    expect(traits(`${'l'.repeat(255)}/x`)).toBe(0);
    expect(traits(`x/${'l'.repeat(256)}/x`)).toBe(Trait.tooLong);
  });

  test('finds names of sidecars and of the key map', () => {
    expect(traits('a/.elastickv-meta.json')).toBe(Trait.sidecarName);
    expect(traits('a.elastickv-meta.json/x')).toBe(Trait.sidecarFolder);
    expect(traits('KEYMAP.jsonl')).toBe(Trait.keymapName);
    expect(traits('KEYMAP.jsonl/x')).toBe(Trait.keymapName);
    expect(traits('d/KEYMAP.jsonl')).toBe(0);
  });
});
