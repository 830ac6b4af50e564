import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A snapshot is the path of the tree, which decode copies. */
const MAINS = {
  encode: `if (option('output')) fs.writeFileSync(option('output'), option('input'));`,
  decode: `fs.cpSync(fs.readFileSync(option('input'), 'utf8'), option('output'), { recursive: true });`,
} as const;
const START = `const fs = require('node:fs');
const option = (name) => process.argv.find((_, i) => process.argv[i - 1] === '--' + name);
`;

/** A checkout whose programs know the options and do nothing of worth. @param more lines of each program. */
export function falseBuild(root: string, more = ''): string {
  for (const [app, main] of Object.entries(MAINS)) {
    const dist = join(root, `apps/${app}-cli/dist`);
    mkdirSync(dist, { recursive: true });
    writeFileSync(join(dist, 'main.js'), `${START}${main}\n${more}`);
  }
  return root;
}
