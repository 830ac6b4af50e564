/** A module of Node, as rolldown loads it in a chunk of CommonJS. */
const LOADED_AT_ONCE = /^let (node_\w+) = require\("(node:[\w/]+)"\);\n(?:\1 = (__toESM\()\1(, 1)?\);\n)?/gm;

/** One of which nothing is used. */
const LOADED_FOR_NOTHING = /^require\("node:[\w/]+"\);\n/gm;

/**
 * Makes a chunk of CommonJS load a module of Node when it first asks for a member of it: some take longer than the rest of a start,
 * and what a `--help` or a small run does needs few of them. One that is used otherwise than by its members is loaded at once, as before.
 */
export function withLazyBuiltins(code: string): string {
  const getters = new Map<string, string>();
  const rest = code
    .replace(LOADED_FOR_NOTHING, '')
    .replace(LOADED_AT_ONCE, (statement, name: string, module: string, toEsm = '', mode = '') => {
      if (!isUsedByMembers(code.replace(statement, ''), name)) return statement;
      const loaded = `${toEsm}require("${module}")${toEsm && `${mode})`}`;
      getters.set(name, `\tget ${name}() { return $loaded("${name}", ${loaded}); }`);
      return getters.size === 1 ? MARK : '';
    });
  if (getters.size === 0) return code;
  const uses = new RegExp(`(?<![\\w.$])(?:${[...getters.keys()].join('|')})(?=\\.)`, 'g');
  const loader = `const $builtins = {\n${[...getters.values()].join(',\n')}\n};\n${LOADED}`;
  return rest.replace(uses, '$$builtins.$&').replace(MARK, () => loader);
}

const MARK = '/* modules of Node */';

/** From then on it is a plain member. */
const LOADED = `function $loaded(name, value) {
	Object.defineProperty($builtins, name, { value });
	return value;
}
`;

function isUsedByMembers(code: string, name: string): boolean {
  return !new RegExp(`(?<![\\w.$])${name}(?![\\w$.])`).test(code);
}
