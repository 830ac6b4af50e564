/**
 * Builds the program in the working folder: its main thread and its working thread, each with all that it imports, so that a start
 * reads a few files and not hundreds (a half of the time of a small run). Beside them stand the licenses of what is in there.
 */
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { builtVersion } from './built-version.ts';

const OUTPUT = 'dist';
/** File names of `dist`, each with its source. The second thread of an MD5 is found beside the module that starts it. */
const ENTRIES = {
  main: 'src/main.ts',
  work: 'src/work.ts',
  ...(usesAdapters() && { 'md5-worker': '../../packages/s3-encoder/dist/md5/md5-worker.js' }),
};

const define = { EKV_VERSION: JSON.stringify(builtVersion(process.cwd())) };

rmSync(OUTPUT, { recursive: true, force: true });
const chunks: OutputChunk[] = [];
// One by one: a part that two of them shared would run the one in the other.
for (const [name, input] of Object.entries(ENTRIES)) {
  const bundle = await rolldown({
    input: { [name]: input },
    platform: 'node',
    external: [/^node:/],
    transform: { define },
  });
  const { output } = await bundle.write({ dir: OUTPUT, format: 'esm', chunkFileNames: `${name}-[name].js` });
  chunks.push(...output.filter((file) => file.type === 'chunk'));
}
writeFileSync(join(OUTPUT, 'THIRD-PARTY-LICENSES.txt'), licensesOf(chunks.flatMap(({ moduleIds }) => moduleIds)));

function usesAdapters(): boolean {
  return '@ekv/core' in JSON.parse(readFileSync('package.json', 'utf8')).dependencies;
}

/** Of packages from elsewhere, by their modules. */
function licensesOf(modules: readonly string[]): string {
  const folders = new Set(modules.filter((id) => id.includes(`${sep}node_modules${sep}`)).map(packageFolder));
  return [...folders].map(licenseOf).sort().join('\n');
}

function packageFolder(module: string): string {
  let folder = dirname(module);
  while (!isPackage(folder)) folder = dirname(folder);
  return folder;
}

/** Folders inside a package may have a file of that name, too, without a version. */
function isPackage(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined;
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = globSync('LICEN[SC]E*', { cwd: folder });
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  return `${name} ${version}, ${license}\n\n${text}`;
}
