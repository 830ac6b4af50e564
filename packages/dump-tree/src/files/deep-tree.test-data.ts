import fs, { readdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { InputTree } from '../input/input-tree.ts';
import { Problems } from '../input/problems.ts';
import { StrayFiles } from '../input/stray-files.ts';
import { StagedTree } from '../output/staged-tree.ts';
import { ANY_BYTES } from './file-limits.ts';

/** A program: makes trees of 1400 levels in a folder, and says what became of them. */

// Each level is opened to be flushed, but not waited for: nothing here is about the disk.
fs.fsyncSync = () => {};
syncBuiltinESMExports();

const folder = process.argv[2]!;
const target = join(folder, 'out');
const deep = `s3/${'k/'.repeat(1400)}f`;
const scratch = new ScratchFolder();

function publish(path: string): void {
  const tree = StagedTree.create(target, { scratch, force: true });
  tree.file(path, Buffer.from('x'));
  tree.publish(Buffer.from('{}'));
}

publish(deep);
const published = new InputTree(target).read(deep, ANY_BYTES).toString() === 'x';

const strays = new StrayFiles(new InputTree(target), new Problems());
strays.add('s3', 'folder');
let strayFiles: unknown;
strays.report(({ fields }) => {
  strayFiles = fields.count;
}, 'S3');

const unfinished = StagedTree.create(target, { scratch, force: true });
unfinished.file(deep, Buffer.from('x'));
unfinished.abandon();
const abandoned = readdirSync(folder).filter((name) => name !== 'out');

// Replaces the deep tree, which is removed.
publish('s3/f');
const removed = readdirSync(folder).filter((name) => name !== 'out');
scratch.remove();
process.stdout.write(JSON.stringify({ published, strayFiles, abandoned, removed }));
