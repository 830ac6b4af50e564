/** A module of Node, as rolldown loads it in a chunk of CommonJS. */
const LOADED_AT_ONCE = /^let (node_\w+) = require\("(node:[\w/]+)"\);\n(?:\1 = (?:\w+\.)?__toESM\(\1(?:, 1)?\);\n)?/gm;

/** One of which nothing is used. */
const LOADED_FOR_NOTHING = /^require\("node:[\w/]+"\);\n/gm;

/**
 * Makes a chunk of CommonJS load a module of Node when it first asks for a member of it: some take longer than the rest of a start,
 * and what a `--help` or a small run does needs few of them. One that is used otherwise than by its members is loaded at once, as before.
 */
export function withLazyBuiltins(code: string): string {
  const modules = new Map<string, string>();
  const rest = code
    .replace(LOADED_FOR_NOTHING, '')
    .replace(LOADED_AT_ONCE, (statement, name: string, module: string) => {
      if (!isUsedByMembers(code.replace(statement, ''), name)) return statement;
      modules.set(name, module);
      return `let ${name};\n`;
    });
  if (modules.size === 0) return code;
  // The default export of a module of Node is the module itself: it needs no object around it, which would make each call slower.
  const uses = new RegExp(`(?<![\\w.$])(${[...modules.keys()].join('|')})(?:\\.default\\b|(?=\\.))`, 'g');
  return rest.replace(uses, (_, name: string) => `(${name} ??= require("${modules.get(name)}"))`);
}

function isUsedByMembers(code: string, name: string): boolean {
  return !new RegExp(`(?<![\\w.$])${name}(?![\\w$.])`).test(code);
}
