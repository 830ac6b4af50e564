/**
 * Builds the program in the working folder: its main thread and its working threads, each with all that it imports, so that a start
 * reads a few files and not hundreds (a half of the time of a small run). What a start does not need stands in files of its own, which are
 * read when they are needed: a megabyte takes longer to compile than all else of a small run. Beside them stand the licenses of what is in there.
 *
 * They are CommonJS: an ES module that imports one function of `node:fs` makes Node load all that `node:fs` could need.
 */
import { globSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { type OutputChunk, type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { asciiCode } from './ascii-code.ts';
import { boundImports } from './bound-imports.ts';
import { builtVersion } from './built-version.ts';
import { heldParts } from './held-parts.ts';
import { withLazyBuiltins } from './lazy-builtins.ts';
import { licensesOf } from './licenses.ts';
import { loadedWhenCalled } from './loaded-when-called.ts';
import { NOT_AT_START, NOT_IN_A_HELP } from './not-at-start.ts';
import { partsOfMain, partsOfThread } from './parts.ts';

const OUTPUT = 'dist';
const MAIN = 'src/main.ts';
/** The main thread, and the working thread of each command. */
const ENTRIES = [MAIN, ...globSync('src/{,*-}work.ts').sort()];

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
  const isMain = input === MAIN;
  const bundle = await rolldown({
    input: { [name]: input },
    platform: 'node',
    preserveEntrySignatures: false,
    transform: { define },
    plugins: [
      loadedWhenCalled(isMain ? NOT_IN_A_HELP : NOT_AT_START),
      builtins,
      boundImports(),
      asciiCode(),
      ...(isMain ? [] : [heldParts()]),
    ],
  });
  const options: OutputOptions = {
    dir: OUTPUT,
    format: 'cjs',
    strict: true,
    // A start reads all of the file: a half of it would be comments.
    comments: { legal: true, annotation: false, jsdoc: false },
    chunkFileNames: `${name}-[name].js`,
  };
  const undivided = await bundle.generate(options);
  const parts = isMain ? partsOfMain(undivided, name) : partsOfThread(undivided, name);
  const { output } = await bundle.write({ ...options, ...parts });
  chunks.push(...output.filter((file) => file.type === 'chunk'));
}
writeFileSync(join(OUTPUT, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(join(OUTPUT, 'THIRD-PARTY-LICENSES.txt'), licensesOf(chunks.flatMap(({ moduleIds }) => moduleIds)));
