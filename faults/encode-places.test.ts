import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALL, asideOf, OBSTACLES, setTheScene } from './obstacles.ts';
import { picture } from './picture.ts';
import { namesIn, newPlace } from './places.ts';
import { encode } from './programs.ts';
import { digestOfPair, sidecarOf } from './published-pair.ts';
import { DATABASE, plantWords } from './trees.ts';

describe('encode, with something at the output', () => {
  test('a folder is refused and stays', async () => {
    const { place, tree, folder, output } = setTheScene('folder', 'x.fsm');
    const before = picture(folder);
    const ended = await encode(tree, output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain(output);
    expect(picture(folder)).toEqual(before);
  });

  test.for(['link to a folder', 'FIFO'] as const)('a %s is refused and stays', async (obstacle) => {
    const { place, tree, folder, output, aside } = setTheScene(obstacle, 'x.fsm');
    const before = picture(folder);
    const ended = await encode(tree, output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('name a file');
    expect(picture(folder)).toEqual(before);
    expect(asideOf(place)).toBe(aside);
  });

  test.for(['link to a file', 'dangling link', 'hard link'] as const)(
    'a %s is replaced, and one at the report removed; what they lead to stays',
    async (obstacle) => {
      const { place, tree, output, aside } = setTheScene(obstacle, 'x.fsm');
      OBSTACLES[obstacle](`${output}.mismatch.txt`, `${output}.other`);
      const ended = await encode(tree, output, { place });
      expect(ended.code, ended.stderr).toBe(0);
      digestOfPair(output);
      expect(lstatSync(output).isFile()).toBe(true);
      expect(lstatSync(`${output}.mismatch.txt`, { throwIfNoEntry: false })).toBeUndefined();
      expect(asideOf(place)).toBe(aside);
    },
  );

  test('a device is refused and stays', async (context) => {
    const place = newPlace();
    const output = join(place, 'null');
    if (spawnSync('mknod', [output, 'c', '1', '3']).status !== 0) context.skip('devices cannot be made here');
    const ended = await encode(plantWords(join(place, 'tree'), 'w', 3), output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('device');
    expect(lstatSync(output).isCharacterDevice()).toBe(true);
    expect(namesIn(place, 'null')).toEqual(['null']);
  });
});

test.for(ALL)('encode refuses a %s at the sidecar; it and the old snapshot stay', async (obstacle) => {
  const { place, tree, folder, output, aside } = setTheScene(obstacle, 'x.fsm.encode_info.json');
  writeFileSync(output, 'old snapshot');
  const before = picture(folder);
  const ended = await encode(tree, output, { place });
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stderr).toContain(sidecarOf(output));
  expect(picture(folder)).toEqual(before);
  expect(asideOf(place)).toBe(aside);
});

describe('encode, with something at the report', () => {
  test('a good run does not mind a folder that is not empty', async () => {
    const { place, tree, output } = setTheScene('folder', 'x.fsm.mismatch.txt');
    const ended = await encode(tree, output, { place });
    expect(ended.code, ended.stderr).toBe(0);
    digestOfPair(output);
    expect(existsSync(`${output}.mismatch.txt`)).toBe(true);
  });

  test.for(ALL)('a failed self-test replaces a %s, but for a folder; what it leads to stays', async (obstacle) => {
    const { place, tree, output, aside } = setTheScene(obstacle, 'x.fsm.mismatch.txt');
    writeFileSync(join(tree, DATABASE, 'strings/notes.txt'), 'no string');
    const ended = await encode(tree, output, { place }, '--self-test');
    expect(ended.code, ended.stderr).toBe(2);
    expect(existsSync(output)).toBe(false);
    expect(statSync(`${output}.mismatch.txt`).isFile()).toBe(obstacle !== 'folder');
    expect(asideOf(place)).toBe(aside);
  });
});

describe('encode, with an output that cannot be', () => {
  test.for(['missing/x.fsm', 'file/x.fsm', 'folder/', 'tree/x.fsm', 'link-to-tree/x.fsm', 'tree/redis/../y/../x.fsm'])(
    '%s: exit 1, nothing is written',
    async (output) => {
      const place = newPlace();
      const tree = plantWords(join(place, 'tree'), 'w', 3);
      mkdirSync(join(place, 'folder'));
      mkdirSync(join(tree, 'y'));
      writeFileSync(join(place, 'file'), '');
      symlinkSync('tree', join(place, 'link-to-tree'));
      const before = picture(place);
      const ended = await encode(tree, output, { place });
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain(output);
      expect(picture(place)).toEqual(before);
    },
  );
});
