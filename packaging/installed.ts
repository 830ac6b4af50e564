import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { foreignFolder, packageJson, published, ROOT } from './published.ts';

/** Where a package was unpacked from its archive; of a package from elsewhere, where the workspace has it. */
export function folderOf(name: string): string {
  return published(name) === undefined ? realpathSync(foreignFolder(name)) : join(inject('unpacked'), name);
}

/** What a package manager installs beside a package, by its packed `package.json`. */
function neededBy(name: string): string[] {
  const { dependencies, peerDependencies, peerDependenciesMeta } = packageJson(join(folderOf(name), 'package.json'));
  const peers = Object.keys(peerDependencies ?? {}).filter((peer) => peerDependenciesMeta?.[peer]?.optional !== true);
  return [...new Set([...Object.keys(dependencies ?? {}), ...peers])].sort();
}

/** The packages that come with those of the names, they among them. */
export function closure(names: readonly string[]): string[] {
  const found = new Set<string>();
  for (const waiting = [...names]; waiting.length > 0; ) {
    const name = waiting.pop()!;
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...neededBy(name));
  }
  return [...found].sort();
}

/** A folder in which packages are installed, without a registry. */
export class Installed {
  readonly folder: string;

  constructor(folder = mkdtempSync(join(tmpdir(), 'ekv-installed-'))) {
    this.folder = folder;
  }

  /** As npm does it: all beside each other. */
  flat(names: readonly string[]): this {
    for (const name of closure(names)) this.#copy(name, join(this.folder, 'node_modules', name));
    return this;
  }

  /** As pnpm does it: each package sees what it names, and the program sees what was installed by name: no peer of it. */
  strict(names: readonly string[]): this {
    const home = (name: string) => join(this.folder, 'node_modules/.pnpm', name.replace('/', '+'), 'node_modules');
    for (const name of closure(names)) {
      this.#copy(name, join(home(name), name));
      for (const needed of neededBy(name)) link(join(home(needed), needed), join(home(name), needed));
    }
    for (const name of names) link(join(home(name), name), join(this.folder, 'node_modules', name));
    return this;
  }

  /** And the declarations of Node beside them, which TypeScript needs. */
  withNodeTypes(): this {
    link(join(ROOT, 'node_modules/@types/node'), join(this.folder, 'node_modules/@types/node'));
    return this;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #copy(name: string, target: string): void {
    if (published(name) === undefined) link(folderOf(name), target);
    else cpSync(folderOf(name), target, { recursive: true });
  }
}

/** Makes a link with the folders above it. */
export function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
