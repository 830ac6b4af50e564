import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GOLDEN, PROGRAMS } from './setting.ts';

const run = promisify(execFile);

/** Takes the program away when its thread looks at a file of another place for the first time. */
const REMOVER = `
const { isMainThread } = require('node:worker_threads');
const fs = require('node:fs');
const names = ['lstatSync', 'openSync', 'statSync'];
const before = names.map((name) => fs[name]);
if (!isMainThread)
  names.forEach((name, i) => {
    fs[name] = (...given) => {
      if (String(given[0]).startsWith(process.env.PROGRAM)) return before[i](...given);
      names.forEach((each, at) => { fs[each] = before[at]; });
      fs.rmSync(process.env.PROGRAM, { recursive: true });
      return before[i](...given);
    };
  });
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-replaced-'));
  writeFileSync(join(folder, 'remover.cjs'), REMOVER);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['encode', PROGRAMS.encode, ['--input', 'tree', '--adapter', 'redis', '--self-test', '--output'], 'again.fsm'],
  ['decode', PROGRAMS.decode, ['--input', 'first.fsm', '--output'], 'decoded'],
])(
  'a run of %s comes to its end when the program is removed meanwhile',
  async (name, [node = '', main = ''], words, output) => {
    cpSync(join(GOLDEN, 'redis/adapter-redis-only/tree'), join(folder, 'tree'), { recursive: true });
    const [encoder = '', ...first] = PROGRAMS.encode;
    const encode = ['--input', 'tree', '--adapter', 'redis', '--output', 'first.fsm'];
    await run(encoder, [...first, ...encode], { cwd: folder });
    const program = join(folder, name);
    cpSync(dirname(main), program, { recursive: true });
    const env = { ...process.env, PROGRAM: program };
    await run(node, ['--require', join(folder, 'remover.cjs'), join(program, 'main.js'), ...words, output], {
      cwd: folder,
      env,
    });
    expect(readdirSync(folder)).not.toContain(name);
    if (name === 'encode') expect(readFileSync(join(folder, output))).toEqual(readFileSync(join(folder, 'first.fsm')));
    else expect(readdirSync(join(folder, output))).toContain('redis');
  },
);
