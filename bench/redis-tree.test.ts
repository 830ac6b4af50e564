import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFileName, isHashedFileName } from '@ekv/dump-tree';
import { describe, expect, test } from 'vitest';
import { compareTrees } from './compare-trees.ts';
import { generateTree } from './generate-tree.ts';
import { COMMIT_TS } from './redis-tree/manifest.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const DATABASE = 'redis/db_0';

/** Enough for keys of all forms, also some that are longer than a file name may be. */
const tree = generated('tree', 2000, 1);
const small = generated('small', 200, 1);

function generated(name: string, records: number, seed: number): string {
  const target = join(folder, name);
  generateTree('redis', target, { records, valueBytes: 60, seed });
  return target;
}

function names(root: string, type: string): string[] {
  return readdirSync(join(root, DATABASE, type));
}

function lines(root: string, file: string): string[] {
  return readFileSync(join(root, file), 'utf8').split('\n').slice(0, -1);
}

function types(root: string): Record<string, number> {
  const folders = ['strings', 'hashes', 'zsets', 'lists', 'sets', 'streams', 'hll'];
  return Object.fromEntries(folders.map((type) => [type, names(root, type).length]));
}

describe('a generated Redis tree', () => {
  test('has the same bytes for the same options', () => {
    const again = generated('again', 200, 1);
    expect(compareTrees(small, again).differences).toBe(0);
    expect(readFileSync(join(again, 'CHECKSUMS'))).toEqual(readFileSync(join(small, 'CHECKSUMS')));
  });

  test('has other keys and the same types for another seed', () => {
    const other = generated('other', 200, 2);
    expect(types(other)).toEqual(types(small));
    expect(compareTrees(small, other).differences).toBeGreaterThan(100);
  });

  test('has the same keys and values at the beginning of a larger one', () => {
    const larger = new Set(lines(tree, 'CHECKSUMS'));
    const own = lines(small, 'CHECKSUMS').filter((line) =>
      /\/(strings|hashes|zsets|lists|sets|streams|hll)\//.test(line),
    );
    expect(own).toHaveLength(200);
    expect(own.filter((line) => !larger.has(line))).toEqual([]);
  });

  test('has of 100 keys 80 strings, 6 hashes, 4 sorted sets, 4 lists, 4 sets, a stream and a HyperLogLog', () => {
    expect(types(small)).toEqual({ strings: 160, hashes: 12, zsets: 8, lists: 8, sets: 8, streams: 2, hll: 2 });
  });

  test('has HyperLogLogs as a server stores them', () => {
    for (const name of names(tree, 'hll'))
      expect(readFileSync(join(tree, DATABASE, 'hll', name)).toString('hex')).toMatch(/^005253010a/);
  });

  test('gives half of the keys an expiry', () => {
    const strings = lines(tree, `${DATABASE}/strings_ttl.jsonl`).length / names(tree, 'strings').length;
    const hashes = names(tree, 'hashes').map((name) => readFileSync(join(tree, DATABASE, 'hashes', name), 'utf8'));
    const expiring = hashes.filter((json) => !json.endsWith('"expire_at_ms": null\n}')).length / hashes.length;
    for (const share of [strings, expiring]) {
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(0.6);
    }
  });

  test('has the originals of all hashed names in KEYMAP.jsonl, twice for strings that expire', () => {
    const written = lines(tree, `${DATABASE}/KEYMAP.jsonl`).map((line) => JSON.parse(line).encoded as string);
    const files = Object.keys(types(tree)).flatMap((type) =>
      names(tree, type).map((name) => name.replace(/\.\w+$/, '')),
    );
    const expiring = [...lines(tree, `${DATABASE}/strings_ttl.jsonl`), ...lines(tree, `${DATABASE}/hll_ttl.jsonl`)];
    const sidecars = expiring.map((line) => JSON.parse(line).key as string);
    const needed = [...files, ...sidecars].filter(isHashedFileName).sort();
    expect(needed.length).toBeGreaterThan(0);
    expect([...written].sort()).toEqual(needed);
  });

  test('has the lines of strings_ttl.jsonl in the order of the keys of a snapshot', () => {
    const suffix = Buffer.alloc(8);
    suffix.writeBigUInt64BE(BigInt.asUintN(64, ~COMMIT_TS));
    const keys = lines(tree, `${DATABASE}/strings_ttl.jsonl`)
      .map((line) => JSON.parse(line).key as string)
      .filter((name) => !isHashedFileName(name))
      .map((name) => Buffer.concat([decodeFileName(name), suffix]));
    expect(keys.length).toBeGreaterThan(500);
    expect(keys).toEqual([...keys].sort(Buffer.compare));
  });

  test('has the digest of each file in CHECKSUMS, in order of the paths', () => {
    const written = lines(tree, 'CHECKSUMS').map((line) => ({ digest: line.slice(0, 64), path: line.slice(66) }));
    const wrong = written.filter(({ digest, path }) => {
      const bytes = readFileSync(join(tree, path));
      return createHash('sha256').update(bytes).digest('hex') !== digest;
    });
    const paths = written.map(({ path }) => path);
    expect(wrong).toEqual([]);
    expect(paths).toHaveLength(2004);
    expect(paths).toEqual([...paths].sort());
  });

  test('has the timestamp of the data in MANIFEST.json to the last digit', () => {
    expect(readFileSync(join(tree, 'MANIFEST.json'), 'utf8')).toContain(`"last_commit_ts": ${COMMIT_TS},`);
  });
});
