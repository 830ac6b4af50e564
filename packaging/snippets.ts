import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './published.ts';

/** A program in a Markdown text. */
export interface Snippet {
  /** Of the text, relative to the root. */
  readonly text: string;
  /** Line of its first line there. */
  readonly line: number;
  readonly program: string;
  /** Name of the file in which it is compiled and run. */
  readonly file: string;
  /** Whether it is run: it is a program and not a part of one, and nothing that it needs is missing here. */
  readonly isRun: boolean;
}

/** All texts that have programs, each with its programs in order. */
export function snippetsByText(): Map<string, Snippet[]> {
  const texts = globSync(['*.md', 'docs/**/*.md', '*/README.md', '{packages,apps}/*/README.md'], { cwd: ROOT });
  const found = texts
    .sort()
    .map((text): [string, Snippet[]] => [text, snippetsIn(text, readFileSync(join(ROOT, text), 'utf8'))]);
  return new Map(found.filter(([, snippets]) => snippets.length > 0));
}

/**
 * Programs of a Markdown text: its blocks of `ts`. One that begins with a comment such as `// work.ts` is that file of a program in
 * several files, which begins in its `main.ts`.
 */
export function snippetsIn(text: string, markdown: string): Snippet[] {
  return [...markdown.matchAll(/^(<!-- not run: .+ -->\n\n?)?```ts\n([\s\S]*?)^```$/gm)].map((block, i) => {
    const program = block[2]!;
    const name = /^\/\/ ([\w-]+\.ts)$/m.exec(program.split('\n', 1)[0]!)?.[1];
    return {
      text,
      line: markdown.slice(0, block.index + block[0].indexOf('```')).split('\n').length + 1,
      program,
      file: name ?? `snippet-${i + 1}.ts`,
      isRun:
        block[1] === undefined && (name === undefined || name === 'main.ts') && !packagesOf(program).some(isForeign),
    };
  });
}

/** Packages that a program imports, without the parts of a path below them; none of Node. */
export function packagesOf(program: string): string[] {
  const imports = /^(?:import|export)\b[^;]*?'([^']+)';|\bawait import\('([^']+)'\)/gm;
  const names = [...program.matchAll(imports)].map(([, from, loaded]) => (from ?? loaded)!);
  const packages = names.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(packages)].filter((name) => !/^(?:node:|\.)/.test(name));
}

/** Whether a package is not one of ours. */
export function isForeign(name: string): boolean {
  return !name.startsWith('@ekv/');
}

/** Packages of ours that a text says to install. */
export function installedBy(markdown: string): string[] {
  return [...markdown.matchAll(/^(?: {4})?npm install (.+)$/gm)].flatMap(
    (line) => line[1]!.match(/@ekv\/[\w-]+/g) ?? [],
  );
}
