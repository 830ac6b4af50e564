import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newPlace } from './places.ts';
import { expectRefusal, expectSuccess, tryTree } from './tree-trials.ts';
import { plantSparse, plantTree, plantWords } from './trees.ts';

const MIB = 1 << 20;
const MOST_MEMORY = 400 * MIB;

describe('JSON', () => {
  const hashOf = (value: string) => `{"format_version":1,"fields":[{"name":"f","value":${value}}],"expire_at_ms":null}`;

  test('a value of 10 MiB on one line is encoded', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), { 'hashes/h.json': hashOf(`"${'x'.repeat(10 * MIB)}"`) });
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('100,000 open brackets are refused, in whichever file', async () => {
    const place = newPlace();
    const deep = `{"unknown":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const paths = ['hashes/h.json', 'strings_ttl.jsonl', 'streams/s.jsonl', 'KEYMAP.jsonl'];
    plantTree(join(place, 'tree'), Object.fromEntries(paths.map((path) => [path, deep])));
    expectRefusal(await tryTree(place), ...paths);
  });

  test('9,000 levels in a field that is not known are passed over', async () => {
    const place = newPlace();
    const deep = `${'{"a":['.repeat(4500)}${']}'.repeat(4500)}`;
    plantTree(join(place, 'tree'), {
      'hashes/h.json': `{"format_version":1,"fields":[],"unknown":${deep},"expire_at_ms":null}`,
    });
    expectSuccess(await tryTree(place));
  });

  test('10 MiB without any structure are refused', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), { 'streams/s.jsonl': '{"'.repeat(5 * MIB), 'hashes/h.json': '\0'.repeat(10 * MIB) });
    const trial = await tryTree(place);
    expectRefusal(trial, 'h.json', 's.jsonl');
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('300,000 field names in one object are refused or passed over', async () => {
    const place = newPlace();
    const names = Array.from({ length: 300_000 }, (_, i) => `"unknown-${i}":0`).join();
    plantTree(join(place, 'tree'), { 'hashes/h.json': `{"format_version":1,"fields":[],${names}}` });
    const { ended } = await tryTree(place);
    expect(ended.peakBytes).toBeLessThan(MOST_MEMORY);
    expect(ended.stderr.length).toBeLessThan(MIB);
  });

  test.for(['', '\ufeff{}'])('%j as a manifest is refused', async (text) => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 1);
    writeFileSync(join(tree, 'MANIFEST.json'), text);
    expectRefusal(await tryTree(place), 'MANIFEST.json');
  });

  test('a manifest of 100,000 open brackets, or of 64 MiB, is refused', async () => {
    const place = newPlace();
    const manifest = join(plantWords(join(place, 'tree'), 'w', 1), 'MANIFEST.json');
    writeFileSync(manifest, '['.repeat(100_000));
    expectRefusal(await tryTree(place), 'MANIFEST.json');
    plantSparse(manifest, 64 * MIB);
    expectRefusal(await tryTree(place), 'MANIFEST.json');
  });
});
