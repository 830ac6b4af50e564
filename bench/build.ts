import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A checkout with what `pnpm build` made of it. */
export interface Build {
  readonly root: string;
  /** SHA-256 of all that was built: results of two builds are never mixed. */
  readonly digest: string;
}

/** What is run of a build. `start` is `encode --version`. */
export type Program = 'encode' | 'decode' | 'self-test' | 'start';

export interface ProgramPlaces {
  readonly input: string;
  readonly output: string;
  /** `undefined`: as the program chooses, and builds that have no `--workers` can be measured. */
  readonly workers: number | undefined;
}

/** Throws an Error when something is not built. */
export function openBuild(root: string): Build {
  for (const app of ['encode', 'decode']) {
    if (!existsSync(mainOf(root, app)))
      throw new Error(`there is no ${mainOf(root, app)}; run pnpm build in ${root} first`);
  }
  const digest = createHash('sha256');
  for (const path of globSync('{apps,packages}/*/dist/**/*.js', { cwd: root }).sort()) {
    digest.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return { root, digest: digest.digest('hex') };
}

/** The words of a command line, Node first. */
export function commandOf({ root }: Build, program: Program, places?: ProgramPlaces): string[] {
  const main = mainOf(root, program === 'decode' ? 'decode' : 'encode');
  if (places === undefined) return [process.execPath, main, '--version'];
  const { input, output, workers } = places;
  const words = [process.execPath, main, '--input', input, '--output', output, '--quiet'];
  if (workers !== undefined) words.push('--workers', String(workers));
  if (program === 'self-test') words.push('--self-test');
  return words;
}

function mainOf(root: string, app: string): string {
  return join(root, 'apps', `${app}-cli`, 'dist/main.js');
}
