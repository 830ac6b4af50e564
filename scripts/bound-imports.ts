import type { Plugin } from 'rolldown';

/** How rolldown writes, in a chunk of CommonJS, that it needs another one. */
const NEEDED = /^const (require_(\w+)) = require\("\.\/[\w-]+\.js"\);$/gm;

/** How it writes what others take of a chunk. */
const EXPORTED =
  /^Object\.defineProperty\(exports, ["']([\w$]+)["'], \{\s*enumerable: true,\s*get: function ?\(\) \{\s*return ([\w$]+);\s*\}\s*\}\);$/gm;

/**
 * Binds what a chunk takes of others to constants when it is loaded: then a loop over millions of rows calls a function of another file
 * as fast as one of its own, and not by a getter of an object with hundreds of them. What is exported must not change afterwards, and
 * chunks must not need each other in a circle.
 */
export function boundImports(): Plugin {
  return { name: 'bound-imports', renderChunk: (code) => withValues(withConstants(code)) };
}

function withConstants(code: string): string {
  const constants: string[] = [];
  let bound = code;
  for (const [, chunk = '', name = ''] of code.matchAll(NEEDED)) {
    const uses = new RegExp(String.raw`(?<![\w.$])${chunk}\.([\w$]+)`, 'g');
    const members = new Set([...code.matchAll(uses)].map(([, member]) => member!));
    for (const member of members) constants.push(`${name}_${member} = ${chunk}.${member}`);
    bound = bound.replace(uses, (_, member: string) => `${name}_${member}`);
  }
  const last = [...bound.matchAll(NEEDED)].at(-1);
  if (last === undefined || constants.length === 0) return code;
  const end = last.index + last[0].length + 1;
  return `${bound.slice(0, end)}const ${constants.join(', ')};\n${bound.slice(end)}`;
}

function withValues(code: string): string {
  const values: string[] = [];
  const rest = code.replace(EXPORTED, (_, name: string, value: string) => {
    values.push(name === value ? name : `${name}: ${value}`);
    return '';
  });
  return values.length === 0 ? code : `${rest}Object.assign(exports, { ${values.join(', ')} });\n`;
}
