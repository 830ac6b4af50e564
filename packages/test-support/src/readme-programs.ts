import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The programs in the README of a package, in a folder of their own with the packages that they import, ours as they were built.
 * For those that need a server: all programs are compiled, and the others run, in `packaging/snippets.test.ts`.
 */
export class ReadmePrograms {
  /** Where they run. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ekv-readme-'));
  readonly count: number;

  /** @param home folder of the package. @param packages that the programs import; those from elsewhere are its dependencies. */
  constructor(home: string, packages: readonly string[]) {
    const programs = [...readFileSync(join(home, 'README.md'), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
    this.count = programs.length;
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    for (const [i, [, text]] of programs.entries()) writeFileSync(this.#path(i), text!);
    for (const name of packages) {
      const ours = name.startsWith('@ekv/');
      this.#link(name, ours ? join(home, '..', name.slice('@ekv/'.length)) : join(home, 'node_modules', name));
    }
  }

  /** Runs one. @param number in the order of the README, from 0 on. @returns what it prints, with its standard error after it. */
  async run(number: number, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const options = { cwd: this.folder, env: { ...process.env, ...env } };
    const { stdout, stderr } = await run(process.execPath, [this.#path(number)], options);
    return stdout + stderr;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #path(number: number): string {
    return join(this.folder, `program-${number}.ts`);
  }

  #link(name: string, target: string): void {
    const path = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(realpathSync(target), path);
  }
}
