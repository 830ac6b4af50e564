import { expect, test } from 'vitest';
import { installedBy, packagesOf, snippetsIn } from './snippets.ts';

test('programs are found with their lines, files of one program by their names, and what is not run by its mark', () => {
  const text =
    '# A\n\n```ts\na;\n```\n\n```ts\n// work.ts\nb;\n```\n\n<!-- not run: needs a key -->\n```ts\nc;\n```\n\n```js\nd;\n```\n';
  const found = snippetsIn('A.md', text).map(({ line, file, isRun, program }) => [line, file, isRun, program]);
  expect(found).toEqual([
    [4, 'snippet-1.ts', true, 'a;\n'],
    [8, 'work.ts', false, '// work.ts\nb;\n'],
    [14, 'snippet-3.ts', false, 'c;\n'],
  ]);
});

test('a program that needs a client is not run', () => {
  const [one] = snippetsIn('A.md', "```ts\nimport { Redis } from 'ioredis';\nnew Redis();\n```\n");
  expect(one?.isRun).toBe(false);
});

test('packages are those that are imported, without what is below them', () => {
  const program =
    "import a from '@ekv/a/b';\nimport {\n  type C,\n} from 'c/d';\nimport 'node:fs';\nimport './e.ts';\nconst f = await import('f');\nBuffer.from('g');\n";
  expect(packagesOf(program)).toEqual(['@ekv/a', 'c', 'f']);
});

test('what is to be installed stands in indented lines and in blocks', () => {
  expect(installedBy('x\n\n    npm install @ekv/a @ekv/b      # y\n\n```sh\nnpm install @ekv/c d\n```\n')).toEqual([
    '@ekv/a',
    '@ekv/b',
    '@ekv/c',
  ]);
});
