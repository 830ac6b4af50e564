import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArchive } from '@ekv/archive';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { ForgetPlace } from './forget.test-support.ts';
import { DROPPED, formsOf, KEPT, moreUnitsWith, plantWords, unitsWith } from './planted.test-data.ts';

const selection = { match: [`*${DROPPED}*`] };
const exclusions = { ...NO_EXCLUSIONS, rename_s3_collisions: true };

let place: ForgetPlace;
beforeEach(() => {
  place = new ForgetPlace();
  plantWords(place.input, (word) => [...unitsWith(word), ...moreUnitsWith(word)]);
});

/** Bytes of what was made: names and contents of its files. */
function bytesOf(path: string): Buffer {
  if (!statSync(path).isDirectory()) return readFileSync(path);
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(path, name)).isFile());
  return Buffer.concat([Buffer.from(names.join('\n')), ...files.map((name) => readFileSync(join(path, name)))]);
}

function formsIn(path: string, word: string): string[] {
  const content = bytesOf(path);
  return formsOf(word)
    .filter((form) => content.includes(form))
    .map((form) => form.toString('latin1'));
}

describe('no form of the word of what is forgotten', () => {
  test('is in the snapshot and its sidecar, and those that stay are', () => {
    expect(formsIn(place.input, DROPPED).length).toBeGreaterThan(1);
    place.forgotten({ selection });
    expect(formsIn(place.output, DROPPED)).toEqual([]);
    expect(formsIn(`${place.output}.encode_info.json`, DROPPED)).toEqual([]);
    expect(formsIn(place.output, KEPT).length).toBeGreaterThan(1);
  });

  test.each([
    ['made', {}],
    ['made.tar', {}],
    ['made.tar.zst', {}],
    ['made', { dynamodbLayout: 'jsonl' }],
    ['made.tar.zst', { wholeState: true }],
    ['made', { wholeState: true }],
  ] as const)('is in %s of a dump, decoded with %j', (name, more) => {
    const { input, tree, folder } = place;
    decodeSnapshot({ input, output: tree, adapters: ADAPTER_NAMES, exclusions, toolVersion: 't', ...more });
    expect(formsIn(tree, DROPPED).length).toBeGreaterThan(1);
    const output = join(folder, name);
    place.forgotten({ input: tree, output, selection });
    const made = join(folder, 'unpacked');
    if (name === 'made') renameSync(output, made);
    else unpackArchive({ input: output, output: made });
    expect(formsIn(made, DROPPED)).toEqual([]);
    expect(formsIn(made, KEPT).length).toBeGreaterThan(1);
    // What stays is what a dump has that never held the word.
    const without = join(folder, 'without.fsm');
    place.forgotten({ output: without, selection });
    const expected = join(folder, 'expected');
    decodeSnapshot({
      input: without,
      output: expected,
      adapters: ADAPTER_NAMES,
      exclusions,
      toolVersion: 't',
      ...more,
    });
    expect(filesOf(made)).toEqual(filesOf(expected));
  });
});

/** All but what tells the run. */
function filesOf(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(join(root, name)).isFile() && name !== 'MANIFEST.json' && name !== 'CHECKSUMS',
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(root, name), 'latin1')]));
}
