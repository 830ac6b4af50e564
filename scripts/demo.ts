/** Shows a round trip on the file of a real node: decode, look at the tree, encode, decode again, compare. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { duration, ROOT, run } from './steps.ts';

const INPUT = 'fixtures/golden/live/redis/0000000000000097.fsm';
const SHOWN_LINES = 60;
const SHOWN_PER_FOLDER = 3;
const LARGEST_SHOWN = 400;
const SHOWN_VALUE = 160;
/** One small value of each kind is shown: where its files are. */
const KINDS = ['strings', 'hashes', 'lists', 'sets', 'zsets', 'streams'];

/** Runs a command line of the project, says what it did and how long it took; ends the demo when it fails. */
async function command(said: string, program: string, args: readonly string[]): Promise<void> {
  const start = performance.now();
  const { code, output } = await run([process.execPath, join('apps', program, 'dist', 'main.js'), ...args]);
  if (code !== 0) throw new Error(`${said} failed with exit code ${code}:\n${output}`);
  console.log(`${said} (${duration(performance.now() - start)})`);
}

/** Relative paths of all files below a folder, sorted. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

/** A line for each folder and for the first few files in it. */
function printTree(folder: string, files: readonly string[]): void {
  const folders = Map.groupBy(files, folderOf);
  const lines = [...folders].flatMap(([name, inside]) => [
    `  ${name}/`,
    ...inside
      .slice(0, SHOWN_PER_FOLDER)
      .map((path) => `    ${basename(path)}  ${statSync(join(folder, path)).size} bytes`),
    ...(inside.length > SHOWN_PER_FOLDER ? [`    ... and ${inside.length - SHOWN_PER_FOLDER} more`] : []),
  ]);
  console.log(lines.slice(0, SHOWN_LINES).join('\n'));
  if (lines.length > SHOWN_LINES) console.log(`  ... and ${lines.length - SHOWN_LINES} more lines`);
}

/** The largest readable value of each kind that fits, with its file name. */
function printValues(folder: string, files: readonly string[]): void {
  for (const kind of KINDS) {
    const [largest] = files
      .filter((path) => path.includes(`/${kind}/`))
      .map((path) => ({ path, bytes: readFileSync(join(folder, path)) }))
      .filter(({ bytes }) => bytes.length <= LARGEST_SHOWN && isReadable(bytes))
      .sort((a, b) => b.bytes.length - a.bytes.length);
    if (largest !== undefined) console.log(`  ${largest.path}\n    ${oneLine(largest.bytes)}`);
  }
}

function oneLine(bytes: Buffer): string {
  const text = bytes.toString('latin1').replace(/\s+/g, ' ').trim();
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)} ...` : text;
}

function isReadable(bytes: Buffer): boolean {
  return /^[\x20-\x7e\s]+$/.test(bytes.toString('latin1'));
}

/** The bytes of a file of the tree without the one field that says when and from what it was made. */
function comparable(folder: string, path: string): string {
  const text = readFileSync(join(folder, path), 'latin1');
  if (path === 'MANIFEST.json') return text.replace(/^ *"(wall_time_iso|fsm_path|snapshot_index)": .*\n/gm, '');
  if (path === 'CHECKSUMS') return text.replace(/^.* {2}MANIFEST\.json\n/m, '');
  return text;
}

/** The files that are not the same in both folders. */
function differences(first: string, second: string): string[] {
  const [inFirst, inSecond] = [new Set(filesBelow(first)), new Set(filesBelow(second))];
  const same = (path: string) => inSecond.has(path) && comparable(first, path) === comparable(second, path);
  return [...[...inFirst].filter((path) => !same(path)), ...[...inSecond].filter((path) => !inFirst.has(path))];
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function build(): Promise<void> {
  const { code, output } = await run(['turbo', 'run', 'build', '--filter=./apps/*']);
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
}

async function demo(work: string): Promise<void> {
  const tree = join(work, 'tree');
  const again = join(work, 'tree-again');
  const snapshot = join(work, 'out.fsm');
  const twice = join(work, 'out-again.fsm');

  console.log(
    `\nThe snapshot file ${INPUT}, as a running elastickv node wrote it: ${statSync(join(ROOT, INPUT)).size} bytes.\n`,
  );
  await command('1. Decoded it into a folder of plain files', 'decode-cli', ['--input', INPUT, '--output', tree]);
  const files = filesBelow(tree);
  const bytes = files.reduce((sum, path) => sum + statSync(join(tree, path)).size, 0);
  console.log(`   ${files.length} files, ${bytes} bytes:\n`);
  printTree(tree, files);
  console.log('\n   A value of each kind:\n');
  printValues(tree, files);

  console.log('');
  await command('2. Encoded the folder to a snapshot, checked by the self-test', 'encode-cli', [
    '--input',
    tree,
    '--output',
    snapshot,
    '--self-test',
  ]);
  console.log(`   ${statSync(snapshot).size} bytes, SHA-256 ${sha256(snapshot)}`);
  console.log("   It is smaller than the node's file: old versions and deletions are gone, all live data is there.\n");

  await command('3. Decoded that snapshot again', 'decode-cli', ['--input', snapshot, '--output', again]);
  const different = differences(tree, again);
  if (different.length > 0) throw new Error(`The two folders differ in:\n${different.join('\n')}`);
  console.log(`   All ${files.length} files are the same, byte for byte (times and paths in MANIFEST.json aside).\n`);

  await command('4. Encoded the second folder as well', 'encode-cli', ['--input', again, '--output', twice]);
  if (sha256(twice) !== sha256(snapshot)) throw new Error('The two snapshots differ.');
  console.log('   The two snapshots are the same, byte for byte.\n');
}

const work = mkdtempSync(join(tmpdir(), 'ekv-demo-'));
try {
  console.log('Building ekv ...');
  await build();
  await demo(work);
  console.log(`Done. The folder ${work} is removed.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
