import type { Plugin } from 'rolldown';

/**
 * Lets the entry of a thread read the files of all its parts at its beginning, and compile each when it is first asked for: reading is a
 * matter of microseconds, and a run that goes on for hours must not find the parts of another version, or none, because the program was
 * replaced meanwhile.
 */
export function heldParts(): Plugin {
  return {
    name: 'held-parts',
    generateBundle: (_, bundle) => {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const parts = chunks.filter(({ isEntry }) => !isEntry).map(({ fileName }) => fileName);
      for (const entry of chunks.filter(({ isEntry }) => isEntry))
        entry.code = `"use strict";\nrequire = (${holding})(${JSON.stringify(parts)}, require, __dirname);\n${entry.code}`;
    },
  };
}

/** Is a part of the entry, as text. @returns what loads a part in the place of `require`, and all else by it. */
function holding(names: readonly string[], load: NodeJS.Require, folder: string): (id: string) => unknown {
  const { readFileSync } = load('node:fs');
  const { compileFunction } = load('node:vm');
  const parts = new Map(
    names.map((name) => [`./${name}`, { path: `${folder}/${name}`, bytes: readFileSync(`${folder}/${name}`) }]),
  );
  const loaded = new Map<string, { exports: object }>();
  const loadPart = (id: string): unknown => {
    const part = parts.get(id);
    if (part === undefined) return load(id);
    const known = loaded.get(id);
    if (known !== undefined) return known.exports;
    const module = { exports: {}, id: part.path, filename: part.path, loaded: true };
    loaded.set(id, module);
    (load.cache as Record<string, object>)[part.path] = module;
    const run = compileFunction(part.bytes.latin1Slice(), ['exports', 'require', 'module'], { filename: part.path });
    run(module.exports, loadPart, module);
    parts.set(id, { ...part, bytes: Buffer.alloc(0) });
    return module.exports;
  };
  return loadPart;
}
