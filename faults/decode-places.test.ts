import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dumpDigest } from './dump-check.ts';
import { ALL, asideOf, setTheScene } from './obstacles.ts';
import { picture } from './picture.ts';
import { makeFifo, newPlace } from './places.ts';
import { decode, succeeded } from './programs.ts';
import { ENCODED_FILE } from './setting.ts';

describe('decode, with something at the output', () => {
  test.for([...ALL.map((obstacle) => [obstacle, '--force'] as const), ['folder', '--strict'] as const])(
    'a %s is refused with %s, and stays',
    async ([obstacle, flag]) => {
      const { place, folder, aside } = setTheScene(obstacle, 'dump');
      const before = picture(folder);
      const ended = await decode(ENCODED_FILE, join(folder, 'dump'), { place }, flag);
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain(join(folder, 'dump'));
      expect(picture(folder)).toEqual(before);
      expect(asideOf(place)).toBe(aside);
    },
  );

  test('an empty folder is taken, and keeps its mode', async () => {
    const place = newPlace();
    mkdirSync(join(place, 'dump'));
    chmodSync(join(place, 'dump'), 0o2710);
    const ended = await decode(ENCODED_FILE, join(place, 'dump'), { place });
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(join(place, 'dump'));
    expect(statSync(join(place, 'dump')).mode & 0o7777).toBe(0o2710);
  });

  test('the working folder, empty, is filled', async () => {
    const place = newPlace();
    mkdirSync(join(place, 'dump'));
    const ended = await decode(ENCODED_FILE, '.', { place, cwd: join(place, 'dump') });
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(join(place, 'dump'));
  });

  test('--force removes links in the earlier dump, not what they lead to', async () => {
    const place = newPlace();
    const output = join(place, 'dump');
    mkdirSync(join(place, 'aside'));
    writeFileSync(join(place, 'aside/file'), 'outside');
    await succeeded(decode(ENCODED_FILE, output, { place }));
    symlinkSync('../aside', join(output, 'redis/link'));
    symlinkSync('../aside/file', join(output, 'redis/file'));
    const ended = await decode(ENCODED_FILE, output, { place }, '--force');
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(output);
    expect(readFileSync(join(place, 'aside/file'), 'utf8')).toBe('outside');
  });

  test.for(['.git', 'notes.txt', 'link'])('--force refuses a dump that also holds %s, and names it', async (name) => {
    const place = newPlace();
    const output = join(place, 'dump');
    await succeeded(decode(ENCODED_FILE, output, { place }));
    if (name === '.git') mkdirSync(join(output, name));
    else if (name === 'link') symlinkSync('redis', join(output, name));
    else writeFileSync(join(output, name), 'mine');
    const before = picture(place);
    const ended = await decode(ENCODED_FILE, output, { place }, '--force');
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain(`holds what no dump has: ${name};`);
    expect(picture(place)).toEqual(before);
  });

  test.for(['link', 'folder', 'FIFO'])('--force refuses a folder whose MANIFEST.json is a %s', async (kind) => {
    const place = newPlace();
    const manifest = join(place, 'dump/MANIFEST.json');
    mkdirSync(join(place, 'dump'));
    if (kind === 'link') symlinkSync(ENCODED_FILE, manifest);
    else if (kind === 'folder') mkdirSync(manifest);
    else makeFifo(manifest);
    const before = picture(place);
    const ended = await decode(ENCODED_FILE, join(place, 'dump'), { place }, '--force');
    expect(ended.code, ended.stderr).toBe(1);
    expect(picture(place)).toEqual(before);
  });

  test('--force refuses to replace the dump in which the snapshot itself lies', async () => {
    const place = newPlace();
    const output = join(place, 'dump');
    await succeeded(decode(ENCODED_FILE, output, { place }));
    writeFileSync(join(output, 'in.fsm'), readFileSync(ENCODED_FILE));
    const before = picture(place);
    const ended = await decode(join(output, 'in.fsm'), output, { place }, '--force');
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('in.fsm');
    expect(picture(place)).toEqual(before);
  });

  test('parents that are missing are made, and gone again after a failure', async () => {
    const place = newPlace();
    writeFileSync(join(place, 'bad.fsm'), 'EKVPBBL1, and no more');
    const failed = await decode(join(place, 'bad.fsm'), join(place, 'a/b/dump'), { place });
    expect(failed.code, failed.stderr).toBe(1);
    expect(existsSync(join(place, 'a'))).toBe(false);
    const ended = await decode(ENCODED_FILE, join(place, 'a/b/dump'), { place });
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(join(place, 'a/b/dump'));
  });
});
