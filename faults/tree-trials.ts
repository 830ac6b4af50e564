import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { picture } from './picture.ts';
import { scratchLeft } from './places.ts';
import { type Ended, encode, isOrderly } from './programs.ts';
import { digestOfPair } from './published-pair.ts';

export interface Trial {
  readonly ended: Ended;
  readonly output: string;
}

/** Encodes the tree `tree` of a place and checks what holds for every tree, however bad it is. */
export async function tryTree(place: string, ...more: string[]): Promise<Trial> {
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

export function expectRefusal({ ended }: Trial, ...words: string[]): void {
  expect(ended.code, ended.stderr).toBe(2);
  for (const word of words) expect(ended.stderr).toContain(word);
}

export function expectSuccess({ ended }: Trial): void {
  expect(ended.code, ended.stderr).toBe(0);
}
