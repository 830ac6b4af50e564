import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf } from './installed.ts';
import { LIBRARY_PROMISE, PROGRAM_PROMISE, REPOSITORY } from './promise.ts';
import { PUBLISHED, packageJson, ROOT } from './published.ts';

/** What links of a Markdown text lead to, without the part after `#`. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map((match) => match[1]!.replace(/#.*/, ''));
}

describe.each(PUBLISHED)('$name', ({ name, folder, json }) => {
  const inArchive = (path: string) => existsSync(join(folderOf(name), path));
  const readme = () => readFileSync(join(folderOf(name), 'README.md'), 'utf8');

  test('package.json says where it comes from and how it is published', () => {
    expect(json.description).toMatch(/\w/);
    expect(json.keywords).toContain('elastickv');
    expect(json.author).toMatch(/\w/);
    expect(json.homepage).toBe(`${REPOSITORY}/tree/main/${folder}#readme`);
    expect(json.bugs?.url).toMatch(REPOSITORY);
    expect(json.repository).toEqual({ type: 'git', url: `git+${REPOSITORY}.git`, directory: folder });
    expect(json.publishConfig).toEqual({ access: 'public', provenance: true });
    expect(json.engines).toEqual({ node: '>=22.15' });
  });

  test('the archive has the license, the README, the change log and what was built, and no test', () => {
    for (const path of ['LICENSE', 'README.md', 'dist']) expect(inArchive(path), path).toBe(true);
    expect(json.files).toEqual(['dist', 'CHANGELOG.md']);
    expect(inArchive('CHANGELOG.md')).toBe(existsSync(join(ROOT, folder, 'CHANGELOG.md')));
    expect(globSync('**/*.{test,test-data,test-support}.*', { cwd: folderOf(name) })).toEqual([]);
    expect(JSON.stringify(packageJson(join(folderOf(name), 'package.json')))).not.toContain('workspace:');
  });

  test('links of the README lead to something: a file of the archive, or one of the repository by its whole address', () => {
    const links = linksOf(readme());
    const files = links.flatMap(
      (link) => /^https:\/\/github\.com\/ekv-dev\/ekv\/(?:blob|tree)\/main\/(.*)$/.exec(link)?.[1] ?? [],
    );
    expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const relative = links.filter((link) => link !== '' && !/^[a-z]+:/.test(link));
    // A relative link outside of the archive is dead where the package is shown; write https://github.com/ekv-dev/ekv/blob/main/...
    expect(relative.filter((link) => normalize(link).startsWith('..') || !inArchive(link))).toEqual([]);
  });

  test('the README says how to install it, what it needs and what 0.x promises', () => {
    expect(readme()).toMatch(new RegExp(`^ {4}npm install (?:--global )?${name}(?: |$)`, 'm'));
    expect(readme()).toContain(json.bin === undefined ? LIBRARY_PROMISE : PROGRAM_PROMISE);
  });

  test('what the declarations cite is there, and the README says where', () => {
    const declarations = globSync('dist/**/*.d.ts', { cwd: folderOf(name) });
    if (json.bin === undefined) expect(declarations).not.toEqual([]);
    const cited = declarations.flatMap((path) =>
      [...readFileSync(join(folderOf(name), path), 'utf8').matchAll(/docs\/[\w/-]+\.md/g)].map(String),
    );
    expect([...new Set(cited)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(linksOf(readme())).toContain(`${REPOSITORY}/blob/main/docs/format/README.md`);
  });
});

test('the floors of the promise are those that are tested', () => {
  const floors = JSON.parse(readFileSync(join(import.meta.dirname, 'floors/package.json'), 'utf8')).devDependencies;
  expect(floors).toEqual({
    'node-22.15': 'npm:node@22.15.0',
    'typescript-5.7': expect.stringMatching(/^npm:typescript@5\.7\./),
  });
  for (const promise of [LIBRARY_PROMISE, PROGRAM_PROMISE]) expect(promise).toContain('Node 22.15 or later');
  expect(LIBRARY_PROMISE).toContain('TypeScript 5.7 or later');
});

test('links of the texts in the repository lead to something', () => {
  const texts = ['*.md', 'docs/**/*.md', '{bench,conformance,faults,fixtures}/README.md'].flatMap((pattern) =>
    globSync(pattern, { cwd: ROOT }),
  );
  expect(texts.length).toBeGreaterThan(10);
  const dead = texts.flatMap((path) =>
    linksOf(readFileSync(join(ROOT, path), 'utf8'))
      .filter((link) => link !== '' && !/^[a-z]+:/.test(link) && !existsSync(join(ROOT, path, '..', link)))
      .map((link) => `${path}: ${link}`),
  );
  expect(dead).toEqual([]);
});
