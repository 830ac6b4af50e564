import { pathToFileURL } from 'node:url';
import type { Plugin } from 'rolldown';

const STUB = '\0when-called:';

/** Stands around an import that is to be over when it returns. */
const AT_ONCE = 'EKV_LOADED_AT_ONCE';

/** How rolldown writes such an import in a chunk of CommonJS: of another chunk, or of a module that came into the same one. */
const IMPORT_AT_ONCE = new RegExp(
  String.raw`${AT_ONCE}\(Promise\.resolve\(\)\.then\(\(\) => (require\("\./[\w-]+\.js"\)|[\w$]+)\)(?:\.then\(\((\w+)\) => \2(\.\w+)\))?\)`,
  'g',
);

/**
 * Keeps modules, and all that only they import, in files of their own, which are read when one of their functions is called for the first
 * time. Nothing but functions can be imported from them.
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
    async load(id) {
      if (!id.startsWith(STUB)) return null;
      const path = id.slice(STUB.length);
      const names = await exportedFunctions(path);
      return names
        .map(
          (name) =>
            `export function ${name}(...given) { return ${AT_ONCE}(import(${JSON.stringify(path)})).${name}(...given); }`,
        )
        .join('\n');
    },
    renderChunk(code, { name }) {
      const rendered = code.replace(IMPORT_AT_ONCE, '$1$3');
      if (rendered.includes(AT_ONCE)) this.error(`${name} has an import of a form that is not known here`);
      return rendered;
    },
  };
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/'));
}

/** Whoever asks for another export than a function gets an error of the build. */
async function exportedFunctions(path: string): Promise<string[]> {
  const module: object = await import(pathToFileURL(path).href);
  return Object.entries(module)
    .filter(([, value]) => typeof value === 'function' && !/^class\b/.test(String(value)))
    .map(([name]) => name);
}
