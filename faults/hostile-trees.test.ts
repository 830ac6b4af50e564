import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { picture } from './picture.ts';
import { makeFifo, newPlace, scratchLeft } from './places.ts';
import { type Ended, encode, isOrderly } from './programs.ts';
import { digestOfPair } from './published-pair.ts';
import { DATABASE, plantSparse, plantTree, plantWords, TYPE_FOLDERS } from './trees.ts';

const MIB = 1 << 20;
const MOST_MEMORY = 400 * MIB;

interface Trial {
  readonly ended: Ended;
  readonly output: string;
}

/** Encodes the tree `tree` of a place and checks what holds for every tree, however bad it is. */
async function tryTree(place: string, ...more: string[]): Promise<Trial> {
  const output = join(place, 'out.fsm');
  const others = ['scratch', 'out.fsm', 'out.fsm.encode_info.json', 'out.fsm.mismatch.txt'];
  const before = picture(place, others);
  const ended = await encode(join(place, 'tree'), output, { place }, ...more);
  expect(isOrderly(ended), JSON.stringify(ended)).toBe(true);
  expect(picture(place, others)).toEqual(before);
  expect(scratchLeft(place)).toEqual([]);
  expect(existsSync(output)).toBe(ended.code === 0);
  if (ended.code === 0) digestOfPair(output);
  else expect(ended.stderr).not.toBe('');
  return { ended, output };
}

function expectRefusal({ ended }: Trial, ...words: string[]): void {
  expect(ended.code, ended.stderr).toBe(2);
  for (const word of words) expect(ended.stderr).toContain(word);
}

function expectSuccess({ ended }: Trial): void {
  expect(ended.code, ended.stderr).toBe(0);
}

function hashedName(original: string): string {
  return `${hash('sha256', original, 'hex').slice(0, 32)}__${original.slice(0, 64).replace(/[^A-Za-z0-9._-]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}`;
}

function keymapLine(encoded: string, original: string): string {
  return `${JSON.stringify({ encoded, original: Buffer.from(original).toString('base64url'), kind: 'sha-fallback' })}\n`;
}

describe('a key map', () => {
  test.for([
    ['leads upwards', 'b64.../../../outside'],
    ['is absolute', `/${'a'.repeat(250)}`],
    ['leads far upwards', `${'../'.repeat(100)}etc/passwd`],
    ['has a zero byte', 'b64.a\0b'],
  ] as const)('may name an original that %s: it is a key and no path', async ([, original]) => {
    const place = newPlace();
    const encoded = hashedName(original);
    plantTree(join(place, 'tree'), {
      [`strings/${encoded}.bin`]: 'v',
      'KEYMAP.jsonl': keymapLine(encoded, original),
    });
    expectSuccess(await tryTree(place, '--self-test'));
  });

  test('with names that lead out of the tree opens none of them', async () => {
    const place = newPlace();
    writeFileSync(join(place, 'outside.bin'), 'secret');
    const names = ['../../../../outside', '/etc/passwd', '..', '.', '', 'a/../../b', 'a\0b'];
    plantTree(join(place, 'tree'), {
      'strings/a.bin': 'v',
      'KEYMAP.jsonl': names.map((name) => keymapLine(name || '-', name)).join(''),
    });
    expectSuccess(await tryTree(place));
  });

  test('of 100,000 lines is read, and one that belongs to another name is found', async () => {
    const place = newPlace();
    const originals = Array.from({ length: 100_000 }, (_, i) => `b64.${i}`);
    const [last, wrong] = [hashedName('b64.99999'), hashedName('b64.other')];
    plantTree(join(place, 'tree'), {
      [`strings/${last}.bin`]: 'v',
      'KEYMAP.jsonl': originals.map((original) => keymapLine(hashedName(original), original)).join(''),
    });
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
    rmSync(trial.output);
    writeFileSync(join(place, 'tree', DATABASE, 'strings', `${wrong}.bin`), 'v');
    appendFileSync(join(place, 'tree', DATABASE, 'KEYMAP.jsonl'), keymapLine(wrong, 'b64.99999'));
    expectRefusal(await tryTree(place), 'KEYMAP.jsonl:100001', wrong);
  });

  test('with a line of 10 MiB is refused with its number', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), { 'KEYMAP.jsonl': keymapLine('a'.repeat(10 * MIB), 'b64.') });
    const trial = await tryTree(place);
    expectRefusal(trial, 'KEYMAP.jsonl:1');
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });
});

describe('links and special files', () => {
  /** Places that can be tried together: a complaint about one does not hide the others. */
  const LEVELS = [
    ['MANIFEST.json'],
    ['redis'],
    [DATABASE],
    [...TYPE_FOLDERS, 'strings_ttl.jsonl', 'hll_ttl.jsonl', 'KEYMAP.jsonl', 'other'].map(
      (name) => `${DATABASE}/${name}`,
    ),
    ['strings/key-0.bin', 'strings/other', 'strings/folder/other', 'hashes/h.json'].map(
      (name) => `${DATABASE}/${name}`,
    ),
  ];

  test.for(LEVELS)('links that lead out of the tree at %s, ... are refused, not followed', async (paths) => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 3);
    for (const [i, path] of paths.entries()) {
      const [inside, outside] = [join(tree, path), join(place, `outside-${i}`)];
      mkdirSync(dirname(inside), { recursive: true });
      if (existsSync(inside)) renameSync(inside, outside);
      else writeFileSync(outside, '');
      symlinkSync(outside, inside);
    }
    expectRefusal(await tryTree(place), 'is a symlink', ...paths.map((path) => join(tree, path)));
  });

  test.for(LEVELS)('FIFOs at %s, ... are refused, not waited for', async (paths) => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 3);
    for (const path of paths) {
      rmSync(join(tree, path), { recursive: true, force: true });
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      makeFifo(join(tree, path));
    }
    expectRefusal(await tryTree(place), ...paths.map((path) => join(tree, path)));
  });

  test('a CHECKSUMS that is a FIFO or a link to a device is a finding, not waited for', async () => {
    const place = newPlace();
    const checksums = join(plantWords(join(place, 'tree'), 'w', 3), 'CHECKSUMS');
    makeFifo(checksums);
    expectRefusal(await tryTree(place, '--verify'), checksums);
    rmSync(checksums);
    symlinkSync('/dev/zero', checksums);
    expectRefusal(await tryTree(place, '--verify'), checksums);
  });
});

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

describe('size', () => {
  test('a string of 300 MiB is refused: the limit is 256 MiB', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), {});
    plantSparse(join(place, 'tree', DATABASE, 'strings/large.bin'), 300 * MIB);
    const trial = await tryTree(place);
    expectRefusal(trial, 'large');
    expect(trial.ended.peakBytes).toBeLessThan(3 * 300 * MIB);
  });

  test('a string of 250 MiB is encoded', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), {});
    plantSparse(join(place, 'tree', DATABASE, 'strings/large.bin'), 250 * MIB);
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.peakBytes).toBeLessThan(5 * 250 * MIB);
  });

  test('a string of 8 TiB, a sparse file, is refused', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), {});
    plantSparse(join(place, 'tree', DATABASE, 'strings/large.bin'), 8 * 2 ** 40);
    expectRefusal(await tryTree(place), 'large.bin');
  });

  test('300 strings of 1 MiB stay in bounded memory', async () => {
    const place = newPlace();
    plantTree(join(place, 'tree'), {});
    for (let i = 0; i < 300; i++) plantSparse(join(place, 'tree', DATABASE, `strings/${i}.bin`), MIB);
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('50,000 stray files are one warning', async () => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 1);
    for (let i = 0; i < 50_000; i++) writeFileSync(join(tree, DATABASE, `strings/stray-${i}.txt`), '');
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.stderr).toContain('count=50000');
    expect(trial.ended.stderr.split('\n').length).toBeLessThan(10);
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('10,000 names of no form are refused with a bounded list', async () => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 1);
    for (let i = 0; i < 10_000; i++) writeFileSync(join(tree, DATABASE, `strings/bad name ${i}.bin`), '');
    const trial = await tryTree(place);
    expectRefusal(trial, 'bad name');
    expect(trial.ended.stderr.split('\n').length).toBeLessThan(100);
  });

  test.for([200, 3000])('%i folders, one in the other: success or a refusal', async (levels) => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 1);
    digDown(join(tree, DATABASE, 'strings'), levels);
    const output = join(place, 'out.fsm');
    const ended = await encode(tree, output, { place });
    expect(isOrderly(ended), JSON.stringify(ended)).toBe(true);
    expect(existsSync(output)).toBe(ended.code === 0);
    expect(ended.stderr.length).toBeLessThan(MIB);
  });
});

/** Makes folders in each other, deeper than a path can name. */
function digDown(folder: string, levels: number): void {
  const program = `for (let i = 0; i < ${levels}; i++) { fs.mkdirSync('d'); process.chdir('d'); }`;
  execFileSync(process.execPath, ['-e', program], { cwd: folder });
}

describe('CHECKSUMS of garbage', () => {
  const garbage = {
    'is empty': '',
    'is 10 MiB of zero bytes': Buffer.alloc(10 * MIB),
    'is one line of 10 MiB': 'a'.repeat(10 * MIB),
    'is 500,000 empty lines': '\n'.repeat(500_000),
    'names files outside': `${'0'.repeat(64)}  ../outside\n${'0'.repeat(64)}  /etc/passwd\n${'0'.repeat(64)}  redis/../../outside\n`,
    'names 30,000 files that are missing': Array.from(
      { length: 100_000 },
      (_, i) => `${'0'.repeat(64)}  redis/${i}\n`,
    ).join(''),
  };

  test.for(Object.entries(garbage))('that %s: exit 2 with --verify', async ([, text]) => {
    const place = newPlace();
    writeFileSync(join(place, 'outside'), 'outside');
    writeFileSync(join(plantWords(join(place, 'tree'), 'w', 3), 'CHECKSUMS'), text);
    const trial = await tryTree(place, '--verify');
    expectRefusal(trial, 'CHECKSUMS');
    expect(trial.ended.stderr.length).toBeLessThan(MIB);
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('is a warning without --verify', async () => {
    const place = newPlace();
    writeFileSync(join(plantWords(join(place, 'tree'), 'w', 3), 'CHECKSUMS'), Object.values(garbage).join('\n'));
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.stderr).toContain('CHECKSUMS');
    expect(trial.ended.stderr.length).toBeLessThan(MIB);
  });
});
