import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFifo, newPlace } from './places.ts';
import { encode, isOrderly } from './programs.ts';
import { rounds } from './setting.ts';
import { expectRefusal, expectSuccess, tryTree } from './tree-trials.ts';
import { DATABASE, plantSparse, plantTree, plantWords, TYPE_FOLDERS } from './trees.ts';

const MIB = 1 << 20;
const MOST_MEMORY = 400 * MIB;
const STRAYS = rounds(10_000, 50_000);

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

  test(`${STRAYS} stray files are one warning`, async () => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 1);
    for (let i = 0; i < STRAYS; i++) writeFileSync(join(tree, DATABASE, `strings/stray-${i}.txt`), '');
    const trial = await tryTree(place);
    expectSuccess(trial);
    expect(trial.ended.stderr).toContain(`count=${STRAYS}`);
    expect(trial.ended.stderr.split('\n').length).toBeLessThan(10);
    expect(trial.ended.peakBytes).toBeLessThan(MOST_MEMORY);
  });

  test('2,000 names of no form are refused with a bounded list', async () => {
    const place = newPlace();
    const tree = plantWords(join(place, 'tree'), 'w', 1);
    for (let i = 0; i < 2000; i++) writeFileSync(join(tree, DATABASE, `strings/bad name ${i}.bin`), '');
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
