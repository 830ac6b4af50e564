import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from './published.ts';

const floors = createRequire(join(import.meta.dirname, 'floors/package.json'));

/** The compilers: the oldest that the packages promise, and that of the repository. */
export const COMPILERS = {
  '5.7': join(dirname(floors.resolve('typescript-5.7/package.json')), 'bin/tsc'),
  newest: join(ROOT, 'node_modules/typescript/bin/tsc'),
} as const;

/** The oldest Node that the packages promise. */
export const OLDEST_NODE = join(dirname(floors.resolve('node-22.15/package.json')), 'bin/node');

/** What users may have switched on. Libraries are those of Node 22; no `esnext.disposable`. */
export const STRICTEST = {
  target: 'es2024',
  lib: ['es2024'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
};

/** Compiles the project in a folder. @returns what the compiler says; nothing when all is well. */
export function compile(compiler: keyof typeof COMPILERS, folder: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMPILERS[compiler], '--project', folder], { cwd: folder }, (error, stdout, stderr) =>
      resolve(error === null ? '' : stdout + stderr || error.message),
    );
  });
}
