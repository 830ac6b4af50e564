import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { candidatesIn, findSnapshotFolder, noSnapshot } from './snapshot-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function make(...paths: string[]): void {
  for (const path of paths) mkdirSync(join(folder, path), { recursive: true });
}

/** What an operator is told of a folder that gives no snapshot. */
function told(path: string): string {
  expect(candidatesIn(findSnapshotFolder(path))).toEqual([]);
  return noSnapshot(path).message;
}

describe('a folder without a snapshot', () => {
  test('of a node that has taken none says so, named itself or by the data folder', () => {
    make('n1/fsm-snap');
    for (const path of ['n1', 'n1/fsm-snap']) expect(told(join(folder, path))).toContain('no snapshot yet');
  });

  test.each([
    ['its folders', 'n1', 'n2'],
    ['folders two levels below', 'a/g1', 'b/g2'],
  ])('that is the parent of several groups names them: %s', (_, one, two) => {
    make(`${one}/fsm-snap`, `${two}/fsm-snap`, 'other');
    const message = told(folder);
    expect(message).toContain(`${join(folder, one)}, ${join(folder, two)}; choose one`);
    expect(message).not.toContain('other');
  });

  test('names eight of many groups', () => {
    make(...Array.from({ length: 12 }, (_, i) => `n${10 + i}/fsm-snap`));
    expect(told(folder)).toMatch(/\/n17, \.\.\.; choose one/);
  });

  test('that is none of a node says what is expected', () => {
    make('pictures');
    expect(told(folder)).toContain("name the node's fsm-snap folder");
  });
});
