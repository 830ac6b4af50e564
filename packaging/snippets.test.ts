import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, STRICTEST } from './compiled.ts';
import { Installed, link } from './installed.ts';
import { PUBLISHED, ROOT } from './published.ts';
import { installedBy, isForeign, packagesOf, type Snippet, snippetsByText } from './snippets.ts';

const LIVE = join(ROOT, 'fixtures/golden/live/all-four');

const texts = snippetsByText();
const snippets = [...texts.values()].flat();
/** Packages whose programs need a server run them in a test of their own. */
const hasOwnTest = (text: string) => existsSync(join(ROOT, dirname(text), 'src/readme.test.ts'));
const titled = snippets.map((snippet) => ({ ...snippet, title: `${snippet.text} ${snippet.file}` }));

let root: string;
/** What the compiler says, by file; what it says of no file, under ''. */
let faults: Map<string, string[]>;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ekv-snippets-'));
  for (const [text, programs] of texts) prepare(text, programs);
  link(join(ROOT, 'node_modules/@types/node'), join(root, 'node_modules/@types/node'));
  // What others declare is not what is looked at.
  const compilerOptions = {
    ...STRICTEST,
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
  };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*/*.ts'] }));
  const lines = (await compile('newest', root)).split('\n').filter((line) => line !== '');
  faults = Map.groupBy(lines, (line) => /^([^(\s]+\.ts)\(/.exec(line)?.[1] ?? '');
});
afterAll(() => rmSync(root, { recursive: true }));

/** Where the programs of a text are. */
function folderOf(text: string): string {
  return join(root, text.replaceAll('/', '-').replace(/\.md$/, ''));
}

/** A folder with the programs of a text, and with what the text says to install: nothing else can be found from there. */
function prepare(text: string, programs: readonly Snippet[]): void {
  const folder = folderOf(text);
  new Installed(folder).strict(installedBy(readFileSync(join(ROOT, text), 'utf8')));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { file, program } of programs) {
    writeFileSync(join(folder, file), program);
    // Clients of servers are there for the tests of the package.
    for (const name of packagesOf(program).filter(isForeign)) {
      const there = join(ROOT, dirname(text), 'node_modules', name);
      const here = join(folder, 'node_modules', name);
      if (existsSync(there) && !existsSync(here)) link(there, here);
    }
  }
}

/** Puts what a program reads, and no program before it has written, where it reads it. */
function provideInput(folder: string, program: string): void {
  for (const [name] of program.matchAll(/[0-9a-f]{16}\.fsm/g)) cpSync(join(LIVE, 'out.fsm'), join(folder, name));
  const readsTree = /InputTree\('dump'|input: 'dump'|'dump\/MANIFEST/.test(program);
  const writesTree = /StagedTree\.create\('dump'|output: 'dump'/.test(program);
  if (readsTree && !writesTree && !existsSync(join(folder, 'dump')))
    cpSync(join(LIVE, 'tree'), join(folder, 'dump'), { recursive: true });
  if (program.includes("'lines.txt'")) writeFileSync(join(folder, 'lines.txt'), 'one\ntwo\n');
  if (program.includes("'film.raw'")) writeFileSync(join(folder, 'film.raw'), 'a film');
  if (program.includes("'data'")) {
    mkdirSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data/a.txt'), 'a');
  }
}

/** What encode has against a tree that a program has written. */
async function faultsOfDump(folder: string): Promise<string[]> {
  const { adapters } = JSON.parse(readFileSync(join(folder, 'dump/MANIFEST.json'), 'utf8'));
  const encode = join(ROOT, 'apps/encode-cli/dist/main.js');
  const names = Object.keys(adapters ?? {}).join();
  const failure = await failureOf(folder, encode, '--input', 'dump', '--output', 'check.fsm', '--adapter', names);
  return failure === undefined ? [] : [failure];
}

/** Gives what went wrong; nothing when the program came to its end. */
function failureOf(folder: string, ...words: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: folder, timeout: 60_000 }, (error, _, stderr) =>
      resolve(error === null ? undefined : `${error.message}\n${stderr}`),
    );
  });
}

test('there are programs, in the README of each library', () => {
  for (const { folder, json } of PUBLISHED)
    if (json.bin === undefined) expect([...texts.keys()]).toContain(`${folder}/README.md`);
});

test('the compiler looked at all of them', () => {
  expect(faults.get('') ?? []).toEqual([]);
});

test.each([...texts.keys()])('what %s says to install is all that its programs import', (text) => {
  const installed = installedBy(readFileSync(join(ROOT, text), 'utf8'));
  const imported = texts
    .get(text)!
    .flatMap(({ program }) => packagesOf(program))
    .filter((name) => !isForeign(name));
  expect([...new Set(imported)].filter((name) => !installed.includes(name))).toEqual([]);
});

test.each(titled)(
  '$title is a whole module for the strictest compiler, and runs',
  async ({ text, line, file, program, isRun }) => {
    const folder = folderOf(text);
    const said = [...(faults.get(`${folder.slice(root.length + 1)}/${file}`) ?? [])];
    if (isRun && !hasOwnTest(text)) {
      provideInput(folder, program);
      const failure = await failureOf(folder, file);
      if (failure !== undefined) said.push(failure);
    }
    if (program.includes('.publish(') && !hasOwnTest(text)) said.push(...(await faultsOfDump(folder)));
    expect(said.join('\n'), `line ${line}`).toBe('');
  },
);
