import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One command of a case: a program, its arguments and the exact exit code it must have. */
export interface Step {
  readonly tool: string;
  /** `{case}` stands for the case folder, `{work}` for an empty scratch folder. */
  readonly args: readonly string[];
  readonly exit?: number;
  /** Texts that must appear in the standard error, compared without case. */
  readonly stderr?: readonly string[];
}

/** What a `case.json` or `beyond.json` says. The fields are described in fixtures/golden/README.md. */
interface CaseFile {
  readonly about: string;
  readonly steps: readonly Step[];
  readonly expect?: Readonly<Record<string, string>>;
  readonly expect_head?: Readonly<Record<string, readonly [path: string, size: number]>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
}

/** A case and where its data is. */
export interface GoldenCase extends CaseFile {
  /** Path of the case folder below the root, with ` beyond` behind it for a `beyond.json`. */
  readonly name: string;
  readonly folder: string;
}

const CASE_FILES = ['beyond.json', 'case.json'];

/** All cases below `root`, sorted by folder. Nothing below a case folder is searched. */
export function findCases(root: string): GoldenCase[] {
  return caseFolders(root)
    .sort()
    .flatMap((folder) => casesOf(root, folder));
}

function caseFolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => CASE_FILES.includes(entry.name))) return [folder];
  return entries.filter((entry) => entry.isDirectory()).flatMap((entry) => caseFolders(join(folder, entry.name)));
}

function casesOf(root: string, folder: string): GoldenCase[] {
  const names = readdirSync(folder);
  return CASE_FILES.filter((file) => names.includes(file)).map((file) => ({
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CaseFile),
    name: relative(root, folder) + (file === 'beyond.json' ? ' beyond' : ''),
    folder,
  }));
}
