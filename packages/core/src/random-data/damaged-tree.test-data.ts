import {
  appendFileSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFifo } from '@ekv/test-support/system-program';
import fc from 'fast-check';

/** What can be wrong with a file of a tree; each is done to the file at its path. */
const HARM = {
  removed: (path: string) => rmSync(path),
  'cut in the middle': (path: string) => truncateSync(path, lstatSync(path).size >> 1),
  'with more at its end': (path: string) => appendFileSync(path, 'more'),
  'with another byte': (path: string) => changeBytes(path, (bytes) => bytes.fill((bytes[0] ?? 0) ^ 1, 0, 1)),
  'with an unknown field': (path: string) => changeText(path, (text) => text.replace('{', '{"unknown":1,')),
  'of another version': (path: string) => changeText(path, (text) => text.replace(/("format_version": ?)1/, '$12')),
  'under a second name': (path: string) => copyFileSync(path, `${path}2`),
  'under another name': (path: string) => renameSync(path, `${path}~`),
  'with two hard links': (path: string) => linkSync(path, `${path}.link`),
  'a link': (path: string) => inPlaceOf(path, () => symlinkSync('elsewhere', path)),
  'a folder': (path: string) => inPlaceOf(path, () => mkdirSync(path)),
  'a pipe': (path: string) => inPlaceOf(path, () => makeFifo(path)),
} as const;

export interface Harm {
  /** Which of its files, counted through as often as it takes. */
  readonly file: number;
  readonly is: keyof typeof HARM;
}

const one = fc.record({
  file: fc.nat(10_000),
  is: fc.constantFrom(...(Object.keys(HARM) as (keyof typeof HARM)[])),
});

/** Up to four files that are not as they were; often none. */
export const harm: fc.Arbitrary<readonly Harm[]> = fc.oneof(fc.constant([]), fc.array(one, { maxLength: 4 }));

/** Does it to the tree, to one file after the other. Lists of digests and the manifest stay. */
export function harmTree(root: string, harm: readonly Harm[]): void {
  for (const { file, is } of harm) {
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath !== root)
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (files.length > 0) HARM[is](files[file % files.length]!);
  }
}

function inPlaceOf(path: string, make: () => void): void {
  rmSync(path);
  make();
}

function changeBytes(path: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(path, change(readFileSync(path)));
}

function changeText(path: string, change: (text: string) => string): void {
  changeBytes(path, (bytes) => Buffer.from(change(bytes.toString('latin1')), 'latin1'));
}
