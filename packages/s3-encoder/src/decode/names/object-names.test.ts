import { describe, expect, test } from 'vitest';
import { blobRow, bodies, bucketRow, decoded, id, objectRows } from '../../rows.test-data.ts';

const named = (keys: readonly string[], renameCollisions = false) =>
  decoded([bucketRow('b', { generation: 1 }), ...keys.flatMap((key) => objectRows(key, `<${key}>`))], {
    renameCollisions,
  });

const message = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

test('all keys that cannot be paths, of all buckets, are in one message', () => {
  const text = message(() =>
    named(['ok', 'a/../b', 'a\\b', 'nul\0', 'folder/', '/x', '_orphans/q', 'm.elastickv-meta.json']),
  );
  for (const key of ['a/../b', 'a\\\\b', 'nul\\x00', 'folder/', '/x', '_orphans/q', 'm.elastickv-meta.json'])
    expect(text).toContain(`"${key}" of bucket "b"`);
  expect(text).toContain('7 object keys');
  expect(text).toContain('the option renameCollisions');
  expect(text).not.toContain('"ok"');
});

test('a key of any number of levels is refused by its beginning, or becomes one name', () => {
  const key = 'k/'.repeat(30_000);
  const text = message(() => named([key]));
  expect(text).toContain('"k/k/k/k');
  expect(text).toContain('(60000 bytes)" of bucket "b"');
  expect(text.length).toBeLessThan(1000);
  expect(Object.values(bodies(named([key], true)))).toEqual([`<${key}>`]);
});

test('with renames only an empty key is refused', () => {
  const text = message(() => named(['a/../b', '', 'folder/'], true));
  expect(text).toContain('1 object keys');
  expect(text).toContain('keys that are empty');
  expect(text).not.toContain('folder/');
  expect(text).not.toContain('the option renameCollisions');
});

test('a key that is a dot segment alone is renamed, though no chunk without an object may have it', () => {
  expect(Object.values(bodies(named(['.', '..', 'a'], true))).sort()).toEqual(['<..>', '<.>', '<a>']);
  expect(message(() => decoded([blobRow(id('..'), 'x')], { renameCollisions: true }))).toContain(
    'cannot be named ".."',
  );
});

describe('an object named KEYMAP.jsonl', () => {
  test('stays in a bucket without renames', () => {
    expect(bodies(named(['KEYMAP.jsonl/x', 'y']))).toHaveProperty(['KEYMAP.jsonl/x']);
  });

  test('has to move when another object is renamed, and is named in the message', () => {
    const keys = ['KEYMAP.jsonl', 'a', 'a/b'];
    expect(message(() => named(keys))).toContain('"KEYMAP.jsonl" of bucket "b"');
    expect(Object.keys(bodies(named(keys, true)))).toContainEqual(
      expect.stringMatching(/^[0-9a-f]{32}__KEYMAP\.jsonl$/),
    );
  });

  test('has to move when it is itself the folder of another', () => {
    const found = Object.keys(bodies(named(['KEYMAP.jsonl', 'KEYMAP.jsonl/x'], true)));
    expect(found).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}__KEYMAP\.jsonl$/),
      expect.stringMatching(/^[0-9a-f]{32}__KEYMAP\.jsonl\/x$/),
    ]);
  });
});

describe('paths that two files want', () => {
  test.each([
    ['a rename onto an object', ['a', 'a/b', 'a.elastickv-leaf-data'], 'both want a.elastickv-leaf-data'],
    [
      'a rename onto a folder',
      ['a', 'a/b', 'a.elastickv-leaf-data/x'],
      'as a file and as a folder a.elastickv-leaf-data',
    ],
    ['a sidecar that is a folder', ['x', 'x.elastickv-meta.json/y'], 'the sidecar of object "x"'],
    ['a made path that is an object', ['/x', '8a5edab282632443219e051e4ade2d1d__/x'], 'both want 8a5edab28'],
  ])('%s is refused', (_, keys, text) => {
    expect(message(() => named(keys, true))).toContain(text);
  });

  test('are told for all buckets', () => {
    const rows = [...objectRows('x', ''), ...objectRows('x.elastickv-meta.json/y', '')];
    const other = rows.map(({ key, value }) => ({
      key: Buffer.from(Buffer.from(key).toString('latin1').replace('|b\0', '|c\0'), 'latin1'),
      value,
    }));
    expect(message(() => decoded([...rows, ...other]))).toMatch(/2 problems:\n.*bucket "b".*\n.*bucket "c"/);
  });
});

test('a long name is renamed without the flag, and recorded', () => {
  const key = `d/${'l'.repeat(300)}`;
  const { files } = named([key]);
  const path = Object.keys(files).find((name) => /^b\/d\/[0-9a-f]{32}__l{64}$/.test(name))!;
  expect(files[path]).toBe(`<${key}>`);
  const original = Buffer.from(key).toString('base64url');
  expect(files['b/KEYMAP.jsonl']).toBe(
    `{"encoded":"${path.slice(2)}","original":"${original}","kind":"sha-fallback"}\n`,
  );
});

test('the key map is in the order of the original keys', () => {
  const { files } = named(['z', 'z/1', 'a', 'a/1', 'm', 'm/1', 'a-', 'a-/1']);
  const originals = files['b/KEYMAP.jsonl']!.trim()
    .split('\n')
    .map((line) => Buffer.from(JSON.parse(line).original, 'base64url').toString());
  expect(originals).toEqual(['a', 'a-', 'm', 'z']);
});
