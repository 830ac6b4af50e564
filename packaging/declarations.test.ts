import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, STRICTEST } from './compiled.ts';
import { Installed } from './installed.ts';
import { ENTRIES, PUBLISHED } from './published.ts';

/** Every entry whole, so that each of its declarations is looked at; and what must, and must not, be taken. */
const PROGRAM = `${ENTRIES.map((entry, i) => `import * as e${i} from '${entry}';`).join('\n')}
import { openSnapshot } from '@ekv/snapshot';
export const all: object[] = [${ENTRIES.map((_, i) => `e${i}`).join(', ')}];
using snapshot = openSnapshot('a.fsm');
console.log(snapshot);
// @ts-expect-error A snapshot is opened by its path.
openSnapshot(5n);
`;

let app: Installed;
beforeAll(() => {
  app = new Installed().flat(PUBLISHED.map(({ name }) => name)).withNodeTypes();
});
afterAll(() => app.remove());

test.concurrent.each([
  { module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022' },
  { module: 'esnext', moduleResolution: 'bundler', target: 'es2024' },
])(
  'the declarations of all packages are clean for TypeScript 5.7 at its strictest, also without a library for using, %o',
  async (options) => {
    const folder = join(app.folder, options.module);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...STRICTEST, ...options } }));
    expect(await compile('5.7', folder)).toBe('');
  },
);
