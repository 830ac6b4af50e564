import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '..');

/** The part of a `package.json` that is looked at. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly author?: string;
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
  readonly repository?: { readonly type: string; readonly url: string; readonly directory?: string };
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly engines?: { readonly node?: string };
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package that is published. */
export interface Published {
  readonly name: string;
  /** Relative to the root. */
  readonly folder: string;
  /** As in the repository. */
  readonly json: PackageJson;
}

export const PUBLISHED: readonly Published[] = globSync('{packages,apps}/*/package.json', { cwd: ROOT })
  .map((path) => ({ folder: dirname(path), json: packageJson(join(ROOT, path)) }))
  .filter(({ json }) => json.private !== true)
  .map(({ folder, json }) => ({ name: json.name, folder, json }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** What programs import: every entry of every package, but for `package.json`. */
export const ENTRIES: readonly string[] = PUBLISHED.flatMap(({ name, json }) =>
  Object.keys(json.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => name + entry.slice(1)),
);

export function packageJson(path: string): PackageJson {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The package of that name. */
export function published(name: string): Published | undefined {
  return PUBLISHED.find((one) => one.name === name);
}

/** Where pnpm has what packages from elsewhere need in their turn. */
const NEEDED_ELSEWHERE = join(ROOT, 'node_modules/.pnpm/node_modules');

/** Where the workspace has a package from elsewhere that one of ours needs, itself or by another one. */
export function foreignFolder(name: string): string {
  const own = PUBLISHED.map(({ folder }) => join(ROOT, folder, 'node_modules', name));
  const found = [...own, join(NEEDED_ELSEWHERE, name)].find(existsSync);
  if (found === undefined) throw new Error(`${name} is in no node_modules; run pnpm install`);
  return found;
}
