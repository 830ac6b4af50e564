import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpiryLimit } from '@ekv/adapter';
import { InputTree, TreeReadError } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { encoded, plant, refused, temporaryFolder } from './encoded.test-data.ts';
import { encodeRedis } from './index.ts';

/** Nothing is held. */
const STREAMED = { heldBytes: 0, nowMs: 0n };

describe('a stream that is too large to be held', () => {
  const entries = Array.from({ length: 33 }, (_, i) => `{"id":"${i + 1}-0","fields":[{"name":"f","value":"v${i}"}]}`);
  const closing = (length: number) => `{"_meta":true,"length":${length},"last_ms":33,"last_seq":0}`;

  test.each([
    ['before', [closing(33), ...entries]],
    ['behind', [...entries, closing(33)]],
  ])('gives the rows that it gives when it is held, its closing line %s the entries', (_, lines) => {
    const files = { 'streams/k.jsonl': lines.join('\n') };
    const { rows, warnings } = encoded(files, STREAMED);
    expect(Object.keys(rows)).toHaveLength(34);
    expect(rows).toEqual(encoded(files).rows);
    expect(warnings).toEqual([]);
  });

  test('is refused with the line of its closing line when that disagrees, whatever is behind it', () => {
    const lines = [...entries.slice(0, 32), closing(32), ...entries.slice(32)];
    expect(refused({ 'streams/k.jsonl': lines.join('\n') }, STREAMED)).toEqual([
      expect.stringMatching(/^redis\/db_0\/streams\/k\.jsonl:33:?[0-9]*: "length" is 32, but there are 33/),
    ]);
  });
});

describe.each([
  ['hashes', '"fields":[{"name":"a","value":"1"},{"value":{"base64":"_w"},"name":""}]'],
  ['sets', '"members":["a",{"base64":"_w"},""]'],
  ['lists', '"items":["b","a",{"base64":"_w"},""]'],
  ['zsets', '"members":[{"member":"a","score":-0},{"score":"+inf","member":"b"}]'],
])('a file in %s that is too large to be held', (folder, list) => {
  const path = `${folder}/k.json`;
  const both = (content: string) => {
    const files = { [path]: content };
    return { streamed: encoded(files, STREAMED), held: encoded(files) };
  };

  test('gives the rows and warnings that it gives when it is held', () => {
    for (const content of [
      `{"format_version":1,${list},"expire_at_ms":5795418435365}`,
      `{"expire_at_ms":5795418435365,"note":[{}],\n${list.replaceAll(',', ' ,\n')}\n,"format_version":1}\r\n`,
      `{"format_version":1,${list.replace(/\[.*/, 'null')},"expire_at_ms":null}`,
      '{"format_version":1}',
    ]) {
      const { streamed, held } = both(content);
      expect(streamed.rows).toEqual(held.rows);
      expect(streamed.warnings.map(({ event }) => event)).toEqual(held.warnings.map(({ event }) => event));
    }
  });

  test('is refused for what refuses it when it is held', () => {
    for (const content of [
      `{${list}}`,
      '{"format_version":1} x',
      `{"format_version":1,${list}`,
      `{"format_version":1,${list.replace(/\]$/, ',7]')}}`,
      `{"format_version":1,${list},${list}}`,
      '[]',
      '',
    ]) {
      const streamed = refused({ [path]: content }, STREAMED);
      expect(streamed).toHaveLength(1);
      expect(streamed[0]).toMatch(new RegExp(`^redis/db_0/${path}:1:[0-9]+: `));
      expect(refused({ [path]: content })).toHaveLength(1);
    }
  });

  test('is refused when it changes while it is read', () => {
    const root = temporaryFolder();
    const scratch = new ScratchFolder();
    const read = () => {
      plant(root, { [path]: `{"format_version":1,${list}}` });
      for (const _ of encodeRedis(new InputTree(root), { scratch, warn: () => {}, ...STREAMED }))
        writeFileSync(join(root, 'redis/db_0', path), ' '.repeat(4096));
    };
    expect(read).toThrow(TreeReadError);
    expect(read).toThrow(`${path} changed while it was read`);
    scratch.remove();
  });
});

describe('what had expired is left out, also where it is too large to be held:', () => {
  const line = '{"_meta":true,"length":0,"last_ms":0,"last_seq":0,"expire_at_ms":EXPIRY}';

  test.each([
    ['hashes/k.json', '{"format_version":1,"fields":[{"name":"a","value":"1"}],"expire_at_ms":EXPIRY}'],
    ['lists/k.json', '{"expire_at_ms":EXPIRY,"format_version":1,"items":["a"]}'],
    ['streams/k.jsonl', line],
  ])('%s', (path, content) => {
    for (const heldBytes of [0, undefined])
      for (const [expiry, isLeft] of [
        ['5', false],
        ['6', true],
        ['0', true],
      ] as const) {
        const expired = new ExpiryLimit(5n);
        const { rows } = encoded({ [path]: content.replace('EXPIRY', expiry) }, { heldBytes, nowMs: 0n, expired });
        expect(Object.keys(rows).length > 0).toBe(isLeft);
        expect(expired.dropped).toBe(isLeft ? 0 : 1);
      }
  });
});
