import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeShape } from './odd/odd-shape.ts';
import { ODD_SHAPES } from './odd/shapes.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();

test('each shape has a name of its own, without what a list of names is divided at', () => {
  const names = ODD_SHAPES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.join('')).toMatch(/^[a-z0-9-]+$/);
});

test.each(ODD_SHAPES)('$name and its usual tree are written whole, and both have data of one adapter', (shape) => {
  const [odd, plain] = ['odd', 'plain'].map((name) => join(folder, `${shape.name}-${name}`));
  writeShape(shape, 5, odd!);
  writeShape(shape.plain, 5, plain!);
  expect(existsSync(join(odd!, 'CHECKSUMS'))).toBe(true);
  expect(readdirSync(odd!).sort()).toEqual(readdirSync(plain!).sort());
  const renames = JSON.parse(readFileSync(join(odd!, 'MANIFEST.json'), 'utf8')).exclusions.rename_s3_collisions;
  expect(renames).toBe(shape.renamesCollisions);
});
