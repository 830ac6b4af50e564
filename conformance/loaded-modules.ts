import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What one thread of a program has loaded by its end. */
export interface LoadedModules {
  readonly isMainThread: boolean;
  /** Paths of its files. */
  readonly files: readonly string[];
  /** Modules of Node, those that Node itself needs among them. */
  readonly builtins: ReadonlySet<string>;
  /** Whether zod has been loaded, which is a part of a file. */
  readonly hasZod: boolean;
}

/** Runs in each thread before the program does. */
const PROBE = `
const before = new Set(Object.keys(require.cache));
process.on('exit', () => {
  const files = Object.keys(require.cache).filter((path) => !before.has(path));
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice('NativeModule '.length));
  const hasZod = '__zod_globalConfig' in globalThis;
  const { isMainThread } = require('node:worker_threads');
  require('node:fs').writeFileSync(__dirname + '/' + isMainThread + '.json', JSON.stringify({ isMainThread, files, builtins, hasZod }));
});
`;

/** Runs a program to its end. @returns what its threads have loaded, the main thread first. */
export async function loadedModules(command: readonly string[], words: readonly string[]): Promise<LoadedModules[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-loaded-'));
  try {
    writeFileSync(join(folder, 'probe.cjs'), PROBE);
    const [node = '', ...program] = command;
    await run(node, ['--require', join(folder, 'probe.cjs'), ...program, ...words]);
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .map(({ builtins, ...others }) => ({ ...others, builtins: new Set<string>(builtins) }))
      .sort((a, b) => Number(b.isMainThread) - Number(a.isMainThread));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes of files together. */
export function bytesOf(files: readonly string[]): number {
  return files.reduce((bytes, path) => bytes + statSync(path).size, 0);
}

/** Names of files without their folders, sorted. */
export function namesOf(files: readonly string[]): string[] {
  return files.map((path) => basename(path)).sort();
}

/** Packages from elsewhere that a bundled file holds a part of. */
export function foreignPackages(path: string): string[] {
  const parts = readFileSync(path, 'utf8').matchAll(/^\/\/ .*node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\/[^\n]*$/gm);
  return [...new Set([...parts].map((match) => match[1]!))].sort();
}
