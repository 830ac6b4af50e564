import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

test('each error class of the packages has its own name as its brand', () => {
  const classes = globSync('packages/*/src/**/*.ts', { cwd: ROOT })
    .filter((path) => !path.includes('.test'))
    .flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^export class (\w+Error) [\s\S]*?^}/gm)]);
  expect(classes.length).toBeGreaterThan(18);
  for (const [text, name] of classes) expect(text).toContain(`readonly brand: string = '${name}';`);
});
