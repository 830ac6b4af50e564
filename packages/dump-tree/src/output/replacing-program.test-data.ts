import { ScratchFolder } from '@ekv/snapshot';
import { StagedTree } from './staged-tree.ts';

/** A program of its own: replaces the dump at a target again and again by one whose three files say its name. */
const [target, name, times] = process.argv.slice(2) as [string, string, string];

for (let i = 0; i < Number(times); i++) {
  const scratch = new ScratchFolder();
  const tree = StagedTree.create(target, { scratch, force: true });
  try {
    for (const path of ['redis/a', 's3/b']) tree.file(path, Buffer.from(name));
    tree.publish(Buffer.from(name));
    if (tree.leftover !== undefined) throw new Error(`${tree.leftover} is left`);
  } finally {
    tree.abandon();
    scratch.remove();
  }
}
