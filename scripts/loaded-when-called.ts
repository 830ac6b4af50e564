import { readFileSync } from 'node:fs';
import type { Plugin } from 'rolldown';

const STUB = '\0when-called:';

/**
 * Keeps modules, and all that only they import, from being loaded before one of their functions is called. They must export functions
 * only, and what they import should be of no use to hot loops: constants of what is loaded so are slower.
 *
 * @param paths how their paths end.
 */
export function loadedWhenCalled(paths: readonly string[]): Plugin {
  return {
    name: 'loaded-when-called',
    async resolveId(id, importer, { kind }) {
      if (kind !== 'import-statement' || importer === undefined || !paths.some((path) => path.endsWith(lastPart(id))))
        return null;
      const resolved = await this.resolve(id, importer, { skipSelf: true });
      return resolved !== null && paths.some((path) => resolved.id.endsWith(path)) ? `${STUB}${resolved.id}` : null;
    },
    load(id) {
      if (!id.startsWith(STUB)) return null;
      const path = id.slice(STUB.length);
      return exportedFunctions(path)
        .map(
          (name) => `export function ${name}(...given) { return require(${JSON.stringify(path)}).${name}(...given); }`,
        )
        .join('\n');
    },
  };
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/'));
}

function exportedFunctions(path: string): string[] {
  const exported = [...readFileSync(path, 'utf8').matchAll(/^export (\S+) (\w*)/gm)];
  const other = exported.find(([, kind]) => kind !== 'function');
  if (other !== undefined) throw new Error(`${path} must export functions only, but has ${other[0]}`);
  return exported.map(([, , name]) => name!);
}
