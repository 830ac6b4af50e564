/**
 * Builds the program in the working folder: its main thread and its working threads, each with all that it imports, so that a start
 * reads a few files and not hundreds (a half of the time of a small run). Beside them stand the licenses of what is in there.
 *
 * They are CommonJS: an ES module that imports one function of `node:fs` makes Node load all that `node:fs` could need.
 */
import { globSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { builtVersion } from './built-version.ts';
import { withLazyBuiltins } from './lazy-builtins.ts';
import { licensesOf } from './licenses.ts';
import { loadedWhenCalled } from './loaded-when-called.ts';

const OUTPUT = 'dist';
/** The main thread, and the working thread of each command. */
const ENTRIES = ['src/main.ts', ...globSync('src/{,*-}work.ts').sort()];

/** Who reads no manifest needs no zod, which takes longer to load than a small run. */
const NOT_AT_START = ['/manifest/dist/schema-check.js'];

const define = { EKV_VERSION: JSON.stringify(builtVersion(process.cwd())) };

const builtins: Plugin = {
  name: 'builtins',
  resolveId: (id) => (isBuiltin(id) ? { id: id.startsWith('node:') ? id : `node:${id}`, external: true } : null),
  renderChunk: withLazyBuiltins,
};

rmSync(OUTPUT, { recursive: true, force: true });
const chunks: OutputChunk[] = [];
// One by one: a part that two of them shared would run the one in the other.
for (const input of ENTRIES) {
  const name = basename(input, '.ts');
  const bundle = await rolldown({
    input: { [name]: input },
    platform: 'node',
    transform: { define },
    plugins: [loadedWhenCalled(NOT_AT_START), builtins],
  });
  const { output } = await bundle.write({
    dir: OUTPUT,
    format: 'cjs',
    strict: true,
    // A start reads all of the file: a half of it would be comments.
    comments: { legal: true, annotation: false, jsdoc: false },
    chunkFileNames: `${name}-[name].js`,
  });
  chunks.push(...output.filter((file) => file.type === 'chunk'));
}
writeFileSync(join(OUTPUT, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(join(OUTPUT, 'THIRD-PARTY-LICENSES.txt'), licensesOf(chunks.flatMap(({ moduleIds }) => moduleIds)));
