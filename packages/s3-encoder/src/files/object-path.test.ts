import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fallbackPaths, leafPath, replacedPath, roomIn, userDataPath } from './object-path.ts';

/** For paths in the folder of a bucket named `b`. */
const ROOM = roomIn('s3/b');
const replaced = (key: string, hasKeymap: boolean) => replacedPath(key, { hasKeymap, room: ROOM });
const fallbacks = (key: string) => fallbackPaths(key, ROOM);

describe('segments that cannot be names', () => {
  test.each([
    ['photos/', 'photos/e3b0c44298fc1c149afbf4c8996fb924__'],
    ['/x', '8a5edab282632443219e051e4ade2d1d__/x'],
    ['_bucket.json', 'e7b494ff8f7bef050339f83852eadbf4___bucket.json'],
    ['_bucket.json/k', 'b98b43ea529f166f90cea2ffb458a51c___bucket.json/k'],
    ['_orphans/q', 'e01f64061af22972099df4d5104c9c13___orphans/q'],
    ['l'.repeat(300), `ab5229cf2ab02374979771ed150911ce__${'l'.repeat(64)}`],
  ])('of %j are replaced as in section 4.1', (key, path) => {
    expect(replaced(key, false)).toBe(path);
    expect(fallbacks(key)).toContain(path);
  });

  test('are none where the name is free', () => {
    expect(replaced('_orphans', true)).toBeUndefined();
    expect(replaced('KEYMAP.jsonl', false)).toBeUndefined();
    expect(replaced('KEYMAP.jsonl', true)).toMatch(/^[0-9a-f]{32}__KEYMAP\.jsonl$/);
  });

  test('never make a path that ends like a sidecar', () => {
    expect(replaced('/a.elastickv-meta.json', false)).toBe(
      '8a5edab282632443219e051e4ade2d1d__/a.elastickv-meta.json.user-data',
    );
    const long = `${'m'.repeat(220)}.elastickv-meta.json`;
    expect(replaced(long, false)).toMatch(/^[0-9a-f]{32}__m{64}$/);
  });
});

describe('a key that cannot be a path', () => {
  const sha256 = (key: string) => createHash('sha256').update(Buffer.from(key, 'latin1')).digest('hex').slice(0, 32);

  test.each([
    ['a\\b', 'a%5Cb'],
    ['nul\0', 'nul%00'],
    ['a/../b', 'a%2F..%2Fb'],
    ['.', '.'],
    ['/./', '%2F.%2F'],
    ['k/'.repeat(30_000), 'k%2F'.repeat(32)],
    // The cut is after 64 bytes of the key, in the middle of a character as it may be.
    [`\\${'\xc3\xa9'.repeat(40)}`, `%5C${'%C3%A9'.repeat(31)}%C3`],
  ])('%j becomes one name in the folder of its bucket', (key, start) => {
    const name = `${sha256(key)}__${start}`;
    expect(replaced(key, false)).toBe(name);
    expect(replaced(key, true)).toBe(name);
    expect(fallbacks(key)).toContain(name);
    expect(name.length + 20).toBeLessThanOrEqual(255);
  });

  test('never becomes the name of a sidecar', () => {
    const key = '\\a.elastickv-meta.json';
    expect(replaced(key, false)).toBe(`${sha256(key)}__%5Ca.elastickv-meta.json.user-data`);
  });
});

describe('a renamed object', () => {
  test('has a suffix while the name stays within 235 bytes', () => {
    expect(leafPath('d/a')).toEqual({ path: 'd/a.elastickv-leaf-data', kind: 's3-leaf-data' });
    expect(userDataPath('.elastickv-meta.json')).toEqual({
      path: '.elastickv-meta.json.user-data',
      kind: 'meta-suffix-rename',
    });
    expect(leafPath('l'.repeat(215)).kind).toBe('s3-leaf-data');
  });

  test('has the hashed form in place of a suffix that is too long', () => {
    const key = `d/${'l'.repeat(216)}`;
    expect(leafPath(key)).toEqual({ path: expect.stringMatching(/^d\/[0-9a-f]{32}__l{64}$/), kind: 'sha-fallback' });
    expect(fallbacks(key)).toEqual([leafPath(key).path]);
  });

  test('needs no fallback when its key has none', () => {
    expect(fallbacks('d/a')).toEqual([]);
  });
});
