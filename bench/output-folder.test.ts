import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OutputFolder } from './output-folder.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const scratch = scratchFolder();

test('what a stopped sitting left is removed before the next one', async () => {
  const path = join(scratch, 'left');
  mkdirSync(path);
  writeFileSync(join(path, '0-encoded.fsm'), '');
  const said: string[] = [];
  await new OutputFolder(path, (text) => said.push(text)).begin(true);
  expect(existsSync(join(path, '0-encoded.fsm'))).toBe(false);
  expect(said).toEqual(['an earlier sitting was stopped; its outputs are removed']);
});

test('outputs are removed only when there is no room for more', async () => {
  const path = join(scratch, 'full');
  const outputs = new OutputFolder(path, () => {});
  await outputs.begin(false);
  const made = outputs.fresh('decoded');
  mkdirSync(made);
  await outputs.makeRoom({ bytes: 1, files: 1 });
  expect(existsSync(made)).toBe(true);
  await expect(outputs.makeRoom({ bytes: 2 ** 60, files: 1 })).rejects.toThrow('has no room for');
  expect(existsSync(made)).toBe(false);
});
