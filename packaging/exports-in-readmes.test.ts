import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from './published.ts';

/** Those that a service is made of: their README is all that its author reads. */
const PACKAGES = ['core', 'diff', 'get', 'inspect', 'manifest', 'report-page', 'restore'];

test.each(PACKAGES)('the README of @ekv/%s names all that the package exports', async (name) => {
  const folder = join(ROOT, 'packages', name);
  const exported = Object.keys(await import(pathToFileURL(join(folder, 'dist/index.js')).href));
  const text = readFileSync(join(folder, 'README.md'), 'utf8');
  expect(exported.length).toBeGreaterThan(1);
  expect(exported.filter((one) => !new RegExp(`\\b${one}\\b`).test(text))).toEqual([]);
});
